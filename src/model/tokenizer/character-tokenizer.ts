/**
 * A token a character (Unicode code point), for models trained from scratch on a task's alphabet. Saved as a Hugging
 * Face tokenizer, so that transformers loads the model with `AutoTokenizer` and gets the same ids.
 */
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import type { Tokenizer } from "./tokenizer.js";
import { unknownCharacter } from "./tokenizer-errors.js";

const specialTokens = ["<pad>", "<eos>"] as const;
const padToken = 0;
const eosToken = 1;

/** The distinct characters of texts in code-point order: the same whatever the order of the texts. */
export function alphabetOf(...texts: readonly string[]): string {
  const characters = new Set(texts.flatMap((text) => Array.from(text)));
  return [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!).join("");
}

export class CharacterTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly eosTokens: readonly number[] = [eosToken];
  readonly padToken = padToken;
  readonly startTokens: readonly number[] = [];
  readonly addedTokens: ReadonlySet<number> = new Set([padToken, eosToken]);
  readonly chatTemplate = null;
  readonly #ids: ReadonlyMap<string, number>;
  /** What an id adds to decoded text; nothing for special tokens. */
  readonly #texts: readonly string[];

  /**
   * Ids are 0 for `<pad>`, 1 for `<eos>`, then the characters of the alphabet in order. Throws
   * `tokenizer-invalid-alphabet` where a character is given twice or is half of a surrogate pair.
   */
  constructor(alphabet: string) {
    const characters = Array.from(alphabet);
    characters.forEach((character, i) => {
      const repeated = characters.indexOf(character) !== i;
      if (repeated || /\p{Surrogate}/u.test(character)) throw invalidAlphabet(character, i, repeated);
    });
    this.vocabSize = specialTokens.length + characters.length;
    this.#ids = new Map([...specialTokens, ...characters].map((token, id) => [token, id]));
    this.#texts = [...specialTokens.map(() => ""), ...characters];
  }

  /** As in Hugging Face's tokenizers, `<pad>` and `<eos>` spelt out in the text become the special tokens. */
  encode(text: string): number[] {
    const ids: number[] = [];
    let position = 0;
    for (const part of text.split(/(<pad>|<eos>)/)) {
      for (const token of this.#ids.has(part) ? [part] : part) {
        const id = this.#ids.get(token);
        if (id === undefined) throw unknownCharacter(token, position, text);
        ids.push(id);
        position += token.length;
      }
    }
    return ids;
  }

  decode(tokens: readonly number[]): string {
    return tokens.map((token) => this.#texts[token] ?? "").join("");
  }

  save(folder: string): void {
    writeFileAtomic(join(folder, "tokenizer.json"), `${JSON.stringify(this.tokenizerFile(), null, 2)}\n`);
    writeFileAtomic(join(folder, "tokenizer_config.json"), `${JSON.stringify(this.configFile(), null, 2)}\n`);
  }

  /** Content of `tokenizer.json`: the text is split into characters, and each looked up as a word. */
  tokenizerFile(): object {
    return {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: specialTokens.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: null,
      // `.` would leave out newlines.
      pre_tokenizer: { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false },
      post_processor: null,
      decoder: { type: "Fuse" },
      // The format wants an unknown token; it is not in the vocabulary, so that other readers refuse as we do.
      model: { type: "WordLevel", vocab: Object.fromEntries(this.#ids), unk_token: "<unk>" },
    };
  }

  /** Content of `tokenizer_config.json`. */
  configFile(): object {
    return {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: specialTokens[eosToken],
      pad_token: specialTokens[padToken],
      clean_up_tokenization_spaces: false,
    };
  }
}

function invalidAlphabet(character: string, position: number, repeated: boolean): SelftrainError {
  return new SelftrainError({
    code: "tokenizer-invalid-alphabet",
    message: repeated
      ? "A character is in the alphabet twice."
      : "The alphabet holds half of a surrogate pair, which is no character.",
    found: character,
    where: `character ${position + 1} of the alphabet`,
    remedy: "Give every character once; alphabetOf(…) makes an alphabet of texts.",
  });
}
