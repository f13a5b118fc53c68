/** The doctor of graphics devices. What needs one is skipped without; .ci/device-tests.sh runs it on software Vulkan. */
import { describe, expect, it } from "vitest";
import { checkDevice, type DeviceCheck } from "../../../dist/apps/doctor/device/check-device.js";
import { SMALL } from "../../../dist/apps/doctor/device/models.js";
import { timeDevices } from "../../../dist/apps/doctor/device/times.js";
import { deviceCheckText } from "../../../src/cli/device-check-text.js";

const plain = (_: string, text: string) => text;

const CHECK: DeviceCheck = {
  device: {
    name: "Card 9",
    backend: "Vulkan",
    kind: "discrete",
    memoryMiB: 8192,
    largestBinding: 2 ** 31,
    deterministic: false,
  },
  environment: {
    selftrain: "1.2.3",
    node: "v20",
    platform: "linux-x64",
    osRelease: "6",
    cpu: "Chip",
    cores: 8,
    memoryMiB: 16_000,
  },
  comparisons: [{ what: "scores", difference: 0.5, limit: 0.001, ok: false }],
  timed: {
    times: [{ model: "4.2M", work: "train", cpu: 1000, gpu: 4000, ratio: [4, 3.5, 4.25], repetitions: 5 }],
    skipped: [
      { model: "135M", work: "sample", why: "it would take about 9.0 min here, and 1.0 min are left" },
    ],
  },
  ok: false,
};

describe("what the doctor says of a device", () => {
  it("names it with its limits, says what differs, and ends with a block for an issue", () => {
    const text = deviceCheckText(CHECK, plain);
    expect(text).toContain("Card 9 (Vulkan, discrete)");
    expect(text).toContain("a binding of 2,048 MiB, 8,192 MiB of memory");
    expect(text).toContain("DIFFERS");
    expect(text).toContain("do not train on it");
    const block = text.slice(text.indexOf("### selftrain doctor"));
    expect(block).toContain("| 4.2M | train | 1,000 | 4,000 | 4.00 × | 3.50 × to 4.25 × | 5 |");
    expect(block).toContain("- 135M sample was not measured: it would take about 9.0 min here");
    expect(block).toContain("- equal bytes: no");
  });

  it("says no times where none were asked for", () => {
    const text = deviceCheckText({ ...CHECK, timed: null, ok: true }, plain);
    expect(text).not.toContain("###");
    expect(text).toContain("the device computes what the processor computes");
  });
});

describe.skipIf(process.env.SELFTRAIN_TEST_DEVICE !== "gpu")(
  "on a device (needs SELFTRAIN_TEST_DEVICE=gpu)",
  () => {
    it("agrees with the processor in scores, gradients, an optimiser's step and draws", async () => {
      const { comparisons, ok, timed, device } = await checkDevice({ full: false });
      expect(comparisons.map(({ what }) => what)).toEqual(["scores", "gradients", "optimiser step", "draws"]);
      expect(comparisons.filter((comparison) => !comparison.ok)).toEqual([]);
      expect({ ok, timed }).toEqual({ ok: true, timed: null });
      expect(device.name).toMatch(/\S/);
    });

    const small = { name: "small", config: SMALL, memoryBudgetMiB: 512, sequences: 4, rows: 4 };

    it("measures both in alternation, and says what it left out", async () => {
      const tight = { ...small, name: "tight", memoryBudgetMiB: 1 };
      const { times, skipped } = await timeDevices({ models: [tight, small] });
      expect(times.map(({ model, work }) => `${model} ${work}`)).toEqual(["small train", "small sample"]);
      for (const { cpu, gpu, ratio, repetitions } of times) {
        expect(Math.min(cpu, gpu, ...ratio)).toBeGreaterThan(0);
        expect(repetitions).toBeGreaterThan(0);
      }
      expect(skipped).toEqual([
        { model: "tight", work: null, why: expect.stringContaining("memory-budget-too-small") },
      ]);
    });

    it("leaves out what would not end in time, by what was measured before it", async () => {
      const said: string[] = [];
      const { times, skipped } = await timeDevices({
        models: [small, { ...small, name: "next", sequences: 8 }],
        seconds: 0,
        say: (doing) => said.push(doing),
      });
      expect(said).toEqual(["measuring small, train"]);
      expect(times.map(({ model, work }) => `${model} ${work}`)).toEqual(["small train"]);
      expect(skipped.map(({ model, work }) => `${model} ${work}`)).toEqual([
        "small sample",
        "next train",
        "next sample",
      ]);
      expect(skipped[0]!.why).toMatch(/^it would take about .* min here, and 0.0 min are left$/);
    });
  },
);
