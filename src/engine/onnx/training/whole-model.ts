/** The whole model in one program: no work is done twice, and every layer's intermediate values are held at once. */
import { EMBEDDING } from "../../../model/parameters.js";
import type { Policy } from "../policy/policy.js";
import { lossName } from "../programs/losses.js";
import { scoreName } from "../programs/scores.js";
import { GRADIENT, scoringProgram, trainingProgram } from "../programs/training.js";
import type { Scratch } from "../runtime/scratch.js";
import { sequenceFeeds } from "../runtime/sequence-feeds.js";
import { floats, floatsOf, integers, type Tensors } from "../runtime/session.js";
import { addRowGradients, lookUp } from "./embedding.js";
import { feedsOfRows } from "./loss-feeds.js";
import type { MicroBatch } from "./micro-batch.js";
import { type Passes, type Programs, resultOf } from "./passes.js";

const X = `${GRADIENT}embeddings`;

export function wholeModel(programs: Programs, scratch: Scratch): Passes {
  const feedsOf = (policy: Policy, batch: MicroBatch): Tensors => {
    const { hiddenSize } = policy.config;
    const { rows, time, scored, targets, tokens } = batch;
    const x = lookUp(policy.embeddings, hiddenSize, tokens, scratch.take("x", tokens.length * hiddenSize));
    return {
      ...policy.feeds(time),
      ...sequenceFeeds(batch.rows, batch.time),
      embeddings: floats(x, [rows, time, hiddenSize]),
      rows: integers(scored, [scored.length]),
      targets: integers(targets, [targets.length, 1]),
    };
  };

  return {
    async train(policy, batch, loss, feeds, gradient) {
      const { rows, time, tokens, scored } = batch;
      const width = policy.config.hiddenSize;
      const program = await programs(lossName(loss), () => trainingProgram(policy, loss));
      const dx = floats(scratch.take("dx", tokens.length * width), [rows, time, width]);
      const outputs = await program.run(
        { ...feedsOf(policy, batch), ...feedsOfRows(feeds, 0, scored.length), ...gradient.sums.feeds },
        { ...gradient.sums.into, [X]: dx },
      );
      const table = gradient.part(EMBEDDING);
      if (table) addRowGradients(table, width, tokens, dx.data as Float32Array);
      return resultOf(outputs);
    },

    async score(policy, batch, score) {
      const program = await programs(scoreName("score", score), () => scoringProgram(policy, score));
      return floatsOf(await program.run(feedsOf(policy, batch)), "scores");
    },
  };
}
