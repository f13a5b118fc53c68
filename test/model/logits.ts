/** A model folder's logits, by the decoder's graph alone. */
import { Graph } from "../../src/graph/graph.js";
import { reshape } from "../../src/graph/ops/index.js";
import { readModelConfig } from "../../src/model/config-file.js";
import {
  causalAttention,
  decoder,
  embed,
  logits,
  parameterInputs,
  ropeInputs,
} from "../../src/model/decoder.js";
import { parameterSpecs } from "../../src/model/parameters.js";
import { readWeights } from "../../src/model/read-weights.js";
import { ropeTables } from "../../src/model/rope.js";
import { Runner } from "../graph/run.js";

/** Logits [T, V] of each sequence on its own. */
export async function logitsOf(
  folder: string,
  sequences: readonly (readonly number[])[],
): Promise<number[][]> {
  const config = readModelConfig(folder);
  const weights = readWeights(folder, config);
  const g = new Graph("logits");
  const params = parameterInputs(g, config);
  const x = embed(params, g.input("ids", "int64", ["B", "T"]));
  const inputs = { x, positions: g.input("positions", "int64", ["B", "T"]), ...ropeInputs(g, config) };
  const attend = causalAttention(config, g.input("mask", "float32", ["T", "T"]));
  const flat = logits(config, params, decoder(config, params, inputs, attend));
  g.output("logits", reshape(flat, ["B*T", config.vocabSize]));
  const runner = await Runner.create(g);

  const parameters = Object.fromEntries(
    parameterSpecs(config).map(({ name, shape, offset, size }) => [
      name,
      { shape, data: weights.subarray(offset, offset + size) },
    ]),
  );
  const out: number[][] = [];
  for (const ids of sequences) {
    const time = ids.length;
    const { cos, sin } = ropeTables(config.rope, time);
    const table = [time, config.headDim / 2];
    const mask = Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e9 : 0));
    const results = await runner.run({
      ...parameters,
      ids: { shape: [1, time], data: ids },
      positions: { shape: [1, time], data: ids.map((_, i) => i) },
      mask: { shape: [time, time], data: mask },
      cos: { shape: table, data: cos },
      sin: { shape: table, data: sin },
    });
    out.push(results.logits!.data);
  }
  return out;
}
