/**
 * The model card of an export: `README.md` with the front matter that the Hugging Face hub reads
 * (https://huggingface.co/docs/hub/model-cards). It says what the run says. Of a path only its last part is told.
 */

import { stringify } from "yaml";
import { monitorsSchema } from "../../config/monitor-config.js";
import { parseSeries, readsAnswers } from "../../config/monitor-series.js";
import { changesRun, monitorsOf } from "../../config/monitors.js";
import { isDatasetSpec, parseDatasetSpec } from "../../io/hub/hub-id.js";
import type { DtypeName } from "../../model/dtype.js";
import type { Head } from "../../model/head.js";
import { evaluationSection } from "./card-evaluation.js";
import { hubName, type Stored, type TrainedBy } from "./trained-by.js";

export interface CardFacts {
  /** What was exported, as the user named it. */
  readonly model: string;
  /** Last part of the folder that is written. */
  readonly title: string;
  readonly modelType: string;
  readonly head: Head;
  readonly parameters: number;
  readonly dtype: DtypeName;
  readonly trained: TrainedBy | null;
}

const TAGS = {
  train: ["reinforcement-learning", "self-training"],
  finetune: ["self-training"],
  pretrain: ["supervised"],
  "reward-model": ["reward-model", "self-training"],
} as const;

export function modelCard(facts: CardFacts): string {
  const { trained, title, modelType, head, parameters, dtype } = facts;
  const base = baseOf(facts);
  const front = {
    library_name: "transformers",
    pipeline_tag: head === "scalar" ? "text-classification" : "text-generation",
    ...(base?.hub ? { base_model: base.name } : {}),
    ...datasetsOf(trained?.config),
    tags: ["selftrain", ...(trained ? TAGS[trained.kind] : [])],
  };
  const what = head === "scalar" ? "reward model (one score for a sequence)" : "language model";
  const count = parameters.toLocaleString("en");
  const sections = [
    `# ${plain(title)}`,
    `A ${what} of type ${code(modelType)} with ${count} parameters in ${dtype}, exported by selftrain.`,
    ...(trained
      ? [training(trained, base), evaluationSection(trained)]
      : base
        ? [`From ${code(base.name)}.`]
        : []),
    loading(head),
  ];
  return `---\n${stringify(front)}---\n\n${sections.join("\n\n")}\n`;
}

interface Named {
  readonly name: string;
  readonly hub: boolean;
}

const named = (value: string): Named => {
  const hub = hubName(value);
  return hub === null ? { name: lastPart(value), hub: false } : { name: hub, hub: true };
};

/** What training began with, or what was exported as it is; null for a model that was made new. */
function baseOf({ trained, model }: CardFacts): Named | null {
  const from = trained ? trained.config.model : model;
  return typeof from === "string" ? named(from) : null;
}

function datasetsOf(config: Stored | undefined): { datasets?: string[] } {
  const file = at(config, "prompts", "file");
  return typeof file === "string" && isDatasetSpec(file) ? { datasets: [parseDatasetSpec(file).name] } : {};
}

function training({ kind, config, step, version }: TrainedBy, base: Named | null): string {
  const settings: [string, unknown][] = [
    ["base model", base?.name ?? "none: made new"],
    ["prompts", promptsOf(config)],
    ["reward", kind === "train" ? config.reward : undefined],
    ["advantage", config.advantage],
    ["loss", config.loss],
    ["objective", config.objective],
    ["KL coefficient", config.klCoefficient],
    ["steps", step],
    ["prompts a step", config.promptsPerStep],
    ["samples a prompt", config.samplesPerPrompt],
    ["sequences a step", config.batchSize],
    ["longest completion", config.maxNewTokens],
    ["learning rate", at(config, "adam", "learningRate")],
    ["LoRA rank", at(config, "lora", "rank")],
    ["seed", config.seed],
    ["selftrain", version],
  ];
  const rows = settings.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`| ${name} | ${code(String(value))} |`],
  );
  return `## Training\n\n${METHODS[kind]} ${labels(kind, config)}\n\n| setting | value |\n|---|---|\n${rows.join("\n")}`;
}

const METHODS = {
  train:
    "Reinforcement learning on the model's own samples (self-rewarded training, [2505.21444](https://arxiv.org/abs/2505.21444)).",
  finetune: "Offline training on completions that were voted on.",
  pretrain: "Supervised training on completions.",
  "reward-model": "A scalar head, trained on votes over completions.",
} as const;

/** Whether a monitor that changes the run watches what is measured with true answers. */
function actsOnAnswers({ monitors, probe }: Stored): boolean {
  const { data } = monitorsSchema.safeParse(monitors ?? {});
  return monitorsOf({ monitors: data ?? {}, probe }).some(
    (own) => changesRun(own) && own.series.map(parseSeries).some(readsAnswers),
  );
}

/** What of the training has seen true answers: only what the configuration shows. */
function labels(kind: TrainedBy["kind"], config: Stored): string {
  if (kind === "pretrain") return "The completions that it was given are its labels.";
  const used = [
    ...(config.reward === "ground-truth" || config.reward === "mixed" ? [`the ${config.reward} reward`] : []),
    ...(actsOnAnswers(config) ? ["monitors of accuracy"] : []),
  ];
  if (used.length > 0) return `True answers were used, by ${used.join(" and ")}.`;
  const free = "Training used no true answers: where they were known, they were only measured against.";
  const subset = at(config, "prompts", "subset") !== undefined;
  return subset ? `${free} A file chose the prompts; how it was made is not recorded here.` : free;
}

function promptsOf(config: Stored): string | undefined {
  const [task, file] = [at(config, "prompts", "task"), at(config, "prompts", "file")];
  if (typeof task === "string") return `task ${task}`;
  if (typeof file !== "string") return undefined;
  return isDatasetSpec(file) ? parseDatasetSpec(file).name : lastPart(file);
}

function loading(head: Head): string {
  const auto = head === "scalar" ? "AutoModelForSequenceClassification" : "AutoModelForCausalLM";
  const python = `from transformers import ${auto}, AutoTokenizer

model = ${auto}.from_pretrained("path/to/this/folder")
tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")`;
  const vllm = head === "scalar" ? "" : "\n\n```bash\nvllm serve path/to/this/folder\n```";
  return `## Loading\n\n\`\`\`python\n${python}\n\`\`\`${vllm}`;
}

function at(config: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Stored)[key] : undefined),
    config,
  );
}

/** Of a path of any system. */
const lastPart = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== "") ?? path;

/** Names come from files: nothing of them is Markdown or a line of its own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f`|<>[\]]/g, " ").trim() || "model";
const code = (text: string): string => `\`${plain(text)}\``;
