/** The audit of a run: what its reward was worth, step by step. Reads only; nothing of the run is changed. */
import type { AuditConfig } from "../../config/audit-config.js";
import type { LabelError } from "../../core/monitor/proxy/label-error.js";
import { SelftrainError } from "../../errors.js";
import { adviceFor } from "./analysis/advice.js";
import { type Attractor, attractorOf } from "./analysis/attractor.js";
import { auditedGoodhart } from "./analysis/goodhart.js";
import { movedFirst } from "./analysis/moved-first.js";
import { omissionsOf } from "./analysis/omissions.js";
import { auditedOnset, auditedPhases } from "./analysis/phases.js";
import {
  chosenPrompts,
  fatesBetween,
  firstMovers,
  flipsOf,
  type Histories,
  historiesOf,
  probeHistories,
} from "./analysis/prompts.js";
import { readCourse } from "./analysis/read-course.js";
import { reliabilityOver } from "./analysis/reliability.js";
import type { StepFigures } from "./analysis/step-figures.js";
import { verdictSentence } from "./analysis/verdict.js";
import type { Audit, Example, Values } from "./audit-result.js";
import type { AuditSource, ProbeVotes } from "./source.js";
import { openSource } from "./sources/open.js";

export type { Audit } from "./audit-result.js";

/** Throws as `openSource` and the sources do, and `audit-no-rollouts`. */
export async function audit(config: AuditConfig): Promise<Audit> {
  return auditSource(await openSource(config));
}

/** The same of a source of any origin. */
export async function auditSource(source: AuditSource): Promise<Audit> {
  const course = await readCourse(source);
  if (course.length === 0) throw nothingThere(source);
  const probes = await source.probes();
  const phases = auditedPhases(course);
  const onset = course.length < 3 ? null : auditedOnset(course);
  const wrong = phases.spans.some((span) => span.wrong) || (onset?.fromPeak?.hacking ?? false);
  const goodhart = auditedGoodhart(course);
  const attractor = attractorOf(course);
  const moved = movedFirst(course, onset?.step ?? null, onset?.transition ?? null);
  const trained = historiesOf(course);
  const probed = probes.length > 0 ? probeHistories(probes) : null;
  const probeFates = probed && fatesBetween(probed);
  const fates = probeFates ?? fatesBetween(trained);
  const computed = {
    course,
    goodhart: goodhart !== null,
    probe: probed !== null,
    fates: fates !== null,
    onset: onset?.step ?? null,
    transition: onset?.transition != null,
    movedFirst: moved,
  };
  return {
    path: source.path,
    format: source.format,
    rollouts: course.reduce((sum, { rollouts }) => sum + rollouts, 0),
    steps: course.map(({ step }) => step),
    verdict: { sentence: verdictSentence({ course, phases, onset, attractor }), wrong },
    onset,
    phases,
    gap: gapOf(course),
    payments: paymentsOf(course),
    labelError: labelErrorOf(course),
    falsePay: falsePayOf(course),
    goodhart,
    reliability: reliabilityOver(course, onset?.peakStep ?? null),
    signs: signsOf(course, attractor),
    probe: probed === null ? null : probeOf(probes, probed),
    movedFirst: moved,
    alarms: source
      .alarms()
      .map((alarm) => ({ ...alarm, lead: onset?.step == null ? null : onset.step - alarm.step })),
    fates: fates && { of: probeFates ? "probe" : "training", ...fates },
    beforeAfter: await examplesOf(source, probed ?? trained, probed !== null),
    firstMovers: await moversOf(source, trained, attractor),
    whatToTry: adviceFor(course, wrong),
    omitted: omissionsOf(computed, source.omissions),
    notices: source.notices,
  };
}

function gapOf(course: readonly StepFigures[]): Audit["gap"] {
  if (course.every(({ gap }) => gap === null)) return null;
  return {
    reward: series(course, (s) => s.reward),
    accuracy: series(course, (s) => s.accuracy),
    gap: series(course, (s) => s.gap?.gap),
    wrongLabelShare: series(course, (s) => s.gap?.wrongLabelShare),
    wrongLabelLead: series(course, (s) => s.gap?.wrongLabelLead),
  };
}

