/** Self-training on a graphics device. Without one these tests are skipped; .ci/device-tests.sh runs them on software Vulkan. */
import fs from "node:fs";
import { join } from "node:path";
import { pretrain, type TrainConfig, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { planPretrain } from "../../../dist/training/pretrain/plan.js";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { type Fault, trainInChild } from "./child.js";
import { recordsOf } from "./run-contents.js";
import { tinyBase, tinyPretraining, tinyTraining } from "./tiny-base.js";

const onDevice = process.env.SELFTRAIN_TEST_DEVICE === "gpu";

const LOST = "WebGPU device lost (1): it fell off the bus";
const REFUSED = "WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.";

describe.skipIf(!onDevice)("a run on a device (needs SELFTRAIN_TEST_DEVICE=gpu)", () => {
  const base = tinyBase();
  const at = (name: string) => join(base.folder, name);
  const config = (output: string, changes = {}): TrainConfig =>
    tinyTraining(base, at(output), { engine: { device: "gpu" }, ...changes });
  const environments = (output: string) =>
    JSON.parse(fs.readFileSync(join(at(output), "environment.json"), "utf8")) as { device?: object }[];
  const numbers = (output: string) =>
    recordsOf(at(output)).map(({ kind, step, metrics }) => ({ kind, step, metrics }));

  /** Rounding may differ from one process to the next. */
  const alike = (found: string, expected: string) => {
    const [a, b] = [numbers(found), numbers(expected)];
    expect(a.map(({ kind, step }) => `${kind} ${step}`)).toEqual(
      b.map(({ kind, step }) => `${kind} ${step}`),
    );
    a.forEach(({ metrics }, i) => {
      for (const [name, value] of Object.entries(b[i]!.metrics))
        if (typeof value === "number") expect(metrics[name], `${name} ${i}`).toBeCloseTo(value, 3);
    });
  };

  it("learns what one on the processor learns, and says what computed", async () => {
    await train(config("whole"));
    await train(config("cpu", { engine: { threads: 1 } }));
    alike("whole", "cpu");
    expect(environments("whole")).toMatchObject([
      {
        device: {
          name: expect.stringMatching(/\S/),
          largestBinding: expect.any(Number),
          deterministic: expect.any(Boolean),
        },
      },
    ]);
    expect(environments("cpu")[0]).not.toHaveProperty("device");
  });

  it("is refused before a model is made that the device cannot bind, as a dry run is", async () => {
    const wide = { hiddenSize: 2 ** 16, feedForward: 2 ** 16, layers: 1, heads: 64, contextLength: 16 };
    const asked = tinyPretraining(base, at("wide"), { model: wide, engine: { device: "gpu" } });
    const refusal = {
      code: "engine-device-limit",
      found: expect.stringContaining("[65536, 65536]: 16,384 MiB"),
      expected: expect.stringMatching(/^at most [\d,.]+ MiB a tensor$/),
      remedy: expect.stringContaining("engine.device"),
    };
    await expect(pretrain(asked)).rejects.toMatchObject(refusal);
    await expect(planPretrain(asked)).rejects.toMatchObject(refusal);
    expect(fs.existsSync(at("wide"))).toBe(false);
  });

  it("goes on from a checkpoint within rounding", async () => {
    await train(config("halves", { steps: 2 }));
    await train(config("halves"), { resume: true });
    alike("halves", "whole");
    expect(environments("halves").map(({ device }) => device)).toHaveLength(2);
  });

  for (const [what, message, code] of [
    ["lost", LOST, "engine-device-lost"],
    ["out of memory", REFUSED, "engine-device-memory"],
  ] as const)
    it(`ends in one error where the device is ${what}, and goes on with resume`, async () => {
      const output = `ended-${code}`;
      const fault: Fault = { do: "fail-device", message, step: 2 };
      const { error } = await trainInChild("train", config(output), fault);
      expect(error).toMatchObject({ code, remedy: expect.stringContaining("--resume") });
      expect(readRunInfo(at(output))).toMatchObject({ status: "failed", error: { code } });
      expect(listCheckpoints(at(output)).at(-1)?.step).toBe(2);
      expect(await trainInChild("train", config(output))).toEqual({ code: 0, signal: null, error: null });
      expect(readRunInfo(at(output)).status).toBe("finished");
      alike(output, "whole");
    });
});
