/** The plan of a step: numbers by hand, what follows from what, and what is said of it. */
import { describe, expect, it } from "vitest";
import { devices } from "../../../src/apps/plan/constants.js";
import {
  cacheBytes,
  decodeSeconds,
  forwardFlops,
  stepCost,
  trainSeconds,
} from "../../../src/apps/plan/cost.js";
import { planStep } from "../../../src/apps/plan/plan.js";
import { shapeOf, sizeNamed } from "../../../src/apps/plan/shapes.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { planConfigSchema, planModels } from "../../../src/config/plan-config.js";
import { llamaConfig } from "../../../src/model/config-file.js";
import { fakeIo } from "../../cli/fake-io.js";

const shape = { name: "hand", layers: 2, width: 10, kvWidth: 5, parameters: 1000, active: 900 };
const device = {
  ...devices.h100,
  flops: 1e6,
  bandwidth: 1e5,
  memory: 1e6,
  weightBytes: 2,
  trainShare: 0.5,
  decodeShare: 0.25,
  bandwidthShare: 0.5,
  layerSeconds: 0.001,
  recompute: false,
};

describe("the arithmetic of a step", () => {
  it("is, of a token forward, two products a weight and causal attention over half the sequence", () => {
    expect(forwardFlops(shape, 100)).toBe(2 * 900 + 2 * 2 * 10 * 100);
    expect(cacheBytes(shape, device)).toBe(2 * 2 * 5 * 2);
  });

  it("is, of training, three times forward; twice with an adapter; once more where it is recomputed, or a mismatch corrected", () => {
    const forward = (8 * 100 * forwardFlops(shape, 100)) / (4 * 1e6 * 0.5);
    const whole = { lora: false, mismatch: false };
    expect(trainSeconds(shape, device, 4, 8, 100, whole)).toBeCloseTo(3 * forward, 10);
    expect(trainSeconds(shape, device, 4, 8, 100, { ...whole, lora: true })).toBeCloseTo(2 * forward, 10);
    for (const once of [
      trainSeconds(shape, { ...device, recompute: true }, 4, 8, 100, whole),
      trainSeconds(shape, device, 4, 8, 100, { ...whole, mismatch: true }),
    ])
      expect(once).toBeCloseTo(4 * forward, 10);
  });

  it("is, of a decode step, weights and caches read, then products, then the layers", () => {
    const read = (2000 + 3 * 50 * 40) / (1e5 * 0.5);
    const products = (3 * (1800 + 4 * 2 * 10 * 50)) / (1e6 * 0.25);
    expect(decodeSeconds(shape, device, 1, 3, 50)).toBeCloseTo(read + products + 0.002, 10);
  });

  it("adds up: parts to the total, hours to dollars, positions to bytes", () => {
    const step = {
      rollouts: 64,
      samplesPerPrompt: 8,
      promptTokens: 10,
      newTokens: 20,
      lora: false,
      mismatch: false,
      wire: "protobuf",
    } as const;
    const cost = stepCost(shape, step, { device, count: 4, sync: 1e6, link: 1e6, price: 2 });
    expect(cost.total).toBeCloseTo(cost.sample + cost.train + cost.sync + cost.link + cost.loop, 10);
    expect(cost.dollars).toBeCloseTo((cost.total / 3600) * 4 * 2, 12);
    expect(cost.bytes).toEqual({ sampled: 64 * 20 * 8, trained: 64 * (29 * 20 + 230) });
    const corrected = stepCost(
      shape,
      { ...step, mismatch: true },
      { device, count: 4, sync: 1e6, link: 1e6, price: 2 },
    );
    expect(corrected.bytes.trained).toBe(64 * (29 * 36 + 2 * 230));
    expect(corrected.train).toBeCloseTo((cost.train * 4) / 3, 12);
    expect(corrected.loop).toBeGreaterThan(cost.loop);
    expect(cost.sync).toBeCloseTo(2000 / 1e6, 12);
    expect(cost).toMatchObject({ spread: 1, rows: 16, tokens: 64 * 30 });
  });

  it("spreads a model that a device does not hold, and draws in waves what its memory does not", () => {
    const step = {
      rollouts: 4096,
      samplesPerPrompt: 8,
      promptTokens: 256,
      newTokens: 1024,
      lora: false,
      mismatch: false,
      wire: "json",
    } as const;
    const machines = { device: devices.h100, count: 8, sync: 25e9, link: 1e9, price: 3 };
    const large = stepCost(sizeNamed("72B")!, step, machines);
    expect(large.spread).toBe(4);
    expect(large.rows).toBeLessThan(4096 / 2);
    expect(large.least).toBe(Math.ceil((72.706e9 * 16) / (80e9 * 0.85)));
    expect(stepCost(sizeNamed("72B")!, { ...step, lora: true }, machines).least).toBe(4);
  });
});

