/** The starting policy's votes on the pool: labels of the fixed teacher, and the label-free measure of how easy a prompt is. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { TrainConfig } from "../../config/train-config.js";
import { easiest } from "../../core/curriculum/easiest.js";
import type { Prompt } from "../../group.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { readStored } from "../../io/fs/stored.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { voteOnPrompts } from "../label/vote-on-prompts.js";
import type { Session } from "./session.js";
import type { TeacherVote, TeacherVotes } from "./teacher-votes.js";

/** Where a run keeps its teacher's votes. */
const votesFile = (run: string): string => join(run, "teacher.json");

/** Prompts sampled at a time: bounds the memory, and changes no vote. */
const PROMPTS_PER_PART = 64;

const fileSchema = z.record(z.string(), z.object({ label: z.string().nullable(), share: z.number() }));

/**
 * Votes on every prompt of the pool, kept in `teacher.json`: those of a label folder where the session has read one, which may then change
 * or go; else made once a run.
 */
export async function teacherVotes(
  config: TrainConfig,
  { engine, tokenizer, scorer, pool, teacherLabels }: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): Promise<TeacherVotes> {
  const stored = storedTeacherVotes(run.path);
  if (stored) return stored;
  const keep = (votes: TeacherVotes): TeacherVotes => {
    writeFileAtomic(votesFile(run.path), `${JSON.stringify(Object.fromEntries(votes), null, 1)}\n`);
    return votes;
  };
  if (teacherLabels) return keep(teacherLabels);
  const teacher = await engine.baseSampler();
  const votes = new Map<string, TeacherVote>();
  const voted = voteOnPrompts(teacher, tokenizer, pool, {
    samples: config.teacherSamples,
    maxNewTokens: config.maxNewTokens,
    temperature: 1,
    vote: config.vote,
    scorer,
    seed: config.seed,
    promptsPerPart: PROMPTS_PER_PART,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "teacher", done, total }),
    observer,
  });
  for await (const part of voted)
    for (const { group, vote } of part) votes.set(group.prompt.id, { label: vote.label, share: vote.share });
  await teacher.release();
  return keep(votes);
}

/** The votes that a run keeps, which it then uses whatever has become of their source; null where it has none. Throws `teacher-votes-corrupt`. */
export function storedTeacherVotes(run: string): TeacherVotes | null {
  const path = votesFile(run);
  if (!existsSync(path)) return null;
  return readStored(path, {
    code: "teacher-votes-corrupt",
    message: "the teacher's stored votes cannot be read",
    remedy: "delete the file: the starting model votes again, with the same result",
    action: "read the teacher's votes",
    read: (text) => new Map(Object.entries(fileSchema.parse(JSON.parse(text)))),
  });
}

/**
 * The share of prompts on which the teacher agrees most with itself, in pool order: SRT's label-free easy subset
 * (arXiv 2505.21444, section 5). Equal agreement is decided by pool order.
 */
export function easiestPrompts(prompts: readonly Prompt[], votes: TeacherVotes, fraction: number): Prompt[] {
  const shares = prompts.map(({ id }) => votes.get(id)?.share ?? 0);
  return easiest(shares, fraction).map((i) => prompts[i]!);
}
