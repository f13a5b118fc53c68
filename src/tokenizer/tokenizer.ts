/** Text to token ids and back. */
export interface Tokenizer {
  readonly vocabSize: number;
  /** Ids that end a sequence; the first is the one appended in supervised training. */
  readonly eosTokens: readonly number[];
  readonly padToken: number;
  /** Throws `tokenizer-unknown-character` with the character and its position where the vocabulary lacks it. */
  encode(text: string): number[];
  /** Text of the ids, special tokens left out. */
  decode(tokens: readonly number[]): string;
  /** Writes `tokenizer.json` and `tokenizer_config.json` (Hugging Face format) into a folder. */
  save(folder: string): void;
}
