/** Which files of a repository make up a model. Everything else (other formats, images, code) is left on the hub. */
import { SelftrainError } from "../../errors.js";
import { type HubId, shownId } from "./hub-id.js";

/** Configuration and tokenizer. All that are there are taken. */
const companions = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "chat_template.json",
  "vocab.json",
  "vocab.txt",
  "merges.txt",
  "tokenizer.model",
];

/** Chat templates beside the one that is used: they only travel with the model. */
const furtherTemplate = /^additional_chat_templates\/[^/]+\.jinja$/;

const single = "model.safetensors";
const sharded = "model.safetensors.index.json";
export const ADAPTER_CONFIG = "adapter_config.json";
const adapter = "adapter_model.safetensors";

export interface ModelFiles {
  /** Small files that say what the model is. */
  readonly companions: readonly string[];
  /** The weights in one file, or the index that names the files; of both, the one file, as transformers does. */
  readonly weights: { readonly file: string } | { readonly index: string };
}

/** Throws `hub-not-a-model`, and `hub-no-safetensors` where the weights are in another format only. */
export function modelFiles(id: HubId, paths: readonly string[], page: string): ModelFiles {
  const there = new Set(paths);
  const small = [
    ...companions.filter((name) => there.has(name)),
    ...paths.filter((path) => furtherTemplate.test(path)),
  ];
  if (there.has("config.json")) {
    if (there.has(single)) return { companions: small, weights: { file: single } };
    if (there.has(sharded)) return { companions: small, weights: { index: sharded } };
  }
  if (there.has(ADAPTER_CONFIG) && there.has(adapter)) {
    return { companions: [ADAPTER_CONFIG, ...small], weights: { file: adapter } };
  }
  const where = shownId(id);
  if (!there.has("config.json") && !there.has(ADAPTER_CONFIG)) {
    throw new SelftrainError({
      code: "hub-not-a-model",
      message: `${id.name} holds no model of the transformers layout`,
      found: paths.length > 0 ? paths.slice(0, 5) : "no files",
      expected: `config.json with ${single} or ${sharded}`,
      where,
      remedy: `see what ${page} has; a GGUF repository usually names the model that it was made of`,
    });
  }
  const others = paths.filter((path) => /\.(bin|pth?|gguf|h5|msgpack|safetensors)$/.test(path));
  throw new SelftrainError({
    code: "hub-no-safetensors",
    message: `${id.name} has no weights as safetensors`,
    found: others.length > 0 ? others.slice(0, 5) : "no weights",
    expected: `${single} or ${sharded}`,
    where,
    remedy: `look for a pull request with them at ${page}/discussions (its revision is refs/pr/N), or convert the model with Python's transformers: save_pretrained`,
  });
}

/** The files of weights that an index names. Throws `hub-index-malformed`. */
export function shardsOf(text: string, path: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(text) as { weight_map: Record<string, string> };
    const shards = [...new Set(Object.values(map))].sort();
    if (shards.length > 0 && shards.every((name) => /^[^/\\]+\.safetensors$/.test(name))) return shards;
  } catch {
    // Said below.
  }
  throw new SelftrainError({
    code: "hub-index-malformed",
    message: "the index of the weights names no safetensors files",
    where: path,
    remedy: "take another revision of the model, or tell its owner",
  });
}
