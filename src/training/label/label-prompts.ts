/** `selftrain label`: a model votes on every prompt of a source, and the votes are kept. */
import type { LabelConfig } from "../../config/label-config.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { RunOptions } from "../../run/observer.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { LabelFolder } from "./folder.js";
import { prepareLabelling } from "./prepare.js";
import { readLabels } from "./read-labels.js";
import { labelledRollouts, labelRow } from "./rows.js";
import { voteOnPrompts } from "./vote-on-prompts.js";

export interface LabelSummary {
  readonly output: string;
  /** Prompts voted on so far, of how many. */
  readonly prompts: number;
  readonly pool: number;
  readonly samples: number;
  /** Prompts that have a label; those whose vote is tied; those without one because too few samples have an answer. */
  readonly labelled: number;
  readonly ties: number;
  readonly tooFew: number;
  /** Means over prompts; null while the work is not finished. */
  readonly agreement: number | null;
  readonly noAnswerShare: number | null;
  /** Over the prompts with a known answer; null where there is none. */
  readonly passRate: number | null;
  readonly seconds: number;
  readonly interrupted: boolean;
}

/**
 * Votes on the prompts and writes the label folder `config.output`; an unfinished one is continued. The signal stops after
 * the part under way. Throws as `prepareLabelling`.
 */
export async function labelPrompts(given: LabelConfig, options: RunOptions = {}): Promise<LabelSummary> {
  const started = performance.now();
  const { observer, signal } = options;
  const { config, model, pool, device } = await prepareLabelling(given, options);
  const { tokenizer } = model;
  const folder = LabelFolder.open(config.output, config, device);
  try {
    const { samples, promptsPerPart } = config;
    const parts = Math.ceil(pool.prompts.length / promptsPerPart);
    const seconds = () => (performance.now() - started) / 1000;
    if (folder.parts < parts) {
      const engine = await OnnxEngine.create({
        model: { folder: model.folder, bases: model.bases },
        ...config.engine,
      });
      try {
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
  tooFew: 0,
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
    tooFew: rows.filter(({ label, tie, noAnswerShare }) => label === null && !tie && noAnswerShare < 1)
      .length,
    agreement: mean(rows.map(({ agreement }) => agreement)),
    noAnswerShare: mean(rows.map(({ noAnswerShare }) => noAnswerShare)),
    passRate: mean(rows.flatMap(({ passRate }) => (passRate === null ? [] : [passRate]))),
  };
}
