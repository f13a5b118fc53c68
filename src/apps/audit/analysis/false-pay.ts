/** Where the pay of wrong answers goes at a step. Contradictions show in texts alone, which training has read and an audit does not. */
import type { PaidGroup } from "../../../core/monitor/group.js";
import { falsePay } from "../../../core/monitor/proxy/false-pay.js";

/** Shares of the pay of wrong answers. */
export interface AuditedFalsePay {
  readonly toAttractor: number;
  /** Null where training logged none. */
  readonly toContradiction: number | null;
  /** What is left; null where it cannot be told from contradictions. */
  readonly toOwnError: number | null;
}

/** Null where no wrong answer was paid, a reward is below 0, or there is no reference that answers could have spread since. */
export function auditedFalsePay(
  groups: readonly PaidGroup[],
  attractors: ReadonlySet<string> | null,
  logged: Readonly<Record<string, number>>,
): AuditedFalsePay | null {
  const found = attractors && falsePay(groups, attractors);
  if (found === null) return null;
  const { falsePayToAttractor: spread, falsePayToContradiction: apart } = logged;
  if (spread === undefined || apart === undefined)
    return { toAttractor: found.toAttractor, toContradiction: null, toOwnError: null };
  return { toAttractor: spread, toContradiction: apart, toOwnError: Math.max(0, 1 - spread - apart) };
}
