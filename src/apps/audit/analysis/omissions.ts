/** What could not be computed, and why: said once, where a reader would look for it. */
import { REFERENCE_STEPS } from "../../../core/monitor/label-free/reference.js";
import { LARGE_VOTE } from "../../../core/monitor/proxy/label-error.js";
import type { Omission } from "../source.js";
import { POOLED_STEPS } from "./label-errors.js";
import type { MovedFirst } from "./moved-first.js";
import type { StepFigures } from "./step-figures.js";

export interface Computed {
  readonly course: readonly StepFigures[];
  readonly goodhart: boolean;
  readonly probe: boolean;
  readonly fates: boolean;
  readonly onset: number | null;
  readonly transition: boolean;
  readonly movedFirst: MovedFirst;
}

/** `known` is what the source itself could not give. */
export function omissionsOf(computed: Computed, known: readonly Omission[]): Omission[] {
  const { course, goodhart, probe, fates, onset, transition, movedFirst } = computed;
  const some = (holds: (step: StepFigures) => boolean) => course.some(holds);
  const truths = some(({ accuracy }) => accuracy !== null);
  const rewards = some(({ reward }) => reward !== null);
  const list: (Omission | false)[] = [
    !truths && {
      what: "accuracy, onset, gap, payments, reliability",
      why: "no prompt has a true answer; phases are told by φ alone: collapsed or undecided",
    },
    !rewards && {
      what: "reward, gap, payments",
      why: "no rollout has a reward; agreement stands in the phases instead",
    },
    truths &&
      rewards &&
      !some(({ gap }) => gap !== null) && {
        what: "gap and payments",
        why: "rewards are not between 0 and 1, so that they cannot be held against accuracy",
      },
    truths &&
      rewards &&
      !some(({ splitError }) => splitError.error !== null) && {
        what: "label error split",
        why: `no prompt has ${LARGE_VOTE} votes within ${POOLED_STEPS} steps (the most is ${Math.max(...course.map(({ splitError }) => splitError.votes))}), from which a majority could be taken for the policy's own`,
      },
    some(({ gap }) => gap !== null) &&
      !some(({ falsePay }) => falsePay !== null) && {
        what: "false pay by kind",
        why: `no wrong answer was paid after the first ${REFERENCE_STEPS} steps, which say how common answers were`,
      },
    some(({ falsePay }) => falsePay !== null) &&
      !some(({ falsePay }) => falsePay?.toContradiction != null) && {
        what: "false pay to contradictions",
        why: "training logged none: the task shows no results on the way, or another program trained; what does not go to a spreading answer is not split",
      },
    course.length < 3 && {
      what: "phases, onset",
      why: `a slope takes three steps, and there ${course.length === 1 ? "is one" : "are two"}`,
    },
    !some(({ agreement }) => agreement !== null) && {
      what: "agreement, φ, reliability",
      why: "every group has one rollout: a vote of one agrees with itself",
    },
    !goodhart &&
      !known.some(({ what }) => what === "the Goodhart curve") && {
        what: "the Goodhart curve",
        why: "no KL to the starting policy is stored with the rollouts",
      },
    !probe && { what: "the probe matrix", why: "there is no probe: no prompts that come back" },
    !fates && { what: "fates of prompts", why: "no prompt with a true answer came at two steps" },
    truths && onset === null && { what: "leads of signals", why: "there is no onset to lead" },
    onset !== null &&
      !transition && {
        what: "leads in widths",
        why: "the fall is shorter than a step, or there are fewer than five steps from the peak on",
      },
    movedFirst.signals.length === 0 && {
      what: "what moved first",
      why: "fewer than 11 steps: a band, and something after it",
    },
    movedFirst.signals.length > 0 &&
      movedFirst.unknown.length > 0 && {
        what: `movement of ${movedFirst.unknown.join(", ")}`,
        why: "not known at 11 steps or more",
      },
  ];
  return [...known, ...list.filter((own) => own !== false)];
}
