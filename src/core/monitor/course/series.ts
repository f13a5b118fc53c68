/** A figure over the steps of a run, prompt by prompt. */

/** Values of one step or evaluation, one a prompt: its accuracy, or its mean reward. A single value has no spread that is known. */
export interface SeriesPoint {
  readonly step: number;
  readonly values: readonly number[];
}
