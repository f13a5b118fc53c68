/** A model as a folder that transformers and vLLM load: configuration, weights in the type asked for, and its tokenizer. */
import fs from "node:fs";
import { basename, join, resolve } from "node:path";
import type { ExportConfig } from "../../config/export-config.js";
import { SelftrainError } from "../../errors.js";
import { publishFolder } from "../../io/fs/atomic.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import type { DtypeName } from "../../model/dtype.js";
import { readModel } from "../../model/read-model.js";
import { readStorage, shardBySize } from "../../model/storage.js";
import { writeModel } from "../../model/write-model.js";
import { verifyModel } from "../../run/manifest.js";
import { resolveModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { modelCard } from "./model-card.js";
import { trainedBy } from "./trained-by.js";

const GENERATION = "generation_config.json";

/** What belongs to a model beside its weights, carried along byte for byte where it is there. */
const COMPANIONS = [
  GENERATION,
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "tokenizer.model",
  "chat_template.jinja",
  "chat_template.json",
  "additional_chat_templates",
];

export interface Exported {
  readonly folder: string;
  readonly dtype: DtypeName;
  readonly parameters: number;
  /** Names, in order. */
  readonly files: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
}

/**
 * Writes the folder in one step, an adapter merged into its model. The weights lie as those of the model do, in one file
 * or in the same shards, unless a size is given. Errors: `output-not-empty`, those of reading a model, and
 * `weights-overflow`; nothing is left then.
 */
export async function exportModel(config: ExportConfig, options: RunOptions = {}): Promise<Exported> {
  const target = resolve(config.output);
  refuseFilled(target);
  const { folder, bases, hub } = await resolveModel(config.model, options);
  await verifyModel(folder, bases);
  const { config: model, weights } = readModel(folder, bases);
  const stored = readStorage(bases.at(-1) ?? folder);
  const dtype = config.dtype ?? stored.dtype;
  const { maxShardSizeMiB } = config;
  const shards =
    maxShardSizeMiB === undefined ? stored.shards : shardBySize(model, dtype, maxShardSizeMiB * 2 ** 20);
  const card = config.card
    ? modelCard({
        model: hub?.pinned ?? resolve(config.model),
        title: basename(target),
        modelType: String(model.source.model_type),
        head: model.head,
        parameters: weights.length,
        dtype,
        trained: hub ? null : trainedBy(folder),
      })
    : null;
  if (fs.existsSync(target)) guardFs("replace the empty folder", target, () => fs.rmdirSync(target));
  await publishFolder(target, async (partial) => {
    writeModel(partial, model, weights, { dtype, shards });
    if (card !== null) {
      const path = join(partial, "README.md");
      guardFs("write the model card", path, () => fs.writeFileSync(path, card));
    }
    for (const name of COMPANIONS) {
      const from = carriedFrom(name, folder, bases);
      if (from === null) continue;
      guardFs("copy the file", from, () =>
        fs.cpSync(from, join(partial, name), { recursive: true, dereference: true }),
      );
    }
  });
  const files = fs.readdirSync(target, { recursive: true, encoding: "utf8" }).sort();
  const bytes = files.reduce((sum, file) => sum + fs.statSync(join(target, file)).size, 0);
  return { folder: config.output, dtype, parameters: weights.length, files, bytes };
}

/** Where a companion lies, or null where there is none. The tokenizer's are all of the first folder that has a tokenizer. */
function carriedFrom(name: string, folder: string, bases: readonly string[]): string | null {
  const having = (file: string) => [folder, ...bases].find((one) => fs.existsSync(join(one, file)));
  const from = having(name === GENERATION ? name : "tokenizer.json") ?? folder;
  return fs.existsSync(join(from, name)) ? join(from, name) : null;
}

/** An empty folder is as good as none; what is in another is not ours to replace. */
function refuseFilled(target: string): void {
  if (!fs.existsSync(target)) return;
  const found = guardFs("look into the folder", target, () => fs.readdirSync(target));
  if (found.length === 0) return;
  throw new SelftrainError({
    code: "output-not-empty",
    message: "the folder to write is not empty",
    found: found.slice(0, 3).join(", "),
    where: target,
    remedy: "give another --output, or move what is there away",
  });
}
