/**
 * The model layer by layer, keeping only what enters each: a third more arithmetic, for the intermediate values of one layer. The
 * vocabulary is reached by some of the rows at a time.
 */
import type { LossSpec } from "../../../core/loss/loss.js";
import { EMBEDDING } from "../../../model/parameters.js";
import type { Policy } from "../policy/policy.js";
import {
  headScoringProgram,
  headTrainingProgram,
  layerBackwardProgram,
  layerForwardProgram,
} from "../programs/layers.js";
import { lossName } from "../programs/losses.js";
import { scoreName, type TokenScore } from "../programs/scores.js";
import { GRADIENT } from "../programs/training.js";
import { sequenceFeeds } from "../runtime/sequence-feeds.js";
import { type AnyTensor, floatsOf, integers } from "../runtime/tensor.js";
import type { Sum } from "./gradient.js";
import { feedsOfRows, type LossFeeds } from "./loss-feeds.js";
import type { MicroBatch } from "./micro-batch.js";
import { type BatchResult, type Passes, type Programs, resultOf } from "./passes.js";
import type { Rows } from "./rows.js";

const DX = `${GRADIENT}x`;

/** `headRows` is the most rows that reach the vocabulary at a time. */
export function layerByLayer(programs: Programs, memory: Rows, headRows: number): Passes {
  const stream = (name: string, policy: Policy, tokens: number) =>
    memory.take(name, [tokens, policy.config.hiddenSize]);

  /** What enters each layer, and what leaves the last. */
  const forward = async (policy: Policy, batch: MicroBatch) => {
    const { config } = policy;
    const { tokens, time } = batch;
    const program = programs("layer-forward", () => layerForwardProgram(policy));
    const shared = sequenceFeeds(batch.rows, batch.time);
    const first = stream("x:0", policy, tokens.length);
    await memory.lookUp(policy.embeddings, tokens, first, config.embeddingScale);
    const entering = [first];
    for (let layer = 0; layer < config.layers; layer++) {
      const y = stream(`x:${layer + 1}`, policy, tokens.length);
      const x = entering[layer] as typeof y;
      await program.run({ ...policy.layerFeeds(layer, time), ...shared, x }, { y });
      entering.push(y);
    }
    return entering;
  };

  return {
    async train(policy, batch, loss, feeds, gradient) {
      const { config } = policy;
      const { tokens, time } = batch;
      const entering = await forward(policy, batch);
      const hidden = entering.pop() as AnyTensor;
      const head = { policy, batch, programs, headRows, memory, hidden };
      const { result, dy: last } = await trainHead(head, loss, feeds, gradient);

      const program = programs("layer-backward", () => layerBackwardProgram(policy));
      const shared = sequenceFeeds(batch.rows, batch.time);
      let dy = last;
      let dx = stream("dx", policy, tokens.length);
      for (let layer = config.layers - 1; layer >= 0; layer--) {
        const all = { ...policy.layerFeeds(layer, time), ...shared, x: entering[layer] as AnyTensor, dy };
        await gradient.run(program, all, { [DX]: dx }, layer);
        [dy, dx] = [dx, dy];
      }
      await gradient.addRows(EMBEDDING, tokens, dy, config.embeddingScale);
      return result;
    },

    async score(policy, batch, score) {
      const hidden = (await forward(policy, batch)).at(-1) as AnyTensor;
      return scoreHead({ policy, batch, programs, headRows, memory, hidden }, score);
    },
  };
}

interface Head {
  readonly policy: Policy;
  readonly batch: MicroBatch;
  readonly programs: Programs;
  readonly headRows: number;
  readonly memory: Rows;
  /** The residual stream [N, D] after the last layer. */
  readonly hidden: AnyTensor;
}

/** A score of each scored token [M]. */
async function scoreHead(head: Head, score: TokenScore): Promise<Float32Array> {
  const { policy, batch } = head;
  const name = scoreName("head-score", score);
  const program = head.programs(name, () => headScoringProgram(policy, score));
  const scores = new Float32Array(batch.scored.length);
  for await (const chunk of chunksOf(head)) {
    const outputs = await program.run({ ...policy.feeds(1), ...chunk.feeds });
    scores.set(floatsOf(outputs, "scores"), chunk.from);
  }
  return scores;
}

/** Loss and logprobs, and the gradient `dy` [N, D] of what leaves the last layer: zero where nothing is scored. */
async function trainHead(
  head: Head,
  loss: LossSpec,
  feeds: LossFeeds,
  gradient: Sum,
): Promise<{ readonly result: BatchResult; readonly dy: AnyTensor }> {
  const { policy, batch, memory } = head;
  const width = policy.config.hiddenSize;
  const program = head.programs(`head-${lossName(loss)}`, () => headTrainingProgram(policy, loss));
  const logprobs = new Float32Array(batch.scored.length);
  const sums = { loss: 0, clipped: 0, entropy: 0 };
  let dy = memory.take("dy", head.hidden.dims);
  await memory.clear(dy);
  // A loss of whole sequences must know of a chunk's sequences what lies in others.
  const split = feeds.firsts !== null && batch.scored.length > head.headRows;
  const beforehand = split ? await scoreHead(head, "logprob") : null;
  for await (const { from, to, rows, feeds: own } of chunksOf(head)) {
    const dx = memory.take("d-rows", [to - from, width]);
    const part = feedsOfRows(feeds, from, to, beforehand);
    const outputs = await gradient.run(program, { ...policy.feeds(1), ...own, ...part }, { [DX]: dx });
    const result = resultOf(outputs);
    sums.loss += result.loss;
    sums.clipped += result.clipped;
    sums.entropy += result.entropy;
    logprobs.set(result.logprobs, from);
    dy = await memory.put(dy, rows, dx);
  }
  return { result: { ...sums, logprobs }, dy };
}

/** The scored rows, some at a time, as feeds of a head program. */
async function* chunksOf({ policy, batch, headRows, memory, hidden }: Head) {
  const { scored, targets } = batch;
  const width = policy.config.hiddenSize;
  for (let from = 0; from < scored.length; from += headRows) {
    const to = Math.min(from + headRows, scored.length);
    const rows = Array.from(scored.subarray(from, to), Number);
    const x = memory.take("rows", [to - from, width]);
    await memory.lookUp(hidden, rows, x);
    yield { from, to, rows, feeds: { x, targets: integers(targets.subarray(from, to), [to - from, 1]) } };
  }
}
