/**
 * Measures of next-token distributions against JavaScript on the decoder's logits: through the whole model and layer by layer, where the
 * vocabulary is reached by some rows at a time. Tolerance 1e-4 (float32).
 */
import { describe, expect, it } from "vitest";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { layerByLayer } from "../../src/engine/onnx/training/layer-by-layer.js";
import { split } from "../../src/engine/onnx/training/micro-batch.js";
import type { TokenMeasure } from "../../src/group.js";
import { llamaConfig } from "../../src/model/config-file.js";
import { logitsOf } from "../model/logits.js";
import { compiling } from "./compiling.js";
import { DEVICE, PLACE, someRows } from "./on-device.js";
import { packed } from "./packed.js";
import { GQA, MHA, temporaryModel } from "./tiny-model.js";
import { worst } from "./worst.js";

const data = [
  { prompt: [2, 3], completion: [4, 5, 6, 1] },
  { prompt: [7], completion: [3, 1] },
  { prompt: [2, 9, 4, 5, 5], completion: [11, 10, 9, 8, 7, 2, 1] },
];

/** In double precision, by the definitions. */
const DEFINED: Readonly<Record<TokenMeasure, (p: readonly number[]) => number>> = {
  entropy: (p) => -p.reduce((sum, x) => sum + (x > 0 ? x * Math.log(x) : 0), 0),
  // KL(U‖p) = Σ 1/V · log((1/V) / p).
  "self-certainty": (p) => p.reduce((sum, x) => sum + Math.log(1 / p.length / x) / p.length, 0),
};

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const exps = logits.map((x) => Math.exp(x - highest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((x) => x / total);
}

async function expected(folder: string, measure: TokenMeasure): Promise<number[][]> {
  const rows: number[][] = [];
  for (const { prompt, completion } of data) {
    const sequence = [...prompt, ...completion];
    const flat = (await logitsOf(folder, [sequence]))[0]!;
    const vocabulary = flat.length / sequence.length;
    rows.push(
      completion.map((_, t) => {
        const at = (prompt.length - 1 + t) * vocabulary;
        return DEFINED[measure](softmax(flat.slice(at, at + vocabulary)));
      }),
    );
  }
  return rows;
}

const WIDE = llamaConfig({ ...MHA, vocabSize: 1500 });

describe.each([
  ["untied", MHA],
  ["tied, grouped queries", GQA],
  ["a vocabulary of 1500", WIDE],
])("measures of a model: %s", (_, config) => {
  const folder = temporaryModel(config, 4);

  for (const measure of ["entropy", "self-certainty"] as const) {
    it(`${measure}, through the whole model and layer by layer`, async () => {
      const wanted = await expected(folder, measure);
      for (const gradientCheckpointing of ["never", "always"] as const) {
        const core = new OnnxCore({
          model: { folder },
          threads: 1,
          memoryBudgetMiB: 300,
          device: DEVICE,
          gradientCheckpointing,
        });
        const found = await core.measure("current", data, measure);
        for (const [i, values] of found.entries()) expect(worst(values, wanted[i]!)).toBeLessThan(1e-4);
        await core.close();
      }
    });

    it(`${measure}, in chunks of rows that cut sequences`, async () => {
      const wanted = await expected(folder, measure);
      const policy = openPolicy({ folder }, null, PLACE);
      const passes = layerByLayer(compiling(), someRows(), 3);
      for (const { members, rows, batch } of packed(data, 2)) {
        const scored = split(await passes.score(policy, batch, measure), rows);
        for (const [row, values] of scored.entries())
          expect(worst(values, wanted[members[row]!]!)).toBeLessThan(1e-4);
      }
    });
  }
});

describe("what a measure is at its ends", () => {
  it("is log V of entropy and no certainty for a model that knows nothing", async () => {
    const folder = temporaryModel(MHA, 0, 0);
    const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 300, device: DEVICE });
    for (const values of await core.measure("current", data, "entropy"))
      for (const value of values) expect(value).toBeCloseTo(Math.log(MHA.vocabSize), 5);
    for (const values of await core.measure("current", data, "self-certainty"))
      for (const value of values) expect(value).toBeCloseTo(0, 5);
    await core.close();
  });
});
