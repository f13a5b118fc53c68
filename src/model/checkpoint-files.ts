/** The weight files of a model folder: one safetensors file, or several with an index, as Hugging Face lays them out. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { refuseLfsPointer } from "../io/fs/git-lfs.js";
import { readTextFile } from "../io/fs/text-file.js";

export const SINGLE = "model.safetensors";
export const INDEX = "model.safetensors.index.json";

/** Which file each tensor is in, by name; null where there is one file for all. */
export type ShardMap = ReadonlyMap<string, string>;

const indexSchema = z.looseObject({
  // A plain name: an index must not reach out of its folder.
  weight_map: z.record(z.string(), z.string().regex(/^[^/\\]+\.safetensors$/)),
});

/** Reads the layout of a folder. Errors: `weights-file-missing`, `weights-index-invalid`. */
export function readShardMap(folder: string): ShardMap | null {
  if (existsSync(join(folder, SINGLE))) return null;
  const path = join(folder, INDEX);
  if (!existsSync(path)) {
    throw missingFile(join(folder, SINGLE), `the folder has neither ${SINGLE} nor ${INDEX}`);
  }
  const map = new Map(Object.entries(parseIndex(path)));
  for (const [name, file] of map) {
    if (existsSync(join(folder, file))) continue;
    throw missingFile(join(folder, file), `a file that ${INDEX} names for ${name} is not there`);
  }
  return map;
}

/** The file of a folder that should hold a tensor; null where it is not there, or none is named. Errors: `weights-index-invalid`. */
export function fileOfTensor(folder: string, name: string): string | null {
  const single = join(folder, SINGLE);
  if (existsSync(single)) return single;
  const index = join(folder, INDEX);
  const file = existsSync(index) ? parseIndex(index)[name] : undefined;
  return file !== undefined && existsSync(join(folder, file)) ? join(folder, file) : null;
}

function parseIndex(path: string): Record<string, string> {
  refuseLfsPointer(path);
  const text = readTextFile(path, "read the index of the weights");
  try {
    return indexSchema.parse(JSON.parse(text)).weight_map;
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "weights-index-invalid",
        message: "the index of the weights is not usable",
        found: (cause as Error).message.slice(0, 200),
        expected: '{"weight_map": {"<tensor>": "<file>.safetensors", …}}',
        where: path,
        remedy: "the file is damaged: copy or download it again",
      },
      { cause },
    );
  }
}

function missingFile(where: string, message: string): SelftrainError {
  return new SelftrainError({
    code: "weights-file-missing",
    message,
    expected: "weights in safetensors",
    where,
    remedy: "copy or download the missing file; convert other formats with transformers' save_pretrained",
  });
}

/** The files of a folder that hold its weights, by path. */
export const weightFiles = (folder: string, map: ShardMap | null): string[] =>
  [...new Set(map?.values() ?? [SINGLE])].sort().map((file) => join(folder, file));
