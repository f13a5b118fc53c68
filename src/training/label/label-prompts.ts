/** `selftrain label`: a model votes on every prompt of a source, and the votes are kept. */
import type { LabelConfig } from "../../config/label-config.js";
import type { PromptPool } from "../../data/pool.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { verifyModel } from "../../run/manifest.js";
import { hubOptions, type ResolveOptions, resolveLanguageModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { formatPool } from "../rollout/format-prompts.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { LabelFolder } from "./folder.js";
import { readLabels } from "./read-labels.js";
import { labelledRollouts, labelRow } from "./rows.js";
import { voteOnPrompts } from "./vote-on-prompts.js";

export interface LabelSummary {
  readonly output: string;
  /** Prompts voted on so far, of how many. */
  readonly prompts: number;
  readonly pool: number;
  readonly samples: number;
  /** Prompts that have a label; those whose vote is tied. */
  readonly labelled: number;
  readonly ties: number;
  /** Means over prompts; null while the work is not finished. */
  readonly agreement: number | null;
  readonly noAnswerShare: number | null;
  /** Over the prompts with a known answer; null where there is none. */
  readonly passRate: number | null;
  readonly seconds: number;
  readonly interrupted: boolean;
}

/** The prompts that are voted on, asked as configured. */
export async function labelPool(
  { prompts, split, seed, answers }: LabelConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<PromptPool> {
  const pool = await loadPromptPool(prompts, split, prompts.size, seed, hubOptions(options), answers);
  return formatPool(pool, prompts, tokenizer);
}

/**
 * Votes on the prompts and writes the label folder `config.output`; an unfinished one is continued. The signal stops after
 * the part under way. Throws as `LabelFolder.open`, and as reading a model or prompts does.
 */
export async function labelPrompts(given: LabelConfig, options: RunOptions = {}): Promise<LabelSummary> {
  const started = performance.now();
  const { observer, signal } = options;
  const config = await pinSources(given, options);
  const { folder: model, bases } = await resolveLanguageModel(config.model, options);
  const tokenizer = loadTokenizer(model, bases);
  const pool = await labelPool(config, tokenizer, options);
  const folder = LabelFolder.open(config.output, config);
  try {
    const { samples, promptsPerPart } = config;
    const parts = Math.ceil(pool.prompts.length / promptsPerPart);
    const seconds = () => (performance.now() - started) / 1000;
    if (folder.parts < parts) {
      await verifyModel(model, bases);
      const engine = await OnnxEngine.create({ model: { folder: model, bases }, ...config.engine });
      try {
        checkVocabulary(engine.capabilities, tokenizer, model);
        checkPrompts(engine.capabilities, tokenizer, pool.prompts, config.maxNewTokens);
        const say = (part: number) => observer?.({ type: "step", step: part + 1, steps: parts });
        say(folder.parts);
        const voted = voteOnPrompts(await engine.refreshSampler(), tokenizer, pool, {
          ...config,
          from: folder.parts * promptsPerPart,
          onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
          observer,
          notices: new SampleNotices(config, observer),
        });
        for await (const part of voted) {
          await folder.addPart(
            part.map(({ group, vote }) => labelRow(group, vote, pool.labels.get(group.prompt.id))),
            part.flatMap(({ group }) => labelledRollouts(group)),
          );
          if (folder.parts === parts) break;
          if (signal?.aborted) {
            const prompts = folder.parts * promptsPerPart;
            return {
              ...unfinished,
              output: folder.path,
              pool: pool.prompts.length,
              prompts,
              samples,
              seconds: seconds(),
            };
          }
          say(folder.parts);
        }
      } finally {
        await engine.close();
      }
    }
    await folder.finish();
    return { ...(await summarise(folder.path)), samples, seconds: seconds(), interrupted: false };
  } finally {
    folder.close();
  }
}

const unfinished = {
  labelled: 0,
  ties: 0,
  agreement: null,
  noAnswerShare: null,
  passRate: null,
  interrupted: true,
} as const;

async function summarise(output: string) {
  const rows = await readLabels(output);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    output,
    prompts: rows.length,
    pool: rows.length,
    labelled: rows.filter(({ label }) => label !== null).length,
    ties: rows.filter(({ tie }) => tie).length,
    agreement: mean(rows.map(({ agreement }) => agreement)),
    noAnswerShare: mean(rows.map(({ noAnswerShare }) => noAnswerShare)),
    passRate: mean(rows.flatMap(({ passRate }) => (passRate === null ? [] : [passRate]))),
  };
}
