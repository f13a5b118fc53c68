/**
 * Where @huggingface/tokenizers (0.2) departs from Python's tokenizers, and what makes it agree. Found by the fixtures of
 * scripts/fixtures/tokenizer_kinds.py, which hold the ids that Python gives.
 */
import { type ByteLevelDecoder, byteLevelChain } from "./byte-level-decoder.js";

interface Step {
  readonly type: string;
  readonly [key: string]: unknown;
}

const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const isolate = (pattern: string): Step => ({
  type: "Split",
  pattern: { Regex: pattern },
  behavior: "Isolated",
  invert: false,
});

/** The `pre_tokenizer` of a `tokenizer.json`, said so that the library splits as Python does. */
export function mendPreTokenizer(step: unknown): unknown {
  const { type, ...options } = (step ?? {}) as Step;
  // Digits are those of every script and the fractions, ¾, not 0 to 9 alone.
  if (type === "Digits") return isolate(options.individual_digits ? "\\p{N}" : "\\p{N}+");
  // White space is Unicode's, as the library has it for the patterns of a file; for its own it has JavaScript's.
  if (type === "ByteLevel" && options.use_regex !== false && !options.add_prefix_space)
    return { type: "Sequence", pretokenizers: [isolate(gpt2), { ...options, type, use_regex: false }] };
  if (type === "Sequence") {
    const steps = options.pretokenizers as unknown[];
    return { ...options, type, pretokenizers: steps.map(mendPreTokenizer) };
  }
  // Without regard to case, s is also the long s.
  if (type === "Split") {
    const { Regex } = options.pattern as { Regex?: string };
    if (Regex) return { ...options, type, pattern: { Regex: Regex.replaceAll("(?i:'s|", "(?i:'s|'ſ|") } };
  }
  return step;
}

/** A decoder of the library, or of several in a row. */
export interface LibraryDecoder {
  readonly config: { readonly type: string };
  readonly decoders?: readonly LibraryDecoder[];
  decode_chain(tokens: readonly string[]): string[];
}

/** Bytes in a row that are no character become as many marks; and a byte order mark is a character. */
export function mendDecoder(decoder: LibraryDecoder | null): void {
  if (decoder?.config.type === "ByteFallback") decoder.decode_chain = joinBytes;
  if (decoder?.config.type === "ByteLevel")
    decoder.decode_chain = byteLevelChain(decoder as LibraryDecoder & ByteLevelDecoder);
  decoder?.decoders?.forEach(mendDecoder);
}

function joinBytes(tokens: readonly string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) texts.push(textOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    if (/^<0x[0-9A-Fa-f]{2}>$/.test(token)) bytes.push(Number.parseInt(token.slice(3, 5), 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: readonly number[]): string {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return "\ufffd".repeat(bytes.length);
  }
}
