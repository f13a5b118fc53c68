/** JSON Schemas of the config files, for completion and checks in an editor; checked in under `schema/`. */
import type { z } from "zod";
import { finetuneConfigSchema } from "./finetune-config.js";
import { labelConfigSchema } from "./label-config.js";
import { rewardModelTrainConfigSchema } from "./reward-model-config.js";
import { schemaTree } from "./schema-tree.js";
import { selectConfigSchema } from "./select-config.js";
import { studyFileSchema } from "./study-config.js";
import { sweepFileSchema } from "./sweep-config.js";
import { pretrainConfigSchema, trainConfigSchema } from "./train-config.js";

/** The schemas that a YAML file can be written against, by file name without `.schema.json`. */
const fileSchemas: Readonly<Record<string, z.ZodType>> = {
  train: trainConfigSchema,
  pretrain: pretrainConfigSchema,
  finetune: finetuneConfigSchema,
  label: labelConfigSchema,
  "reward-model": rewardModelTrainConfigSchema,
  select: selectConfigSchema,
  sweep: sweepFileSchema,
  study: studyFileSchema,
};

/** Text of every schema file, by file name. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(fileSchemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify({ title: `selftrain ${name}`, ...schemaTree(schema) }, null, 2)}\n`,
    ]),
  );
}
