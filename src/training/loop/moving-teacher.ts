/** The teacher that follows the policy: an exponential moving average of its weights, part of the engine's state. */
import type { TrainConfig } from "../../config/train-config.js";
import type { VoteResult } from "../../core/vote/majority.js";
import type { Engine } from "../../engine/engine.js";
import type { Group, Rollout } from "../../group.js";
import type { Observer } from "../../run/observer.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { type Ballot, voteOf } from "../rollout/vote-group.js";
import type { Session } from "./session.js";

const COPY = "teacher";
/** That of M-GRPO's momentum model (arXiv 2512.13070). */
const DECAY = 0.99;

/**
 * Brings the teacher of the step that begins after `step` optimised ones up to date: the starting policy at first, then
 * θ_teacher ← d·θ_teacher + (1 − d)·θ once a step. It is done when a step begins and not when one ends, so that a resumed run, whose
 * checkpoint was written in between, has the same teacher.
 */
export async function moveTeacher(
  step: number,
  { reward, teacherDecay = DECAY }: TrainConfig,
  engine: Engine,
): Promise<void> {
  if (reward === "ema-teacher") await engine.updateCopy(COPY, step === 0 ? 0 : teacherDecay);
}

/** The teacher's solutions to the prompts of some groups, in the same order, drawn apart from the policy's. */
export async function sampleTeacher(
  groups: readonly Group[],
  config: TrainConfig,
  { engine, tokenizer, pool }: Session,
  { stream, firstPrompt }: { readonly stream: readonly number[]; readonly firstPrompt: number },
  observer?: Observer,
): Promise<Group[]> {
  const teacher = await engine.copySampler(COPY);
  const solved = await sampleGroups(
    teacher,
    tokenizer,
    groups.map(({ prompt }) => prompt),
    {
      samples: config.teacherSamples,
      maxTokens: config.maxNewTokens,
      temperature: 1,
      stream: [...stream, STREAM.movingTeacher],
      firstPrompt,
      canonicalise: pool.canonicalise,
      reading: pool.reading,
      onProgress: (done, total) => observer?.({ type: "phase", phase: "teacher", done, total }),
    },
  );
  await teacher.release();
  return solved;
}

/** The votes that make the labels: the teacher's, or, `joint`, those of its solutions and the policy's together. */
export function teacherVotesOn(
  groups: readonly Group[],
  taught: readonly Group[],
  { teacherVotes = "alone", vote }: TrainConfig,
  stream: readonly number[],
  ballot?: (rollout: Rollout) => Ballot,
): VoteResult[] {
  return taught.map((own, g) => {
    const joint = { ...own, rollouts: [...groups[g]!.rollouts, ...own.rollouts] };
    return voteOf(teacherVotes === "joint" ? joint : own, vote, [...stream, STREAM.movingTeacher], {
      ballot,
    });
  });
}
