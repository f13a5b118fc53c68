/** Text to token ids and back. */
import type { ChatTemplate } from "./chat-template.js";

export interface Tokenizer {
  readonly vocabSize: number;
  /** Ids that end a completion; the first is the one appended in supervised training. */
  readonly eosTokens: readonly number[];
  readonly padToken: number;
  /** Ids that a text starts with where it is completed as it stands: the beginning-of-sequence token, or none. */
  readonly startTokens: readonly number[];
  /** Ids beside the vocabulary of pieces of text: special tokens and their like. */
  readonly addedTokens: ReadonlySet<number>;
  /** How conversations are written for this model; null where it was not trained on any. */
  readonly chatTemplate: ChatTemplate | null;
  /**
   * Ids of the text and nothing else: prompts and completions are encoded apart and joined. Special tokens spelt out
   * in the text become those tokens, as in transformers. Throws `tokenizer-unknown-character` with the character and its
   * position where the vocabulary lacks it.
   */
  encode(text: string): number[];
  /** Text of the ids. Special tokens are left out, and so are ids that stand for nothing: models pad their vocabulary. */
  decode(tokens: readonly number[]): string;
  /** Writes `tokenizer.json` and what else belongs to it (Hugging Face format) into a folder. */
  save(folder: string): void;
}
