/** Byte-level BPE tokenizers as large as real ones: tokens of one, two, four and six letters, and the merges that make them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const letters = "abcdefghijklmnopqrstuvwxyz".split("");
const pairs: Merge[] = letters.flatMap((a) => letters.map((b): Merge => [a, b]));
const QUADS = 20_000;

type Merge = readonly [string, string];

const joined = ([a, b]: Merge): string => a + b;

/** Writes the files of a tokenizer of that many tokens to a folder; the last of them ends a sequence. */
export function writeLargeTokenizer(folder: string, size: number): void {
  const firsts = pairs.map(joined);
  const quads = Array.from({ length: QUADS }, (_, i): Merge => at(firsts, firsts, i));
  const fours = quads.map(joined);
  const sixes = Array.from({ length: size }, (_, i): Merge => at(fours, firsts, i));
  const merges = [...pairs, ...quads, ...sixes].slice(0, Math.max(0, size - letters.length - 1));
  const tokens = [...letters, ...merges.map(joined)];
  const pieces = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const tokenizer = {
    version: "1.0",
    added_tokens: [{ id: tokens.length, content: "<end>", special: true }],
    normalizer: null,
    pre_tokenizer: pieces,
    post_processor: null,
    decoder: pieces,
    model: { type: "BPE", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ eos_token: "<end>" }));
}

/** The pair of number i: all of `a` with the first of `b`, then all with the second. */
const at = (a: readonly string[], b: readonly string[], i: number): Merge => [
  a[i % a.length] as string,
  b[Math.floor(i / a.length)] as string,
];
