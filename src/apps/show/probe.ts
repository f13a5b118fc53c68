/** The prompts of a probe: what they were answered at first, and are now; of one, every probe. Reads the run only. */
import { join } from "node:path";
import type { ShowConfig } from "../../config/show-config.js";
import { majorityVote } from "../../core/vote/majority.js";
import { SelftrainError } from "../../errors.js";
import { isWhole, missingProbes, stepList } from "../../run/gaps.js";
import { readMetrics } from "../../run/metrics-log.js";
import { listProbes, probeFolder, readProbe } from "../../run/probes.js";
import type { ProbeRow } from "../../run/run-directory.js";
import { readRunInfo } from "../../run/run-info.js";
import { checkWhole } from "../../training/probe/history.js";
import { probeAnswersOf } from "../../training/start/true-answers.js";

/** What one probe got of one prompt. */
export interface ShownVote {
  readonly step: number;
  /** Null where there was no majority. */
  readonly label: string | null;
  readonly agreement: number;
  /** The most frequent first. */
  readonly classes: readonly { readonly answer: string; readonly count: number }[];
  /** Samples without an answer. */
  readonly unanswered: number;
}

export interface ShownProbePrompt {
  readonly group: number;
  readonly promptId: string;
  readonly prompt: string;
  /** The true answer; null where the run's prompts have none. */
  readonly truth: string | null;
  readonly first: ShownVote;
  readonly now: ShownVote;
}

export type ShownSample = Pick<
  ProbeRow,
  "sample" | "answer" | "finish" | "tokens" | "sumLogprob" | "completion"
>;

export interface ShownProbe {
  readonly run: string;
  readonly step: number;
  /** Step of the first probe. */
  readonly first: number;
  /** All of the probe, or the one that was asked for. */
  readonly prompts: readonly ShownProbePrompt[];
  /** Of the prompt that was asked for: its votes at every probe up to this one, and its samples at first and now. Null where none was. */
  readonly course: {
    readonly votes: readonly ShownVote[];
    readonly first: readonly ShownSample[];
    readonly now: readonly ShownSample[];
  } | null;
  /** Why true answers are not known, where the prompts cannot be had any more, and which earlier probes are lost. */
  readonly notice: string | null;
}

/** Throws as `readRunInfo`, `readProbe` and `checkWhole` do, `show-no-probe` for a run or a step without one, and `show-no-prompt`. */
export async function showProbe({
  run,
  step,
  prompt,
}: Pick<ShowConfig, "run" | "step" | "prompt">): Promise<ShownProbe> {
  const files = filesOf(run, step);
  const [first, last] = [files[0]!, files.at(-1)!];
  const rows = await readProbe(last.path);
  const size = new Set(rows.map(({ group }) => group)).size;
  const before = await rowsOf(first.path, size);
  const { labels, missing } = await probeAnswersOf(run);
  const lost = missingProbes(run, readMetrics(join(run, "metrics.jsonl")), last.step);
  const notes = [
    ...(lost.length === 0 ? [] : [`the probes of ${stepList(lost)} are missing or cut short`]),
    ...(missing === null ? [] : [`no true answers: ${missing}`]),
  ];
  const groups = [...new Set(rows.map(({ group }) => group))];
  const chosen = prompt === undefined ? groups : [groupOf(rows, prompt, last.path)];
  const prompts = chosen.map((group): ShownProbePrompt => {
    const { promptId, prompt: text } = rows.find((row) => row.group === group)!;
    const truth = labels.get(promptId) ?? null;
    return { group, promptId, prompt: text, truth, first: voteOf(before, group), now: voteOf(rows, group) };
  });
  return {
    run,
    step: last.step,
    first: first.step,
    prompts,
    course: prompt === undefined ? null : await courseOf(files, size, chosen[0]!),
    notice: notes.length === 0 ? null : notes.join("; "),
  };
}

/** Of as many prompts as there are: a file that somebody changed is refused. */
async function rowsOf(path: string, prompts: number): Promise<ProbeRow[]> {
  const rows = await readProbe(path);
  checkWhole(rows, prompts, path);
  return rows;
}

async function courseOf(
  files: readonly { readonly path: string }[],
  prompts: number,
  group: number,
): Promise<NonNullable<ShownProbe["course"]>> {
  const votes: ShownVote[] = [];
  const samples: ShownSample[][] = [];
  for (const { path } of files) {
    const rows = (await rowsOf(path, prompts)).filter((row) => row.group === group);
    votes.push(voteOf(rows, group));
    samples.push(
      rows.map(({ sample, answer, finish, tokens, sumLogprob, completion }) => ({
        sample,
        answer,
        finish,
        tokens,
        sumLogprob,
        completion,
      })),
    );
  }
  return { votes, first: samples[0]!, now: samples.at(-1)! };
}

function voteOf(rows: readonly ProbeRow[], group: number): ShownVote {
  const own = rows.filter((row) => row.group === group);
  const { label, share, classes } = majorityVote(own.map(({ answer }) => answer));
  return {
    step: own[0]!.step,
    label,
    agreement: share,
    classes: classes.map(({ answer, count }) => ({ answer, count })),
    unanswered: own.length - classes.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The probes up to the one that is shown. */
function filesOf(run: string, step: number | undefined): { step: number; path: string }[] {
  readRunInfo(run);
  const all = listProbes(run).filter(({ path }) => isWhole(path));
  const at = step === undefined ? all.length - 1 : all.findIndex((file) => file.step === step);
  if (at >= 0) return all.slice(0, at + 1);
  const steps = all.map((file) => file.step);
  throw new SelftrainError({
    code: "show-no-probe",
    message: step === undefined ? "The run has no probe." : `The run has no probe of step ${step}.`,
    found: steps.length === 0 ? "none" : `of steps ${steps.join(", ")}`,
    where: probeFolder(run),
    remedy:
      steps.length > 0
        ? "Name a step that was probed."
        : "Train with a probe: --probe.size 32. What was not sampled then cannot be shown.",
  });
}

/** By the prompt's id, or else by the group's number. */
function groupOf(rows: readonly ProbeRow[], prompt: string, where: string): number {
  const found =
    rows.find(({ promptId }) => promptId === prompt) ?? rows.find(({ group }) => String(group) === prompt);
  if (found !== undefined) return found.group;
  throw new SelftrainError({
    code: "show-no-prompt",
    message: `The probe has no prompt ${prompt}.`,
    found: prompt,
    expected: `a number from 0 to ${rows.at(-1)?.group}, or an id such as ${rows[0]?.promptId}`,
    where,
    remedy: "Leave --prompt out to list the probe's prompts.",
  });
}
