/** The curves of an audit: gap and factors, payments, and the signs that need no true answer. */
import { html, type SafeHtml } from "../../report/html.js";
import type { ArmKey } from "../../report/palette.js";
import { draw } from "../../report/view/draw.js";
import { PlotGrid } from "../../report/view/plot.js";
import type { PlotCurve, PlotSpec } from "../../report/view/plot-data.js";
import type { Audit, Values } from "../audit-result.js";

/** All plots of the page move their cursors together. */
const GROUP = "audit";

function curve(steps: readonly number[], label: string, arm: ArmKey, values: Values): PlotCurve {
  const known = values.some((value) => value !== null);
  return { label, arm, curve: known ? { steps, values } : undefined };
}

const plot = (
  title: string,
  help: string,
  unit: PlotSpec["unit"],
  curves: readonly PlotCurve[],
  range?: readonly [number, number],
): PlotSpec => ({
  title,
  help,
  unit,
  // A dash tells curves apart; a single one is easier to follow without.
  curves: curves.length === 1 ? curves.map((own) => ({ ...own, dash: [] })) : curves,
  group: GROUP,
  ...(range === undefined ? {} : { range }),
});

export function gapContent({ gap, steps }: Audit): SafeHtml | undefined {
  if (gap === null) return undefined;
  const specs = [
    plot(
      "Reward and accuracy",
      "What training maximises, and what it is meant to raise. Where they part, the reward is hacked.",
      "share",
      [curve(steps, "reward", "fixedTeacher", gap.reward), curve(steps, "accuracy", "srt", gap.accuracy)],
      [0, 1],
    ),
    plot("Hacking gap", "Mean reward less accuracy.", "share", [curve(steps, "gap", "mitigated", gap.gap)]),
    plot(
      "How often the label is wrong",
      "Share of the prompts whose rewarded answer is not the true one.",
      "share",
      [curve(steps, "wrong labels", "extra1", gap.wrongLabelShare)],
    ),
    plot(
      "By how much a wrong label leads",
      "On those prompts, what the reward exceeds accuracy by.",
      "share",
      [curve(steps, "lead", "extra2", gap.wrongLabelLead)],
    ),
  ];
  const plots = draw(PlotGrid, { specs });
  return (
    plots && html`<p>For the majority reward the gap is the product of the two factors below it.</p>${plots}`
  );
}

function whyWrong({ labelError, falsePay, steps }: Audit): PlotSpec[] {
  return [
    ...(labelError === null
      ? []
      : [
          plot(
            "Why labels are wrong",
            "Of prompts with 256 votes within five steps: the policy's majority is wrong, which more votes do not mend, or the vote was unlucky. A lucky vote is right though the majority is wrong.",
            "share" as const,
            [
              curve(steps, "wrong majority", "fixedTeacher", labelError.wrongMajority),
              curve(steps, "unlucky vote", "srt", labelError.unlucky),
              curve(steps, "lucky vote", "groundTruth", labelError.lucky),
            ],
          ),
        ]),
    ...(falsePay === null
      ? []
      : [
          plot(
            "Where false pay goes",
            "Of the pay of wrong rollouts: to answers that became commoner over prompts, to answers against the rollout's own steps, to other errors of the prompt.",
            "share" as const,
            [
              curve(steps, "spreading answer", "mitigated", falsePay.toAttractor),
              curve(steps, "against own steps", "extra1", falsePay.toContradiction),
              curve(steps, "the prompt's own", "extra2", falsePay.toOwnError),
            ],
            [0, 1],
          ),
        ]),
  ];
}

export function paymentContent(audit: Audit): SafeHtml | undefined {
  const { payments, steps } = audit;
  if (payments === null) return undefined;
  return draw(PlotGrid, {
    specs: [
      plot(
        "Paid wrongly",
        "Pay of wrong rollouts, and right rollouts without pay. Their difference is the gap.",
        "share",
        [
          curve(steps, "wrong, paid", "fixedTeacher", payments.paidWrong),
          curve(steps, "right, unpaid", "srt", payments.unpaidRight),
        ],
      ),
      plot("Alignment ρ", "Correlation of reward and truth within prompts: the part that trains.", "number", [
        curve(steps, "ρ", "srt", payments.proxyAlignment),
      ]),
      plot(
        "Drift D",
        "Where training takes accuracy on these prompts, to first order. Below 0 it makes them worse.",
        "number",
        [curve(steps, "D", "mitigated", payments.drift)],
      ),
      ...whyWrong(audit),
    ],
    perRow: "three",
  });
}

export function signContent({ signs, steps }: Audit): SafeHtml | undefined {
  const specs = [
    plot(
      "φ: agreement that needs no prompt",
      "0: agreement is about the prompt. 1: answers ignore it. A healthy run lowers it.",
      "number",
      [curve(steps, "φ", "mitigated", signs.promptFreeAgreement)],
      [0, 1],
    ),
    plot(
      "Agreement within prompts and between them",
      "Chance that two rollouts give the same answer. φ is the second over the first.",
      "share",
      [
        curve(steps, "same prompt", "srt", signs.withinPromptAgreement),
        curve(steps, "different prompts", "fixedTeacher", signs.crossPromptAgreement),
      ],
    ),
    plot("Excess share", "Growth of the answer that grew most over its share in the first steps.", "share", [
      curve(steps, "excess", "mitigated", signs.excessShare),
    ]),
    plot(
      "Variety of answers",
      "Effective answers over those of the first steps, and distinct majorities over prompts.",
      "number",
      [
        curve(steps, "effective answers", "srt", signs.effectiveAnswersRatio),
        curve(steps, "distinct majorities", "groundTruth", signs.distinctMajorityShare),
      ],
    ),
  ];
  return draw(PlotGrid, { specs });
}
