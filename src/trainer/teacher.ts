/** The starting policy's votes on the pool: labels of the fixed teacher, and the label-free measure of how easy a prompt is. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { TrainConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../fs/atomic.js";
import type { Prompt } from "../group.js";
import type { TeacherLabels } from "../reward/stored-labels.js";
import { checkFinite } from "../rollout/finite.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { voteOf } from "../rollout/vote-group.js";
import type { Observer } from "../run/observer.js";
import type { Run } from "../run/run.js";
import { noticeFailures } from "./grader-notice.js";
import type { Session } from "./session.js";

export interface TeacherVote {
  /** Majority answer; null where the vote has none. */
  readonly label: string | null;
  /** Agreement. */
  readonly share: number;
}

export type TeacherVotes = ReadonlyMap<string, TeacherVote>;

const fileSchema = z.record(z.string(), z.object({ label: z.string().nullable(), share: z.number() }));

/** Votes on every prompt of the pool, made once a run and kept in `teacher.json`. */
export async function teacherVotes(
  config: TrainConfig,
  { engine, tokenizer, pool }: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): Promise<TeacherVotes> {
  const stored = storedTeacherVotes(run.path);
  if (stored) return stored;
  const teacher = await engine.baseSampler();
  const groups = await sampleGroups(teacher, tokenizer, pool.prompts, {
    samples: config.teacherSamples,
    maxTokens: config.maxNewTokens,
    temperature: 1,
    stream: [config.seed, STREAM.teacher],
    canonicalise: pool.canonicalise,
    reading: pool.reading,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "teacher", done, total }),
  });
  await teacher.release();
  checkFinite(groups);
  noticeFailures(groups, observer);
  const votes = new Map(
    groups.map((group) => {
      const { label, share } = voteOf(group, config.vote, [config.seed, STREAM.teacher]);
      return [group.prompt.id, { label, share }];
    }),
  );
  writeFileAtomic(votesPath(run.path), `${JSON.stringify(Object.fromEntries(votes), null, 1)}\n`);
  return votes;
}

const votesPath = (run: string) => join(run, "teacher.json");

/** The votes that a run has made; null where it has none. Throws `teacher-votes-corrupt`. */
export function storedTeacherVotes(run: string): TeacherVotes | null {
  const path = votesPath(run);
  if (!existsSync(path)) return null;
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(path, "utf8")))));
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "teacher-votes-corrupt",
        message: "the teacher's stored votes cannot be read",
        found: (cause as Error).message,
        where: path,
        remedy: "delete the file: the starting model votes again, with the same result",
      },
      { cause },
    );
  }
}

/** The labels among the votes. */
export const teacherLabels = (votes: TeacherVotes): TeacherLabels =>
  new Map([...votes].map(([id, { label }]) => [id, label]));

/** How many prompts a share of the pool is: at least one. */
export const easyCount = (pool: number, fraction: number): number => Math.max(1, Math.round(fraction * pool));

/**
 * The share of prompts on which the teacher agrees most with itself, in pool order: SRT's label-free easy subset
 * (arXiv 2505.21444, section 5). Equal agreement is decided by pool order.
 */
export function easiestPrompts(prompts: readonly Prompt[], votes: TeacherVotes, fraction: number): Prompt[] {
  const share = (prompt: Prompt) => votes.get(prompt.id)?.share ?? 0;
  const order = prompts.map((_, i) => i).sort((a, b) => share(prompts[b]!) - share(prompts[a]!) || a - b);
  const kept = order.slice(0, easyCount(prompts.length, fraction)).sort((a, b) => a - b);
  return kept.map((i) => prompts[i]!);
}