describe("a plan", () => {
  const plan = (changes: object) => planStep(planConfigSchema.parse(changes));

  it("covers every size and number of rollouts, each larger step taking longer", async () => {
    const { lines, tooLarge } = await plan({ gpus: 64 });
    expect(lines).toHaveLength(planModels.length * 5);
    expect(tooLarge).toEqual([]);
    for (const model of planModels) {
      const totals = lines.filter((line) => line.model === model).map(({ total }) => total);
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    }
    for (const line of lines)
      expect(Object.values(line).every((value) => typeof value !== "number" || Number.isFinite(value))).toBe(
        true,
      );
  });

  it("says what it assumed, and takes other figures in their place", async () => {
    const base = await plan({ model: "7B", gpus: 64, rollouts: [8192] });
    const text = base.assumptions.join("\n");
    for (const said of [
      "32 completions",
      "989 TFLOP/s",
      "35%",
      "25 GB/s",
      "protobuf",
      "$3 ",
      "assumed",
      "measured",
    ])
      expect(text).toContain(said);
    const faster = await plan({
      model: "7B",
      gpus: 64,
      rollouts: [8192],
      assume: { trainShare: 0.7, recompute: false },
      price: 0,
    });
    expect(faster.lines[0]!.train / base.lines[0]!.train).toBeCloseTo((0.5 * 4) / 5, 10);
    expect(faster.lines[0]!.dollars).toBe(0);
    expect(faster.assumptions.join("\n")).toContain("70%");
  });

  it("leaves out what does not fit, and says how many devices would do", async () => {
    const { lines, tooLarge } = await plan({ gpus: 8, rollouts: [512] });
    expect(lines.map(({ model }) => model)).not.toContain("235B");
    expect(tooLarge).toContainEqual({ model: "235B", least: Math.ceil((235.094e9 * 16) / (80e9 * 0.85)) });
    await expect(plan({ model: "235B", gpus: 8 })).rejects.toMatchObject({
      code: "plan-too-large",
      expected: "56 or more",
    });
  });

  it("reads the shape of a model that is here: embeddings are looked up, a tied head is multiplied with", () => {
    const shared = {
      hiddenSize: 8,
      feedForward: 16,
      layers: 2,
      heads: 2,
      kvHeads: 1,
      headDim: 4,
      vocabSize: 100,
      contextLength: 32,
      eosTokens: [1],
      padToken: 0,
    };
    const tied = shapeOf("tied", llamaConfig({ ...shared, tiedHead: true }));
    const untied = shapeOf("untied", llamaConfig({ ...shared, tiedHead: false }));
    expect(untied.parameters - tied.parameters).toBe(800);
    expect(untied.active).toBe(tied.active);
    expect(tied).toMatchObject({ layers: 2, width: 8, kvWidth: 4 });
  });
});

describe("selftrain plan", () => {
  it("prints a table with its assumptions, or JSON", async () => {
    const io = fakeIo(["plan", "--model", "7B", "--gpus", "64", "--rollouts", "512,65536"]);
    expect(await runCli(io)).toBe(0);
    expect(io.stdout.text).toContain("64 × H100 SXM");
    expect(io.stdout.text).toContain("65,536");
    expect(io.stdout.text).toContain("Assumed:");
    const json = fakeIo(["plan", "--model", "7B", "--gpus", "64", "--json"]);
    expect(await runCli(json)).toBe(0);
    expect(JSON.parse(json.stdout.text)).toMatchObject({
      lines: expect.any(Array),
      assumptions: expect.any(Array),
    });
  });

  it("refuses what is no model, and no device", async () => {
    const model = fakeIo(["plan", "--model", "./nowhere/7Billion"]);
    expect(await runCli(model)).toBe(1);
    expect(model.stderr.text).toContain("model-not-found");
    const gpu = fakeIo(["plan", "--gpu", "b200"]);
    expect(await runCli(gpu)).toBe(2);
    expect(gpu.stderr.text).toContain("config-invalid-value");
  });
});
