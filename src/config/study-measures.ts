/** What a study measures: figures of arms, their differences and ratios, and by which interval a prediction is judged. */
import { z } from "zod";
import { METRICS } from "../core/monitor/catalogue/index.js";
import { didYouMean } from "./suggest.js";

/** Figures of an audit, by the name after `audit.`. */
export const AUDIT_FIGURES = {
  onset: "First step from which accuracy stays lost; none where nothing was lost",
  onsetOrEnd: "The same, and the step after the last where nothing was lost: a lower bound",
  lost: "1 where accuracy was lost, else 0",
  collapsed: "1 where the run ends collapsed, else 0",
  peak: "Accuracy at its peak, smoothed over steps",
  peakStep: "Step of the peak",
  width: "Steps that the fall takes from 10% to 90%",
  ignoredStepOrEnd:
    "First step from which most agreement needs no prompt (φ above ½), and the step after the last where there is none",
  attractor: "By how much the answer that took over exceeds its share at the start; 0 where none did",
  "goodhart.alpha": "α of R₀ + d(α − β ln d), fitted to accuracy over d = √KL",
  "goodhart.beta": "β of the same fit",
  "goodhart.peak": "d at which that curve is highest",
  "goodhart.height": "By how much it is higher there than at 0",
  "goodhart.error": "Root of the mean squared residual of that fit",
  "goodhart.bestOfNError": "The same of R₀ + d(α − βd)",
} as const;

export type AuditFigure = keyof typeof AUDIT_FIGURES;

/** Figures of the held-out prompts that an agreement of `threshold` and more keeps. */
export const THRESHOLD_FIGURES = ["covered", "maj", "mean"] as const;
/** Shares of the held-out prompts by what became of their majority since the start. */
export const FATE_FIGURES = ["learned", "corrupted"] as const;
export const METRIC_KINDS = ["eval", "step", "probe", "validation"] as const;

const atSchema = z
  .union([z.enum(["start", "end", "peak"]), z.int().min(0)])
  .describe("When: start, end, peak, or a step; of training steps, means of some at a time (default end)");

const figureKeys = {
  arm: z.string().optional().describe("Arm, or base"),
  metric: z
    .string()
    .optional()
    .describe(
      "eval.mean, step.agreement and other metrics by kind and name; audit.onset and other figures of the audit; threshold.maj; fates.corrupted",
    ),
  at: atSchema.optional(),
  threshold: z.number().min(0).max(1).optional().describe("threshold: least agreement of a prompt"),
};

const plainFigure = z.strictObject(figureKeys);
const less = plainFigure
  .optional()
  .describe("What is subtracted, with the same seed; what it does not say is as in the figure");

export const figureSchema = z.strictObject({ ...figureKeys, less });
export type Figure = z.output<typeof figureSchema>;

const pointSchema = z.strictObject({
  x: z.union([z.number(), figureSchema]).describe("A number, or a figure"),
  y: figureSchema.describe("A figure"),
});

export const measureSchema = z
  .strictObject({
    title: z.string().describe("What it is, for tables"),
    ...figureKeys,
    less,
    over: figureSchema
      .optional()
      .describe("What it is divided by, with the same seed; what it does not say is as in the figure"),
    correlate: z
      .array(pointSchema)
      .min(3)
      .optional()
      .describe("Instead of a figure: Spearman's rank correlation of these points, in each seed"),
  })
  .describe("A figure of each seed");

export type Measure = z.output<typeof measureSchema>;

const ruleSchema = z
  .strictObject({
    measure: z.string().describe("Name of the measure"),
    above: z.number().optional().describe("Holds where the interval lies above this"),
    below: z.number().optional().describe("Holds where the interval lies below this"),
    within: z
      .array(z.number())
      .length(2)
      .optional()
      .describe("Holds where the interval lies between these, fails where it lies outside"),
  })
  .describe("It holds, fails, or is undecided, by the 95% interval of the measure");

export type Rule = z.output<typeof ruleSchema>;

export const predictionSchema = z
  .strictObject({
    says: z.string().describe("What is predicted, in a sentence"),
    rules: z
      .array(ruleSchema)
      .min(1)
      .describe("agrees where all hold, disagrees where one fails, else undecided"),
  })
  .describe("What is fixed before the runs");

export type Prediction = z.output<typeof predictionSchema>;

/** A figure with all that it takes over from the one around it. */
export interface FullFigure {
  readonly arm: string;
  readonly metric: string;
  readonly at: "start" | "end" | "peak" | number;
  readonly threshold: number | null;
  readonly less: FullFigure | null;
}

/** Undefined where arm or metric are nowhere given. */
export function fullFigure(figure: Figure, outer: Figure = {}): FullFigure | undefined {
  const { arm = outer.arm, metric = outer.metric, at = outer.at ?? "end" } = figure;
  const { threshold = outer.threshold } = figure;
  if (arm === undefined || metric === undefined) return undefined;
  const own = { arm, metric, at, threshold };
  const subtracted = figure.less && fullFigure(figure.less, own);
  return { ...own, threshold: threshold ?? null, less: subtracted ?? null };
}

/** The figures that a measure is made of, at the top: with what is subtracted from each inside. */
export function figuresOf(measure: Measure): FullFigure[] {
  const { correlate, over, title: _, ...figure } = measure;
  const parts =
    correlate === undefined
      ? [
          fullFigure(figure),
          ...(over === undefined ? [] : [fullFigure(over, { ...figure, less: undefined })]),
        ]
      : correlate.flatMap(({ x, y }) => [...(typeof x === "number" ? [] : [fullFigure(x)]), fullFigure(y)]);
  return parts.flatMap((part) => part ?? []);
}

/** Every figure, those that are subtracted too. */
export const allFigures = (measure: Measure): FullFigure[] =>
  figuresOf(measure).flatMap((figure) => (figure.less === null ? [figure] : [figure, figure.less]));

/** Kind and name of a metric: `eval.mean` → eval and mean. */
export function kindAndName(metric: string): readonly [kind: string, name: string] {
  const dot = metric.indexOf(".");
  return [metric.slice(0, Math.max(0, dot)), metric.slice(dot + 1)];
}

/** What is wrong with the name of a metric; undefined where nothing is. */
export function metricProblem(metric: string): { message: string; remedy: string } | undefined {
  const [kind, name] = kindAndName(metric);
  const kinds: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(METRIC_KINDS.map((own) => [own, Object.keys(METRICS)])),
    audit: Object.keys(AUDIT_FIGURES),
    threshold: THRESHOLD_FIGURES,
    fates: FATE_FIGURES,
  };
  const known = kinds[kind];
  if (known?.includes(name)) return undefined;
  return {
    message: `there is no metric ${metric}`,
    remedy:
      known === undefined
        ? `begin with ${Object.keys(kinds).join(", ")}, as eval.mean`
        : didYouMean(name, known, `${kind} has ${known.slice(0, 8).join(", ")} …; see docs/how-to/study.md`),
  };
}
