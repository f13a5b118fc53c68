/** The file of `selftrain study`: a claim, the arms that test it, and what is predicted of them before they run. */
import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { allFigures, measureSchema, metricProblem, predictionSchema } from "./study-measures.js";
import { didYouMean } from "./suggest.js";
import { seedSchema } from "./train-config.js";

const values = z.record(z.string(), z.unknown());
const dotted = values.default({}).describe("Keys that differ, dotted (adam.learningRate), with their values");
const COMMANDS = ["train", "finetune"] as const;

const sharedConfig = z
  .strictObject({
    pretrain: values.optional().describe("Of all bases"),
    train: values.optional().describe("Of all arms of `train`"),
    finetune: values.optional().describe("Of all arms of `finetune`"),
  })
  .prefault({});

const armSchema = z.strictObject({
  title: z.string().optional().describe("Name in tables and plots (default: its key)"),
  command: z.enum(COMMANDS).default("train").describe("Command of its runs"),
  from: z
    .string()
    .optional()
    .describe("Base, or arm, whose model it starts from, of the same seed (default: the only base)"),
  config: dotted,
});

const baseSchema = z.strictObject({
  title: z.string().optional().describe("Name in tables and plots (default: its key)"),
  config: dotted,
});

const plotSchema = z.strictObject({
  metric: z.string().describe("Kind and name of a metric: eval.mean, step.agreement"),
  title: z.string().optional().describe("Caption (default: that of the metric)"),
  arms: z.array(z.string()).min(1).optional().describe("Arms that it shows (default: all)"),
});

const seeds = z.array(seedSchema.unwrap()).min(1);

const fileSchema = z.strictObject({
  id: z.string().describe("Short name: `selftrain study ID`"),
  title: z.string().describe("What it asks, in a sentence"),
  claim: z
    .strictObject({
      text: z.string().describe("What is claimed"),
      source: z.string().describe("Where: paper, figure, table, section"),
      numbers: z.string().optional().describe("The source's own figures"),
    })
    .describe("The claim that is tested"),
  note: z.string().optional().describe("What a reader must know of how it is tested here"),
  minutes: z.number().positive().describe("Minutes of one core that all runs take"),
  seeds: seeds.describe("Seeds of every base and arm; each has prompts of its own, held-out ones too"),
  config: sharedConfig.describe("Config that all runs of a command share, by command"),
  bases: z.record(z.string(), baseSchema).describe("Base models, each a run of `pretrain` a seed, by name"),
  arms: z.record(z.string(), armSchema).describe("Arms, each a run a seed, by name"),
  measures: z.record(z.string(), measureSchema).describe("Figures, by name"),
  predictions: z.array(predictionSchema).min(1).describe("What is predicted, and by which rule it is judged"),
  plots: z.array(plotSchema).default([]).describe("Curves of the report, with 95% bands over seeds"),
  smoke: z
    .strictObject({
      seeds: seeds.optional().describe("Seeds instead of those above"),
      config: z
        .strictObject({ pretrain: dotted, train: dotted, finetune: dotted })
        .partial()
        .prefault({})
        .describe("Keys that are laid over those of all runs of a command, dotted"),
      arms: z
        .record(z.string(), values)
        .default({})
        .describe("Keys that are laid over those of an arm, or a base, dotted"),
    })
    .prefault({})
    .describe("What `--smoke` lays over all this: small values that try the machinery and say nothing"),
});

export type StudyFile = z.output<typeof fileSchema>;
export type StudyArm = StudyFile["arms"][string];

export const studyFileSchema = fileSchema
  .superRefine(checkStudy, whereKeysAreRight)
  .describe("A claim, the arms that test it, and what is predicted of them");

type Refuse = (path: (string | number)[], message: string, remedy: string) => void;

/** Names are parts of folders. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}$/;
/** What the study itself sets. */
const OWN = ["output", "model", "seed"];

