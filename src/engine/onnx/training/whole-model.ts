/** The whole model in one program: no work is done twice, and every layer's intermediate values are held at once. */
import { EMBEDDING } from "../../../model/parameters.js";
import type { Policy } from "../policy/policy.js";
import { lossName } from "../programs/losses.js";
import { scoreName } from "../programs/scores.js";
import { GRADIENT, scoringProgram, trainingProgram } from "../programs/training.js";
import { sequenceFeeds } from "../runtime/sequence-feeds.js";
import { floatsOf, integers, type Tensors } from "../runtime/tensor.js";
import { feedsOfRows } from "./loss-feeds.js";
import type { MicroBatch } from "./micro-batch.js";
import { type Passes, type Programs, resultOf } from "./passes.js";
import type { Rows } from "./rows.js";

const X = `${GRADIENT}embeddings`;

export function wholeModel(programs: Programs, memory: Rows): Passes {
  const feedsOf = async (policy: Policy, batch: MicroBatch): Promise<Tensors> => {
    const { rows, time, scored, targets, tokens } = batch;
    const embeddings = memory.take("x", [rows, time, policy.config.hiddenSize]);
    await memory.lookUp(policy.embeddings, tokens, embeddings);
    return {
      ...policy.feeds(time),
      ...sequenceFeeds(batch.rows, batch.time),
      embeddings,
      rows: integers(scored, [scored.length]),
      targets: integers(targets, [targets.length, 1]),
    };
  };

  return {
    async train(policy, batch, loss, feeds, gradient) {
      const { rows, time, tokens, scored } = batch;
      const program = programs(lossName(loss), () => trainingProgram(policy, loss));
      const dx = memory.take("dx", [rows, time, policy.config.hiddenSize]);
      const all = { ...(await feedsOf(policy, batch)), ...feedsOfRows(feeds, 0, scored.length) };
      const outputs = await gradient.run(program, all, { [X]: dx });
      await gradient.addRows(EMBEDDING, tokens, dx);
      return resultOf(outputs);
    },

    async score(policy, batch, score) {
      const program = programs(scoreName("score", score), () => scoringProgram(policy, score));
      return floatsOf(await program.run(await feedsOf(policy, batch)), "scores");
    },
  };
}
