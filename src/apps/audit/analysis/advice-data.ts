/** What to try, with what it was measured to do. An effect is only here where docs/experiments.md has it. */

export type Symptom = "wrong" | "weak-majority" | "no-answers" | "unanimous" | "no-truth";

export interface Remedy {
  readonly symptom: Symptom;
  readonly what: string;
  /** What it did, with its interval; null where it was not measured. */
  readonly effect: string | null;
  /** The page to read, with its heading. */
  readonly page: string;
}

const COLLAPSE_PAGE = "docs/concepts/why-it-collapses.md#what-delays-it";

export const REMEDIES: readonly Remedy[] = [
  {
    symptom: "wrong",
    what: "Lower the learning rate first.",
    effect:
      "From 71.0% on sums that are too hard: 81.9% [75.7, 87.8] kept at 1e-4, 24.2% [6.9, 52.8] at 3e-4 (three seeds).",
    page: COLLAPSE_PAGE,
  },
  {
    symptom: "wrong",
    what: "Give a few true answers, and stop by them.",
    effect:
      "Stopping on 32 labelled prompts ended at 71.3% [69.7, 72.9], with nothing learned, where 24.2% were left without.",
    page: COLLAPSE_PAGE,
  },
  {
    symptom: "wrong",
    what: "Train on prompts within reach: the easy third by agreement.",
    effect:
      "89.2% [87.0, 90.8] at 1e-4, with 81.9% for all prompts. At 3e-4 it did not save the skill (31.6% [9.4, 70.4]).",
    page: "docs/how-to/label-and-select.md",
  },
  {
    symptom: "wrong",
    what: "Fix the labels: let the starting model vote once (reward fixed-teacher).",
    effect: "65.0% [50.4, 88.6] where self-training ended at 24.2% [6.9, 52.8] (three seeds at 3e-4).",
    page: "docs/concepts/rewards.md#teachers",
  },
  {
    symptom: "weak-majority",
    what: "Take easier prompts, or a stronger base: the majority is wrong on many prompts from the start.",
    effect:
      "A base whose majority was right on 64% of the prompts lost 17 points; one at 99% gained 16 (one seed each).",
    page: "docs/experiments.md#in-short",
  },
  {
    symptom: "no-answers",
    what: "See how answers are read: many completions have none.",
    effect: null,
    page: "docs/concepts/answers.md",
  },
  {
    symptom: "unanimous",
    what: "Take harder prompts: groups that agree give no gradient.",
    effect: null,
    page: "docs/concepts/curricula.md",
  },
  {
    symptom: "no-truth",
    what: "Give true answers to some prompts: without them a slow wrong consensus cannot be seen.",
    effect: null,
    page: "docs/start/your-own-prompts.md",
  },
];
