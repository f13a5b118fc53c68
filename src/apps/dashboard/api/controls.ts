/** What a reader asks of a running training. It is taken at the next boundary of steps, and becomes part of the run. */

export type ControlAction =
  | { readonly action: "pause" }
  | { readonly action: "resume" }
  | { readonly action: "checkpoint" }
  /** After the step, with a checkpoint; the run can be resumed. */
  | { readonly action: "stop" }
  /** Multiplies the learning rate of all later steps, on top of the schedule and of monitors. Replaces an earlier factor; above 0, at most 1000. */
  | { readonly action: "learning-rate"; readonly factor: number }
  /** Groups whose largest class has less than this share of the votes are not trained on from the next step on. Replaces an earlier filter; null is what the configuration says. */
  | { readonly action: "filter"; readonly minAgreement: number | null };

export type ControlRequest = ControlAction;

export interface Control {
  /** From 1, in the order in which they were asked. */
  readonly number: number;
  /** Null where the request cannot be read. */
  readonly asked: ControlAction | null;
  /** ISO 8601: when it was asked, or else decided. */
  readonly at: string;
  readonly state: "asked" | "taken" | "refused";
  /** Steps that were done when it was taken or refused; null of one that is asked. */
  readonly step: number | null;
  /** Why it was refused. */
  readonly why: string | null;
}

export interface Controls {
  readonly controls: readonly Control[];
  /** Why none can be asked for now, in a sentence; null where they can. */
  readonly closed: string | null;
}