function checkStudy(file: StudyFile, check: z.core.$RefinementCtx): void {
  const refuse: Refuse = (path, message, remedy) =>
    check.addIssue({ code: "custom", path: path.map(String), message, params: { remedy } });
  if (!NAME.test(file.id))
    refuse(["id"], `id ${file.id} is no short name`, "take letters, figures, dots and dashes");
  for (const [path, list] of [
    [["seeds"], file.seeds],
    [["smoke", "seeds"], file.smoke.seeds ?? []],
  ] as const)
    if (new Set(list).size < list.length) refuse([...path], "seeds names a seed twice", "name each once");
  checkArms(file, refuse);
  checkMeasures(file, refuse);
  checkPredictions(file, refuse);
  for (const [i, { metric, arms = [] }] of file.plots.entries()) {
    const problem = /^(eval|step|probe|validation)\./.test(metric)
      ? metricProblem(metric)
      : { message: `${metric} has no curve`, remedy: "begin with eval, step, probe or validation" };
    if (problem) refuse(["plots", i], problem.message, problem.remedy);
    for (const arm of arms) checkArm(file, arm, ["plots", i], refuse);
  }
}

export const armNames = ({ bases, arms }: Pick<StudyFile, "bases" | "arms">): string[] => [
  ...Object.keys(bases),
  ...Object.keys(arms),
];

function checkArm(file: StudyFile, name: string, path: (string | number)[], refuse: Refuse): void {
  const names = armNames(file);
  if (!names.includes(name))
    refuse(path, `there is no arm ${name}`, didYouMean(name, names, `the arms are ${names.join(", ")}`));
}

/** The base or arm that an arm starts from; undefined where it does not say which of several. */
export function startOf({ bases }: Pick<StudyFile, "bases">, { from }: StudyArm): string | undefined {
  const names = Object.keys(bases);
  return from ?? (names.length === 1 ? names[0] : undefined);
}

function checkArms(file: StudyFile, refuse: Refuse): void {
  const { bases, arms, smoke } = file;
  for (const [kind, own] of Object.entries({ bases, arms }))
    for (const [name, { config }] of Object.entries(own)) {
      if (!NAME.test(name) || name.toLowerCase() === "jobs")
        refuse([kind, name], `${name} is no name of a folder`, "take letters, figures, dots and dashes");
      for (const key of OWN)
        if (key in config)
          refuse([kind, name, "config", key], `the study gives ${key} to every run`, "leave it out");
    }
  for (const name of Object.keys(arms)) {
    if (name in bases) refuse(["arms", name], `${name} is an arm and a base`, "rename one of the two");
    const start = startOf(file, arms[name]!);
    if (start === undefined)
      refuse(["arms", name], `arm ${name} does not say which base it starts from`, "give from");
    else checkArm(file, start, ["arms", name, "from"], refuse);
    if (inCircle(file, name))
      refuse(["arms", name, "from"], `arm ${name} starts from itself in the end`, "start from a base");
  }
  for (const name of Object.keys(smoke.arms)) checkArm(file, name, ["smoke", "arms", name], refuse);
}

function inCircle(file: StudyFile, name: string): boolean {
  const met = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && at in file.arms; ) {
    if (met.has(at)) return at === name;
    met.add(at);
    at = startOf(file, file.arms[at]!);
  }
  return false;
}

function checkMeasures(file: StudyFile, refuse: Refuse): void {
  for (const [name, measure] of Object.entries(file.measures)) {
    const path = ["measures", name];
    const { correlate, arm, metric } = measure;
    if (correlate === undefined ? arm === undefined || metric === undefined : metric !== undefined)
      refuse(path, `measure ${name} needs arm and metric, or correlate`, "give one of the two");
    for (const figure of allFigures(measure)) {
      const problem = metricProblem(figure.metric);
      if (problem) refuse(path, problem.message, problem.remedy);
      checkArm(file, figure.arm, path, refuse);
      if (figure.metric.startsWith("threshold.") && figure.threshold === null)
        refuse(path, `${figure.metric} of measure ${name} has no threshold`, "give threshold");
    }
  }
}

function checkPredictions({ predictions, measures }: StudyFile, refuse: Refuse): void {
  for (const [i, { rules }] of predictions.entries())
    for (const { measure, above, below, within } of rules) {
      const path = ["predictions", i];
      if (!(measure in measures))
        refuse(
          path,
          `there is no measure ${measure}`,
          didYouMean(measure, Object.keys(measures), "name one of measures"),
        );
      if ([above, below, within].filter((bound) => bound !== undefined).length !== 1)
        refuse(path, `a rule on ${measure} needs one bound`, "give above, below or within");
      if (within !== undefined && within[0]! >= within[1]!)
        refuse(path, `within of ${measure} begins above its end`, "put the smaller number first");
    }
}
