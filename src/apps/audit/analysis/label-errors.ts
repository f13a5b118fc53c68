/** Why labels are wrong, step by step: the policy's own majority is, or its few votes were unlucky. Votes of steps close together are pooled. */
import type { PaidGroup } from "../../../core/monitor/group.js";
import { type LabelError, labelError, largeMajorities } from "../../../core/monitor/proxy/label-error.js";
import type { AuditGroup } from "../source.js";

/** Steps over which the votes on a prompt count as those of one policy: a step and the four before it. */
export const POOLED_STEPS = 5;

export interface SplitError {
  /** Null where no prompt of the step has votes enough. */
  readonly error: LabelError | null;
  /** Most votes that a prompt of the step has. */
  readonly votes: number;
}

/** Takes steps in order; keeps the last few alone. */
export class LabelErrors {
  #steps: (readonly AuditGroup[])[] = [];

  take(groups: readonly AuditGroup[]): SplitError {
    this.#steps = [...this.#steps, groups].slice(-POOLED_STEPS);
    const own = new Set(groups.map(({ promptId }) => promptId));
    const pooled = this.#steps.flat().filter(({ promptId }) => own.has(promptId));
    const votes = new Map<string, number>();
    for (const { promptId, answers } of pooled)
      votes.set(promptId, (votes.get(promptId) ?? 0) + answers.length);
    return {
      error: labelError(groups.flatMap(labelled), largeMajorities(pooled)),
      votes: Math.max(0, ...votes.values()),
    };
  }
}

const labelled = ({
  promptId,
  paid,
  label,
  truth,
}: AuditGroup): Pick<PaidGroup, "promptId" | "label" | "truth">[] =>
  paid === null || truth === null ? [] : [{ promptId, label, truth }];
