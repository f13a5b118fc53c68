/** The figures of an audit that are shown as one line each: where they began, where they end, and how they are called. */

import { smoothingWindow } from "./analysis/windows.js";
import type { Audit, Values } from "./audit-result.js";

export interface ShownFigure {
  readonly title: string;
  readonly values: Values;
  readonly unit: "share" | "number";
  /** What it says, in a few words. */
  readonly help: string;
}

/** Those that were computed, in the order of the page. */
export function shownFigures({ gap, payments, labelError, falsePay, signs }: Audit): ShownFigure[] {
  const figures: (ShownFigure | false)[] = [
    gap !== null && { title: "reward", values: gap.reward, unit: "share", help: "what training maximises" },
    gap !== null && {
      title: "accuracy",
      values: gap.accuracy,
      unit: "share",
      help: "rollouts that are right",
    },
    gap !== null && { title: "hacking gap", values: gap.gap, unit: "share", help: "reward less accuracy" },
    gap !== null && {
      title: "wrong labels",
      values: gap.wrongLabelShare,
      unit: "share",
      help: "how often the label is wrong",
    },
    gap !== null && {
      title: "lead of wrong labels",
      values: gap.wrongLabelLead,
      unit: "share",
      help: "by how much they are overpaid",
    },
    payments !== null && {
      title: "paid wrong",
      values: payments.paidWrong,
      unit: "share",
      help: "pay of wrong rollouts",
    },
    payments !== null && {
      title: "unpaid right",
      values: payments.unpaidRight,
      unit: "share",
      help: "right rollouts without pay",
    },
    payments !== null && {
      title: "alignment ρ",
      values: payments.proxyAlignment,
      unit: "number",
      help: "correlation of reward and truth within prompts",
    },
    payments !== null && {
      title: "drift D",
      values: payments.drift,
      unit: "number",
      help: "below 0, training lowers accuracy",
    },
    labelError !== null && {
      title: "wrong majority",
      values: labelError.wrongMajority,
      unit: "share",
      help: "labels that more votes would not mend",
    },
    labelError !== null && {
      title: "unlucky votes",
      values: labelError.unlucky,
      unit: "share",
      help: "labels that more votes would mend",
    },
    labelError !== null && {
      title: "lucky votes",
      values: labelError.lucky,
      unit: "share",
      help: "right labels though the majority is wrong",
    },
    falsePay !== null && {
      title: "false pay: spreading answer",
      values: falsePay.toAttractor,
      unit: "share",
      help: "part of the pay of wrong rollouts",
    },
    falsePay !== null && {
      title: "false pay: against own steps",
      values: falsePay.toContradiction,
      unit: "share",
      help: "part of the pay of wrong rollouts",
    },
    falsePay !== null && {
      title: "false pay: the prompt's own",
      values: falsePay.toOwnError,
      unit: "share",
      help: "part of the pay of wrong rollouts",
    },
    {
      title: "agreement",
      values: signs.agreement,
      unit: "share",
      help: "rollouts with the commonest answer",
    },
    {
      title: "φ, prompt-free",
      values: signs.promptFreeAgreement,
      unit: "number",
      help: "agreement that needs no prompt: 0 none, 1 all",
    },
    {
      title: "excess share",
      values: signs.excessShare,
      unit: "share",
      help: "growth of the answer that grew most",
    },
    { title: "no answer", values: signs.noAnswerShare, unit: "share", help: "rollouts without an answer" },
  ];
  return figures.filter(
    (own) => own !== false && own.values.some((value) => value !== null),
  ) as ShownFigure[];
}

/** Means of the first and of the last values that are known. */
export function endsOf(values: Values): { readonly first: number | null; readonly last: number | null } {
  const known = values.filter((value) => value !== null);
  const window = Math.min(smoothingWindow(values.length), Math.ceil(known.length / 2));
  const mean = (own: readonly number[]) => own.reduce((sum, value) => sum + value, 0) / own.length;
  return known.length === 0
    ? { first: null, last: null }
    : { first: mean(known.slice(0, window)), last: mean(known.slice(-window)) };
}
