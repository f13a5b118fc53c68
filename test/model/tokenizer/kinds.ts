/** Fixtures of scripts/fixtures/tokenizer_kinds.py: small tokenizers of every kind, and what Hugging Face makes of hard texts with them. */
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChatMessage } from "../../../src/group.js";

const root = fileURLToPath(new URL("../../fixtures/tokenizer/kinds/", import.meta.url));
const read = (name: string): unknown => JSON.parse(fs.readFileSync(join(root, name), "utf8"));

export const KINDS = [
  "deepseek",
  "gemma",
  "gpt2",
  "llama2",
  "llama3",
  "mistral",
  "o200k",
  "qwen2",
  "smollm",
] as const;

export interface Kind {
  readonly bos: number | null;
  readonly eos: number;
  readonly pad: number | null;
  readonly size: number;
  /** What `tokenizer(text)` puts before a text. */
  readonly prefix: number[];
  /** Texts with the special tokens of this tokenizer in them. */
  readonly spelled: string[];
  /** Ids of each of `TEXTS` and `spelled`, and the decoded text where it is another. */
  readonly cases: [ids: number[], decoded: string | null][];
  readonly decoded: [ids: number[], text: string][];
  /** Of each conversation, without and with a generation prompt; the template's message where it refuses. */
  readonly chats: ([text: string, ids: number[]] | string)[] | null;
}

export const TEXTS = read("texts.json") as string[];
export const CONVERSATIONS = read("conversations.json") as ChatMessage[][];
/** The day that the script took for today. */
export const DATE = "2025-03-09";

export const folderOf = (kind: string): string => join(root, kind);
export const kindOf = (kind: string): Kind => read(`${kind}.json`) as Kind;
/** Those that have a chat template. */
export const CHAT_KINDS = KINDS.filter((kind) => kindOf(kind).chats !== null);
