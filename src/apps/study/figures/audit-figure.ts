/** Figures of a run's audit, by the names that a study gives them. */
import type { AuditFigure } from "../../../config/study-measures.js";
import { ignoresPrompts } from "../../audit/analysis/phases.js";
import type { Audit } from "../../audit/audit.js";

type Read = (audit: Audit) => number | null | undefined;

const fit = (audit: Audit) => audit.goodhart?.accuracy?.reinforcement;
const after = ({ steps }: Audit): number => steps.at(-1)! + 1;

/** A run in which nothing happened has a step after its last: a lower bound of when it would have. */
const READ: Readonly<Record<AuditFigure, Read>> = {
  onset: ({ onset }) => onset?.step,
  onsetOrEnd: (audit) => audit.onset && (audit.onset.step ?? after(audit)),
  lost: ({ onset }) => onset && Number(onset.step !== null),
  collapsed: ({ phases, steps }) =>
    Number(phases.spans.some(({ phase, to }) => phase === "collapsed" && to === steps.at(-1))),
  peak: ({ onset }) => onset?.peak,
  peakStep: ({ onset }) => onset?.peakStep,
  width: ({ onset }) => onset?.transition?.width,
  ignoredStepOrEnd: (audit) => {
    const at = ignoresPrompts(audit.signs.promptFreeAgreement).indexOf(true);
    return at < 0 ? after(audit) : audit.steps[at];
  },
  attractor: ({ signs }) => signs.attractor?.excess ?? 0,
  "goodhart.alpha": (audit) => fit(audit)?.alpha,
  "goodhart.beta": (audit) => fit(audit)?.beta,
  "goodhart.peak": (audit) => fit(audit)?.peak,
  "goodhart.height": (audit) => fit(audit)?.height,
  "goodhart.error": (audit) => fit(audit)?.error,
  "goodhart.bestOfNError": ({ goodhart }) => goodhart?.accuracy?.bestOfN?.error,
};

/** Null where the audit has no such figure. */
export const auditFigure = (audit: Audit, name: string): number | null =>
  READ[name as AuditFigure](audit) ?? null;
