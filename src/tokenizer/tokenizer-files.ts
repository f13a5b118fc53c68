/** The files of a Hugging Face model folder that make up its tokenizer, read and checked. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { guardFs } from "../fs/fs-errors.js";

const specialToken = z.union([z.string(), z.object({ content: z.string() })]).nullish();

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ vocab: z.unknown(), unk_token: z.string().nullish() }),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
});
const configSchema = z.looseObject({
  eos_token: specialToken,
  pad_token: specialToken,
  unk_token: specialToken,
  clean_up_tokenization_spaces: z.boolean().nullish(),
});
const eosSchema = z.looseObject({
  eos_token_id: z
    .union([z.int(), z.array(z.int())])
    .nullish()
    .transform((ids) => [ids ?? []].flat()),
});

export interface TokenizerFiles {
  readonly folder: string;
  /** Parsed `tokenizer.json`. */
  readonly tokenizer: z.output<typeof tokenizerSchema>;
  /** Parsed `tokenizer_config.json`; empty where there is none. */
  readonly config: z.output<typeof configSchema>;
  /** From `generation_config.json`, else from the model's `config.json`. */
  readonly eosTokenIds: readonly number[];
  /** Names and contents of the files, to save them unchanged. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Throws `file-missing` without a `tokenizer.json`, `tokenizer-corrupt` where a file is not what it should be. */
export function readTokenizerFiles(folder: string): TokenizerFiles {
  const texts = new Map<string, string>();
  const read = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
    const path = join(folder, name);
    if (!fs.existsSync(path)) return undefined;
    const text = guardFs("read the tokenizer", path, () => fs.readFileSync(path, "utf8"));
    texts.set(name, text);
    return parse(text, schema, path);
  };
  const tokenizer = read("tokenizer.json", tokenizerSchema);
  if (tokenizer === undefined) throw missing(folder);
  const config = read("tokenizer_config.json", configSchema) ?? {};
  const generation = read("generation_config.json", eosSchema);
  const model = read("config.json", eosSchema);
  // The model's own file: whoever saves the model writes it.
  texts.delete("config.json");
  const eosTokenIds = generation?.eos_token_id.length ? generation.eos_token_id : (model?.eos_token_id ?? []);
  return { folder, tokenizer, config, eosTokenIds, texts };
}

function parse<T>(text: string, schema: z.ZodType<T>, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw corruptTokenizer(path, cause);
  }
}

export function corruptTokenizer(path: string, cause: unknown): SelftrainError {
  return new SelftrainError(
    {
      code: "tokenizer-corrupt",
      message: "The file is not that of a Hugging Face tokenizer.",
      found: (cause as Error).message,
      where: path,
      remedy: "The file is damaged or of a kind that is not supported: copy or download it again.",
    },
    { cause },
  );
}

function missing(folder: string): SelftrainError {
  return new SelftrainError({
    code: "file-missing",
    message: "The model folder has no tokenizer.json.",
    expected: "tokenizer.json",
    where: folder,
    remedy: "Give the folder of a model (config.json, model.safetensors, tokenizer.json).",
  });
}
