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
import type { Scratch } from "../runtime/scratch.js";
import { sequenceFeeds } from "../runtime/sequence-feeds.js";
import { floats, floatsOf, integers } from "../runtime/session.js";
import { addRowGradients, lookUp } from "./embedding.js";
import type { GradientSum } from "./gradient.js";
import { feedsOfRows, type LossFeeds } from "./loss-feeds.js";
import type { MicroBatch } from "./micro-batch.js";
import { type BatchResult, type Passes, type Programs, resultOf } from "./passes.js";

const DX = `${GRADIENT}x`;

/** `headRows` is the most rows that reach the vocabulary at a time. */
export function layerByLayer(programs: Programs, scratch: Scratch, headRows: number): Passes {
  const stream = (name: string, policy: Policy, tokens: number) => {
    const { hiddenSize } = policy.config;
    return floats(scratch.take(name, tokens * hiddenSize), [tokens, hiddenSize]);
  };

  /** What enters each layer, and what leaves the last. */
  const forward = async (policy: Policy, batch: MicroBatch) => {
    const { config } = policy;
    const { tokens, time } = batch;
    const program = await programs("layer-forward", () => layerForwardProgram(policy));
    const shared = sequenceFeeds(batch.rows, batch.time);
    const first = stream("x:0", policy, tokens.length);
    const values = lookUp(policy.embeddings, config.hiddenSize, tokens, first.data as Float32Array);
    if (config.embeddingScale !== 1) scaleInPlace(values, config.embeddingScale);
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
      let dy = stream("dy", policy, tokens.length);
      const head = {
        policy,
        batch,
        programs,
        headRows,
        scratch,
        hidden: entering.pop()!.data as Float32Array,
      };
      const result = await trainHead(head, loss, feeds, gradient, dy.data as Float32Array);

      const program = await programs("layer-backward", () => layerBackwardProgram(policy));
      const shared = sequenceFeeds(batch.rows, batch.time);
      let dx = stream("dx", policy, tokens.length);
      for (let layer = config.layers - 1; layer >= 0; layer--) {
        const sums = gradient.layers[layer]!;
        const x = entering[layer]!;
        const all = { ...policy.layerFeeds(layer, time), ...shared, ...sums.feeds, x, dy };
        await program.run(all, { ...sums.into, [DX]: dx });
        [dy, dx] = [dx, dy];
      }
      const table = gradient.part(EMBEDDING);
      const rows = dy.data as Float32Array;
      if (table) addRowGradients(table, config.hiddenSize, tokens, rows, config.embeddingScale);
      return result;
    },

    async score(policy, batch, score) {
      const hidden = (await forward(policy, batch)).at(-1)!.data as Float32Array;
      return scoreHead({ policy, batch, programs, headRows, scratch, hidden }, score);
    },
  };
}

interface Head {
  readonly policy: Policy;
  readonly batch: MicroBatch;
  readonly programs: Programs;
  readonly headRows: number;
  readonly scratch: Scratch;
  /** The residual stream [N, D] after the last layer. */
  readonly hidden: Float32Array;
}

/** A score of each scored token [M]. */
async function scoreHead(head: Head, score: TokenScore): Promise<Float32Array> {
  const { policy, batch } = head;
  const name = scoreName("head-score", score);
  const program = await head.programs(name, () => headScoringProgram(policy, score));
  const scores = new Float32Array(batch.scored.length);
  for (const chunk of chunksOf(head)) {
    const outputs = await program.run({ ...policy.feeds(1), ...chunk.feeds });
    scores.set(floatsOf(outputs, "scores"), chunk.from);
  }
  return scores;
}

/** Loss, logprobs, and the gradient `dy` [N, D] of what leaves the last layer: zero where nothing is scored. */
async function trainHead(
  head: Head,
  loss: LossSpec,
  feeds: LossFeeds,
  gradient: GradientSum,
  dy: Float32Array,
): Promise<BatchResult> {
  const { policy, batch, scratch } = head;
  const width = policy.config.hiddenSize;
  const program = await head.programs(`head-${lossName(loss)}`, () => headTrainingProgram(policy, loss));
  const logprobs = new Float32Array(batch.scored.length);
  const sums = { loss: 0, clipped: 0, entropy: 0 };
  dy.fill(0);
  // A loss of whole sequences must know of a chunk's sequences what lies in others.
  const split = feeds.firsts !== null && batch.scored.length > head.headRows;
  const beforehand = split ? await scoreHead(head, "logprob") : null;
  for (const { from, to, feeds: own } of chunksOf(head)) {
    const dx = floats(scratch.take("d-rows", (to - from) * width), [to - from, width]);
    const part = feedsOfRows(feeds, from, to, beforehand);
    const all = { ...policy.feeds(1), ...own, ...part, ...gradient.sums.feeds };
    const outputs = await program.run(all, { ...gradient.sums.into, [DX]: dx });
    const result = resultOf(outputs);
    sums.loss += result.loss;
    sums.clipped += result.clipped;
    sums.entropy += result.entropy;
    logprobs.set(result.logprobs, from);
    for (let i = from; i < to; i++) {
      const row = (dx.data as Float32Array).subarray((i - from) * width, (i - from + 1) * width);
      dy.set(row, Number(batch.scored[i]) * width);
    }
  }
  return { ...sums, logprobs };
}

/** The scored rows, some at a time, as feeds of a head program. */
function* chunksOf({ policy, batch, headRows, scratch, hidden }: Head) {
  const { scored, targets } = batch;
  const width = policy.config.hiddenSize;
  for (let from = 0; from < scored.length; from += headRows) {
    const to = Math.min(from + headRows, scored.length);
    const rows = lookUp(
      hidden,
      width,
      Array.from(scored.subarray(from, to), Number),
      scratch.take("rows", (to - from) * width),
    );
    const feeds = {
      x: floats(rows, [to - from, width]),
      targets: integers(targets.subarray(from, to), [to - from, 1]),
    };
    yield { from, to, feeds };
  }
}

function scaleInPlace(values: Float32Array, scale: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * scale;
}
