/** Runs whose course is known: skill, and the share of prompts that one answer has taken, are given functions of the step. */
import type { AuditGroup, AuditSource, AuditStep } from "../../../src/apps/audit/source.js";
import { countsOf } from "../../../src/core/monitor/label-free/tally.js";
import { Random } from "../../../src/random.js";

export interface Plan {
  readonly steps: number;
  readonly prompts?: number;
  readonly samples?: number;
  readonly seed?: number;
  /** Probability that a rollout to a prompt that was not taken is right. */
  readonly skill: (step: number) => number;
  /** Share of the prompts that the attractor has. */
  readonly taken?: (step: number) => number;
  readonly sequenceKl?: (step: number) => number;
  readonly labelled?: boolean;
  readonly rewarded?: boolean;
  readonly logged?: (step: number) => Record<string, number>;
}

export const ATTRACTOR = "1";
const TAKEN_SHARE = 0.95;

export function planted(plan: Plan): AuditSource {
  return sourceOf(Array.from({ length: plan.steps }, (_, i) => stepOf(plan, i + 1)));
}

/** A source of these steps that keeps no text. */
export function sourceOf(steps: readonly AuditStep[]): AuditSource {
  return {
    path: "planted",
    format: "run",
    notices: [],
    omissions: [],
    async *steps() {
      yield* steps;
    },
    probes: async () => [],
    alarms: () => [],
    samples: async () => [],
  };
}

function stepOf(plan: Plan, step: number): AuditStep {
  const { prompts = 32, samples = 16, seed = 0, labelled = true, rewarded = true } = plan;
  const random = new Random(seed, step);
  const groups = Array.from({ length: prompts }, (): AuditGroup => {
    const number = random.int(100, 611);
    const truth = String(number);
    const isTaken = random.next() < (plan.taken?.(step) ?? 0);
    const answers = Array.from({ length: samples }, () => {
      if (isTaken && random.next() < TAKEN_SHARE) return ATTRACTOR;
      return random.next() < plan.skill(step) ? truth : String(number + random.int(1, 20));
    });
    const counts = [...countsOf(answers)].sort(([, m], [, n]) => n - m);
    const label = counts[0]![1] === counts[1]?.[1] ? null : counts[0]![0];
    const rewards = answers.map((answer) => Number(answer === label));
    return {
      promptId: `p${number}`,
      answers,
      paid: rewarded ? { answers, rewards } : null,
      label,
      truth: labelled ? truth : null,
    };
  });
  return {
    step,
    groups,
    logged: plan.logged?.(step) ?? {},
    sequenceKl: plan.sequenceKl?.(step) ?? null,
  };
}

/** 0 to 1 around `centre`, 10% to 90% of it in `width` steps. */
export const logistic = (centre: number, width: number) => (step: number) =>
  1 / (1 + Math.exp((-(step - centre) * 2 * Math.log(9)) / width));
