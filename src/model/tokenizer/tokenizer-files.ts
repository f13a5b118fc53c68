/** The files of a Hugging Face model folder that make up its tokenizer, read and checked. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { refuseLfsPointer } from "../../io/fs/git-lfs.js";
import { whyUnreadable } from "../../io/fs/stored.js";
import { decodeUtf8 } from "../../utf8.js";

const specialToken = z.union([z.string(), z.object({ content: z.string() })]).nullish();
const namedTokens = {
  bos_token: specialToken,
  eos_token: specialToken,
  pad_token: specialToken,
  unk_token: specialToken,
};

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ vocab: z.unknown(), unk_token: z.string().nullish() }),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
});
const template = z
  .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
  .nullish();
const configSchema = z.looseObject({
  ...namedTokens,
  added_tokens_decoder: z.unknown().optional(),
  chat_template: template,
  clean_up_tokenization_spaces: z.boolean().nullish(),
});
const eosSchema = z.looseObject({
  eos_token_id: z
    .union([z.int(), z.array(z.int())])
    .nullish()
    .transform((ids) => [ids ?? []].flat()),
});

/** Files that only travel with the others. */
const companions = ["added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model"];
const furtherTemplates = "additional_chat_templates";

export interface TokenizerFiles {
  readonly folder: string;
  /** Parsed `tokenizer.json`. */
  readonly tokenizer: z.output<typeof tokenizerSchema>;
  /** Parsed `tokenizer_config.json`, with the names of `special_tokens_map.json`; empty where there are none. */
  readonly config: z.output<typeof configSchema>;
  /** The chat template and the file it stands in. */
  readonly chatTemplate: { readonly source: string; readonly file: string } | null;
  /** From `generation_config.json`, else from the model's `config.json`. */
  readonly eosTokenIds: readonly number[];
  /** Names and contents of the files, to save them unchanged. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

/** The first of the folders that has a tokenizer. */
export const tokenizerFolder = (folder: string, bases: readonly string[]): string =>
  [folder, ...bases].find((one) => fs.existsSync(join(one, "tokenizer.json"))) ?? folder;

/**
 * The tokenizer is that of the first folder which has one: an adapter's own, or that of its model. Files that say what ends
 * a sequence may lie in another of the folders. Throws `file-missing` without a `tokenizer.json`, `tokenizer-corrupt` where
 * a file is not what it should be, `text-not-utf8`, and `git-lfs-pointer` where one was not downloaded.
 */
export function readTokenizerFiles(given: string, bases: readonly string[] = []): TokenizerFiles {
  const folders = [given, ...bases];
  const having = (name: string) => folders.find((one) => fs.existsSync(join(one, name)));
  const folder = tokenizerFolder(given, bases);
  const contents = new Map<string, Uint8Array>();
  const content = (name: string, from = folder): Uint8Array | undefined => {
    const path = join(from, name);
    if (!fs.existsSync(path)) return undefined;
    const bytes = guardFs("read the tokenizer", path, () => fs.readFileSync(path));
    contents.set(name, bytes);
    return bytes;
  };
  const textOf = (name: string, from = folder): string | undefined => {
    const bytes = content(name, from);
    return bytes && decodeUtf8(bytes, join(from, name));
  };
  const read = <T>(name: string, schema: z.ZodType<T>, from = folder): T | undefined => {
    refuseLfsPointer(join(from, name));
    const text = textOf(name, from);
    return text === undefined ? undefined : parse(text, schema, join(from, name));
  };
  const tokenizer = read("tokenizer.json", tokenizerSchema);
  if (tokenizer === undefined) throw missing(folder);
  const config = read("tokenizer_config.json", configSchema) ?? {};
  const special = read("special_tokens_map.json", z.looseObject(namedTokens));
  const generation = read("generation_config.json", eosSchema, having("generation_config.json"));
  const model = read("config.json", eosSchema, having("config.json"));
  // The model's own file: whoever saves the model writes it.
  contents.delete("config.json");
  refuseLfsPointer(join(folder, "chat_template.jinja"));
  const jinja = textOf("chat_template.jinja");
  const json = read("chat_template.json", z.looseObject({ chat_template: template }));
  for (const name of [...companions, ...furtherTemplateNames(folder)]) content(name);
  const chosen = [
    { source: jinja, file: "chat_template.jinja" },
    { source: defaultOf(config.chat_template), file: "tokenizer_config.json" },
    { source: defaultOf(json?.chat_template), file: "chat_template.json" },
  ].find((candidate) => candidate.source !== undefined);
  return {
    folder,
    tokenizer,
    // As transformers: the older file counts where the newer one does not list its tokens.
    config:
      special === undefined || config.added_tokens_decoder !== undefined ? config : { ...config, ...special },
    chatTemplate: chosen === undefined ? null : { source: chosen.source!, file: join(folder, chosen.file) },
    eosTokenIds: generation?.eos_token_id.length ? generation.eos_token_id : (model?.eos_token_id ?? []),
    contents,
  };
}

/** Of several templates that for conversations without tools or documents. */
const defaultOf = (given: z.output<typeof template>): string | undefined =>
  typeof given === "string" ? given : given?.find(({ name }) => name === "default")?.template;

function furtherTemplateNames(folder: string): string[] {
  const path = join(folder, furtherTemplates);
  if (!fs.existsSync(path)) return [];
  const names = guardFs("read the chat templates", path, () => fs.readdirSync(path));
  return names.filter((name) => name.endsWith(".jinja")).map((name) => join(furtherTemplates, name));
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
      found: whyUnreadable(cause),
      where: path,
      remedy: "The file is damaged or of a kind that is not supported: copy or download it again.",
    },
    { cause },
  );
}

function missing(folder: string): SelftrainError {
  const older = companions.filter((name) => fs.existsSync(join(folder, name)));
  return new SelftrainError({
    code: "file-missing",
    message: "The model folder has no tokenizer.json.",
    ...(older.length === 0 ? {} : { found: older.join(", ") }),
    expected: "tokenizer.json",
    where: folder,
    remedy:
      older.length === 0
        ? "Give the folder of a model (config.json, model.safetensors, tokenizer.json)."
        : "Have Python's transformers write it: AutoTokenizer.from_pretrained(folder).save_pretrained(folder).",
  });
}
