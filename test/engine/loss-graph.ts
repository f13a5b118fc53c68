/** The losses by themselves: the engine's own graph and feeds, with logprobs, or logits, given instead of a model's. */

import type { LossSpec } from "../../src/core/loss/loss.js";
import type { Datum } from "../../src/engine/engine.js";
import { publishLoss } from "../../src/engine/onnx/programs/losses.js";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { floats, floatsOf, integers } from "../../src/engine/onnx/runtime/tensor.js";
import { feedsOfRows, lossFeeds } from "../../src/engine/onnx/training/loss-feeds.js";
import { pullback } from "../../src/graph/autodiff.js";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { DEVICE } from "./on-device.js";
import { packed } from "./packed.js";

export interface Evaluated {
  readonly loss: number;
  readonly clipped: number;
  readonly entropy: number;
  /** With respect to what was given, a datum each: [T], or [T · V] of logits. */
  readonly gradient: readonly Float32Array[];
}

/** `given` are logprobs [T] of each datum or, with a vocabulary, logits [T · V]. Positions are in the order of the data. */
export async function evaluateLoss(
  loss: LossSpec,
  data: readonly Datum[],
  given: readonly Float32Array[],
  vocabulary: number | null = null,
): Promise<Evaluated> {
  const g = new Graph("loss-alone");
  const leaf = g.input("leaf", "float32", vocabulary === null ? ["M"] : ["M", vocabulary]);
  const all = vocabulary === null ? leaf : ops.logSoftmax(leaf);
  const logp =
    vocabulary === null
      ? leaf
      : ops.reshape(ops.gatherElements(all, g.input("targets", "int64", ["M", 1])), ["M"]);
  const total = publishLoss(g, loss, { logp, vocabulary: all });
  g.output("gradient", pullback([[total, g.float(1)]], [leaf])[0]!);

  const [micro] = packed(data, data.length);
  const { members, rows: own, batch } = micro!;
  const rows = batch.scored.length;
  const width = vocabulary ?? 1;
  const joined = new Float32Array(rows * width);
  let at = 0;
  for (const member of members) {
    joined.set(given[member]!, at);
    at += given[member]!.length;
  }
  const program = compile(g, 1, DEVICE);
  const outputs = await program.run({
    leaf: floats(joined, vocabulary === null ? [rows] : [rows, vocabulary]),
    targets: integers(batch.targets, [rows, 1]),
    ...feedsOfRows(lossFeeds(own, loss), 0, rows),
  });
  await program.release();
  const gradient: Float32Array[] = data.map(() => new Float32Array(0));
  const flat = floatsOf(outputs, "gradient");
  at = 0;
  for (const member of members) {
    gradient[member] = flat.slice(at, at + given[member]!.length);
    at += given[member]!.length;
  }
  const sum = (name: string) => floatsOf(outputs, name)?.[0] ?? 0;
  return { loss: sum("loss"), clipped: sum("clipped"), entropy: sum("entropy"), gradient };
}