function paymentsOf(course: readonly StepFigures[]): Audit["payments"] {
  if (course.every(({ payments, proxyAlignment }) => payments === null && proxyAlignment === null))
    return null;
  return {
    paidWrong: series(course, (s) => s.payments?.paidWrong),
    unpaidRight: series(course, (s) => s.payments?.unpaidRight),
    proxyAlignment: series(course, (s) => s.proxyAlignment),
    drift: series(course, (s) => s.drift),
  };
}

function labelErrorOf(course: readonly StepFigures[]): Audit["labelError"] {
  if (course.every(({ splitError }) => splitError.error === null)) return null;
  const of = (key: keyof LabelError) => series(course, ({ splitError }) => splitError.error?.[key]);
  return {
    groups: of("groups"),
    error: of("error"),
    wrongMajority: of("wrongMajority"),
    unlucky: of("unlucky"),
    lucky: of("lucky"),
  };
}

function falsePayOf(course: readonly StepFigures[]): Audit["falsePay"] {
  if (course.every(({ falsePay }) => falsePay === null)) return null;
  return {
    toAttractor: series(course, (s) => s.falsePay?.toAttractor),
    toContradiction: series(course, (s) => s.falsePay?.toContradiction),
    toOwnError: series(course, (s) => s.falsePay?.toOwnError),
  };
}

function signsOf(course: readonly StepFigures[], attractor: Attractor | null): Audit["signs"] {
  return {
    agreement: series(course, (s) => s.agreement),
    promptFreeAgreement: series(course, (s) => s.promptFreeAgreement),
    withinPromptAgreement: series(course, (s) => s.withinPromptAgreement),
    crossPromptAgreement: series(course, (s) => s.crossPromptAgreement),
    excessShare: series(course, (s) => s.excess?.excess),
    effectiveAnswersRatio: series(course, (s) => s.effectiveAnswersRatio),
    distinctMajorityShare: series(course, (s) => s.distinctMajorityShare),
    noAnswerShare: series(course, (s) => s.noAnswerShare),
    attractor,
  };
}

const series = (
  course: readonly StepFigures[],
  of: (step: StepFigures) => number | null | undefined,
): Values => course.map((step) => of(step) ?? null);

function probeOf(probes: readonly ProbeVotes[], histories: Histories): Audit["probe"] {
  const prompts = new Map(probes.flatMap(({ votes }) => votes.map((vote) => [vote.promptId, vote])));
  return {
    steps: probes.map(({ step }) => step),
    flips: flipsOf(histories),
    majorities: [...prompts.values()].map(({ promptId, prompt, truth }) => ({
      promptId,
      prompt,
      truth,
      majorities: probes.map(
        ({ votes }) => votes.find((vote) => vote.promptId === promptId)?.majority ?? null,
      ),
    })),
  };
}

async function examplesOf(source: AuditSource, histories: Histories, probe: boolean): Promise<Example[]> {
  const chosen = chosenPrompts(histories);
  const places = chosen.flatMap(({ promptId, before, after }) =>
    [before, after].map(({ step, majority }) => ({ step, promptId, majority, probe })),
  );
  const samples = places.length === 0 ? [] : await source.samples(places);
  const sampleAt = (step: number, promptId: string) =>
    samples.find((sample) => sample.step === step && sample.promptId === promptId);
  return chosen.map(({ promptId, before, after }) => {
    const [first, last] = [sampleAt(before.step, promptId), sampleAt(after.step, promptId)];
    return {
      promptId,
      prompt: first?.prompt ?? last?.prompt ?? promptId,
      before: { ...before, completion: first?.completion ?? null },
      after: { ...after, completion: last?.completion ?? null },
    };
  });
}

async function moversOf(
  source: AuditSource,
  histories: Histories,
  attractor: Attractor | null,
): Promise<Audit["firstMovers"]> {
  const movers = attractor === null ? [] : firstMovers(histories, attractor.answer);
  if (movers.length === 0) return [];
  const samples = await source.samples(
    movers.map(({ step, promptId }) => ({ step, promptId, majority: attractor!.answer, probe: false })),
  );
  return movers.map((mover) => ({
    ...mover,
    prompt: samples.find(({ promptId }) => promptId === mover.promptId)?.prompt ?? null,
  }));
}

const nothingThere = ({ path, omissions }: AuditSource): SelftrainError =>
  new SelftrainError({
    code: "audit-no-rollouts",
    message: "There are no rollouts to audit.",
    found: omissions.map(({ what, why }) => `${what}: ${why}`).join("; ") || "no row",
    where: path,
    remedy: "Name a run that finished a step, or a file with rollouts.",
  });
