/** What an audit found, in the order of its page: `--json` prints just this. Shares are from 0 to 1; a null is said why under `omitted`. */
import type { Fates } from "../../core/monitor/course/fates.js";
import type { Flips } from "../../core/monitor/course/flips.js";
import type { Advice } from "./analysis/advice.js";
import type { Attractor } from "./analysis/attractor.js";
import type { AuditedGoodhart } from "./analysis/goodhart.js";
import type { MovedFirst } from "./analysis/moved-first.js";
import type { AuditedOnset, AuditedPhases } from "./analysis/phases.js";
import type { FirstMover, VoteAt } from "./analysis/prompts.js";
import type { ReliabilityAt } from "./analysis/reliability.js";
import type { Omission, RecordedAlarm, SourceFormat } from "./source.js";

/** One value a step, in the order of `steps`. */
export type Values = readonly (number | null)[];

export interface Example {
  readonly promptId: string;
  readonly prompt: string;
  readonly before: VoteAt & { readonly completion: string | null };
  readonly after: VoteAt & { readonly completion: string | null };
}

export interface Audit {
  readonly path: string;
  readonly format: SourceFormat;
  readonly rollouts: number;
  /** The steps that were read; every series below has a value for each. */
  readonly steps: readonly number[];
  readonly verdict: {
    readonly sentence: string;
    /** Whether a phase is collapsed, or hacking beyond chance, there or from the peak to the end: the exit status is 3 then. */
    readonly wrong: boolean;
  };
  /** Peak and onset of the loss of accuracy; null without true answers. */
  readonly onset: AuditedOnset | null;
  readonly phases: AuditedPhases;
  /** The hacking gap and its factors; null without rewards from 0 to 1 and true answers. */
  readonly gap: {
    readonly reward: Values;
    readonly accuracy: Values;
    readonly gap: Values;
    readonly wrongLabelShare: Values;
    readonly wrongLabelLead: Values;
  } | null;
  readonly payments: {
    readonly paidWrong: Values;
    readonly unpaidRight: Values;
    readonly proxyAlignment: Values;
    readonly drift: Values;
  } | null;
  /** Why labels are wrong, at the steps that have prompts with a large vote: `groups` of them. Null where no step has. */
  readonly labelError: {
    readonly groups: Values;
    readonly error: Values;
    readonly wrongMajority: Values;
    readonly unlucky: Values;
    readonly lucky: Values;
  } | null;
  /** Shares of the pay of wrong answers by where it goes. Null where none was paid after the first steps. */
  readonly falsePay: {
    readonly toAttractor: Values;
    readonly toContradiction: Values;
    readonly toOwnError: Values;
  } | null;
  readonly goodhart: AuditedGoodhart | null;
  readonly reliability: readonly ReliabilityAt[];
  /** Signs that need no true answer. */
  readonly signs: {
    readonly agreement: Values;
    readonly promptFreeAgreement: Values;
    readonly withinPromptAgreement: Values;
    readonly crossPromptAgreement: Values;
    readonly excessShare: Values;
    readonly effectiveAnswersRatio: Values;
    readonly distinctMajorityShare: Values;
    readonly noAnswerShare: Values;
    /** The answer that took over; null where none did beyond chance. */
    readonly attractor: Attractor | null;
  };
  readonly probe: {
    readonly steps: readonly number[];
    readonly flips: Flips | null;
    /** Of each prompt its majority at each of the steps. */
    readonly majorities: readonly {
      readonly promptId: string;
      readonly prompt: string;
      readonly truth: string | null;
      readonly majorities: readonly (string | null)[];
    }[];
  } | null;
  readonly movedFirst: MovedFirst;
  /** Alarms that were raised during the run, with the steps that they came before the onset; null where there is none. */
  readonly alarms: readonly (RecordedAlarm & { readonly lead: number | null })[];
  /** Of which prompts: those of the probe, or those that training met at two steps or more. */
  readonly fates: (Fates & { readonly of: "probe" | "training" }) | null;
  readonly beforeAfter: readonly Example[];
  /** Prompts that went to the attractor first. */
  readonly firstMovers: readonly (FirstMover & { readonly prompt: string | null })[];
  readonly whatToTry: readonly Advice[];
  readonly omitted: readonly Omission[];
  /** How the input was read, where something was inferred. */
  readonly notices: readonly string[];
}
