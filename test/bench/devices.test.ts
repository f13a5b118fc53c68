/** The benchmark of devices: intervals, what is refused, and on a device (.ci/device-tests.sh) the measurement itself, on a small model. */
import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { SMALL } from "../../dist/apps/doctor/device/models.js";

/** Modules of the benchmark, which is JavaScript. */
const bench = (file: string) => import(new URL(`../../bench/${file}`, import.meta.url).href);

const DEVICES = ["cpu", "gpu"] as const;
type ByDevice<T> = Readonly<Record<(typeof DEVICES)[number], T>>;
interface Result extends ByDevice<number> {
  ratio: { mean: number; lower: number | null; upper: number | null };
  runs: number;
  utilisation: ByDevice<number> | null;
  dispatching: number | null;
}

describe("the interval of a ratio", () => {
  it("is Student's about the geometric mean", async () => {
    const { interval } = await bench("interval.mjs");
    // By hand: logarithms ±ln 2 have the mean 0 and the standard error ln 2, and t is 12.706 with one degree of freedom.
    const two = interval([0.5, 2]);
    expect(two.mean).toBeCloseTo(1, 12);
    expect(Math.log(two.upper)).toBeCloseTo(12.7062 * Math.LN2, 4);
    expect(two.lower * two.upper).toBeCloseTo(1, 9);
    // Five ratios e^-2 … e^2: the standard error is √(2.5 / 5), and t is 2.776 with four.
    const five = interval([-2, -1, 0, 1, 2].map(Math.exp));
    expect(Math.log(five.upper)).toBeCloseTo(2.776 * Math.sqrt(0.5), 2);
    expect(interval([3])).toEqual({ mean: expect.closeTo(3, 12), lower: null, upper: null });
  });
});

describe("what is reported of a work", () => {
  it("is medians, the ratio of times, and shares of each repetition's own roof", async () => {
    const { deviceComparison } = await bench("devices/results.mjs");
    const times = { cpu: [4, 6], gpu: [1, 2], smallest: [0.5, 0.5] };
    const rates = { cpu: [100, 100], gpu: [1000, 500] };
    expect(deviceComparison({ tokens: 60, flops: 200 }, { times, rates })).toMatchObject({
      cpu: 12,
      gpu: 40,
      ratio: { mean: 3.464 },
      runs: 2,
      utilisation: { cpu: 0.417, gpu: 0.2 },
      dispatching: 0.375,
    });
    const { cpu, gpu } = times;
    expect(deviceComparison({}, { times: { cpu, gpu }, rates: {} })).toMatchObject({
      cpu: 5,
      gpu: 1.5,
      utilisation: null,
      dispatching: null,
    });
  });
});

describe("the command", () => {
  interface Ended {
    status: number | string | null | undefined;
    stdout: string;
    stderr: string;
  }
  const run = (args: readonly string[], env = {}) =>
    new Promise<Ended>((resolve) => {
      const options = { env: { ...process.env, ...env } };
      execFile(process.execPath, ["bench/main.mjs", ...args], options, (error, stdout, stderr) =>
        resolve({ status: error?.code ?? 0, stdout, stderr }),
      );
    });

  it.each([
    [["--device", "tpu"], "Invalid value for --device (tpu). Expected one of: cpu, gpu"],
    [["--device", "gpu", "--models", "4.2M,5B"], "Invalid value for --models (5B)"],
    [["--device", "gpu", "--only", "vote"], "Invalid value for --only (vote). Expected some of: train"],
    [["--device", "gpu", "--no-peers"], "--no-peers does not go with --device gpu"],
    [["--models", "4.2M"], "--models goes with --device gpu"],
  ])("refuses %j in one line", async (args, message) => {
    const { status, stdout, stderr } = await run(args);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`bench: ${message}`);
    expect(stderr.trim()).not.toContain("\n");
  });

  it.runIf(process.platform === "linux")("ends in the engine's error where there is no device", async () => {
    const { status, stdout, stderr } = await run(["--device", "gpu"], {
      VK_ICD_FILENAMES: "/nowhere",
      VK_DRIVER_FILES: "/nowhere",
    });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.match(/error\[/g)).toHaveLength(1);
    expect(stderr).toContain("error[engine-device-missing]");
    expect(stderr).toContain("remedy");
  });
});

describe.skipIf(process.env.SELFTRAIN_TEST_DEVICE !== "gpu")(
  "on a device (needs SELFTRAIN_TEST_DEVICE=gpu)",
  () => {
    it("measures every work on both, with the product and the dispatches, and says what it left out", async () => {
      const { settings } = await bench("settings.mjs");
      settings.warmSeconds = 0;
      settings.matmul.size = 128;
      const { compareDevices } = await bench("devices/compare.mjs");
      const { deviceTable } = await bench("devices/table.mjs");
      const { deviceReport } = await import("../../dist/engine/onnx/device/report.js");
      const small = { name: "small", config: SMALL, memoryBudgetMiB: 512, sequences: 4, rows: 16 };
      const models = [{ ...small, name: "tight", memoryBudgetMiB: 1 }, small];
      const found = await compareDevices(models, ["train", "sample", "step"], 2, () => {});
      const results = found.results.small as Record<string, Result>;
      expect(Object.keys(results)).toEqual(["train", "sample", "step"]);
      for (const { cpu, gpu, ratio, runs } of Object.values(results)) {
        expect(runs).toBe(2);
        expect(Math.min(cpu, gpu, ratio.lower!)).toBeGreaterThan(0);
        expect(ratio.upper).toBeGreaterThan(ratio.mean);
      }
      for (const { utilisation, dispatching } of [results.train!, results.sample!]) {
        for (const device of DEVICES) expect(utilisation![device]).toBeGreaterThan(0);
        expect(dispatching).toBeGreaterThan(0);
      }
      expect(results.step).toMatchObject({ utilisation: null, dispatching: null });
      expect(Math.min(found.matmulGflops.cpu, found.matmulGflops.gpu)).toBeGreaterThan(0);
      expect(found.skipped).toEqual([
        { model: "tight", why: expect.stringContaining("memory-budget-too-small") },
      ]);
      const device = await deviceReport("gpu");
      const text = deviceTable({ ...found, device, peakRssMiB: 1 }, models);
      expect(text).toContain(`${device!.name} (${device!.backend}, ${device!.kind})`);
      expect(text).toContain("RLOO step small (1 × 16 × 32)");
      expect(text).toContain("tight was not measured: memory-budget-too-small");
    }, 600_000);
  },
);
