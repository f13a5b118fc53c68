/**
 * Where a resumed run goes on: the newest checkpoint that stands on lines which are all in the metrics. A run is never continued over a hole,
 * because stages of a curriculum, monitors and every reader of the run go by those lines. Nothing is deleted: later checkpoints stay, so that
 * restored metrics lead back to them, and steps done again fill the hole.
 */
import { join } from "node:path";
import { SelftrainError } from "../errors.js";
import { type Checkpoint, listCheckpoints } from "./checkpoints.js";
import { missingProbes, missingRollouts, missingSteps, stepList, stepsWithRollouts } from "./gaps.js";
import { readManifest } from "./manifest.js";
import { probesLost } from "./probes.js";
import type { MetricRecord } from "./run-directory.js";
import type { RunKind } from "./run-info.js";

/** Something the user should know about the run that is opened. */
export interface ResumeNote {
  readonly code: "resume-anew" | "resume-earlier" | "rollouts-missing";
  readonly message: string;
}

export interface ResumePoint {
  /** Null where the run begins anew. */
  readonly checkpoint: Checkpoint | null;
  readonly notes: readonly ResumeNote[];
}

/**
 * Throws `metrics-incomplete` where no checkpoint is reached, `checkpoint-corrupt`, and `probe-missing` where a probe is lost that cannot be taken
 * again.
 */
export function resumePoint(run: string, kind: RunKind, records: readonly MetricRecord[]): ResumePoint {
  const all = listCheckpoints(run).reverse();
  const latest = all[0];
  if (latest === undefined) return { checkpoint: null, notes: anew(records) };
  const checkpoint = all.find((own) => missingBefore(own, records).length === 0);
  if (checkpoint === undefined) throw unreached(run, latest, records);
  // At step 0 the policy is there to be probed again.
  const probes = checkpoint.step === 0 ? [] : missingProbes(run, records, checkpoint.step);
  if (probes.length > 0) throw probesLost(run, probes);
  const rollouts = missingRollouts(join(run, "rollouts"), stepsWithRollouts(kind, records, checkpoint.step));
  return {
    checkpoint,
    notes: [
      ...(checkpoint === latest ? [] : [earlier(checkpoint, latest, records)]),
      ...(rollouts.length === 0 ? [] : [withoutRollouts(rollouts)]),
    ],
  };
}

/** Lines that a checkpoint stands on and the metrics lack, in words. What was measured of the policy it holds can be measured again at step 0. */
function missingBefore({ step, path }: Checkpoint, records: readonly MetricRecord[]): string[] {
  if (step === 0) return [];
  const steps = missingSteps(records, step);
  const measured = readManifest(path)?.measured;
  const lacking = (kind: "eval" | "probe" | "validation", name: string) => {
    const known = measured?.[kind] ?? [];
    const lost = known.filter((own) => !records.some((r) => r.kind === kind && r.step === own));
    return lost.length === 0 ? [] : [`the ${name} of ${stepList(lost)}`];
  };
  return [
    ...(steps.length === 0 ? [] : [stepList(steps)]),
    ...lacking("eval", "evaluation"),
    ...lacking("probe", "probe"),
    ...lacking("validation", "validation"),
  ];
}

function anew(records: readonly MetricRecord[]): ResumeNote[] {
  const done = records.findLast(({ kind }) => kind === "step")?.step ?? 0;
  if (done === 0) return [];
  const message = `the run has no checkpoint, so it begins anew; the ${done === 1 ? "step" : `${done} steps`} in metrics.jsonl are done again and compared`;
  return [{ code: "resume-anew", message }];
}

function earlier(chosen: Checkpoint, latest: Checkpoint, records: readonly MetricRecord[]): ResumeNote {
  const lost = missingBefore(latest, records).join(" and ");
  const message = `metrics.jsonl lacks ${lost}, so the run goes on from the checkpoint of step ${chosen.step} instead of step ${latest.step}, and writes them again; to go on from step ${latest.step}, stop and restore metrics.jsonl`;
  return { code: "resume-earlier", message };
}

function withoutRollouts(steps: readonly number[]): ResumeNote {
  const message = `the rollouts of ${stepList(steps)} are missing or cut short; training goes on without them, replay and report cannot. To have them written again, delete them and the checkpoints of step ${steps[0]} and later, then --resume`;
  return { code: "rollouts-missing", message };
}

function unreached(run: string, latest: Checkpoint, records: readonly MetricRecord[]): SelftrainError {
  return new SelftrainError({
    code: "metrics-incomplete",
    message: "The metrics lack lines before every checkpoint, and a run is not continued over a hole.",
    found: `no line of ${missingBefore(latest, records).join(" and ")}`,
    expected: `every line up to step ${latest.step}, the last checkpoint`,
    where: join(run, "metrics.jsonl"),
    remedy: `Restore metrics.jsonl, or delete the folder ${join(run, "checkpoints")} to begin the run anew with --resume.`,
  });
}
