/** Any Hugging Face `tokenizer.json`, through @huggingface/tokenizers. */
import { join } from "node:path";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../fs/atomic.js";
import type { Tokenizer } from "./tokenizer.js";
import { unknownCharacter, unknownToken } from "./tokenizer-errors.js";
import type { TokenizerFiles } from "./tokenizer-files.js";

/** What is used of the library, whose own declarations do not resolve under Node's module rules. */
interface Library {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[], options: DecodeOptions): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): Map<string, number>;
}

interface DecodeOptions {
  readonly skip_special_tokens: boolean;
  readonly clean_up_tokenization_spaces: boolean;
}

export class HuggingFaceTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly eosTokens: readonly number[];
  readonly padToken: number;
  readonly #library: Library;
  readonly #files: TokenizerFiles;
  readonly #unknown: string | undefined;
  readonly #decodeOptions: DecodeOptions;

  /** Throws `tokenizer-no-eos` where no file names a token that ends a sequence. */
  constructor(files: TokenizerFiles) {
    const { config } = files;
    this.#files = files;
    this.#library = new LibraryTokenizer(files.tokenizer, config) as Library;
    this.#unknown = contentOf(config.unk_token) ?? files.tokenizer.model.unk_token ?? undefined;
    this.#decodeOptions = {
      skip_special_tokens: true,
      // Off unless asked for, as in transformers 5: it would turn "1 , 2" into "1, 2".
      clean_up_tokenization_spaces: config.clean_up_tokenization_spaces ?? false,
    };
    this.vocabSize = 1 + [...this.#library.get_vocab().values()].reduce((a, b) => Math.max(a, b), -1);
    this.eosTokens = [...new Set([this.#idOf(config.eos_token) ?? [], files.eosTokenIds].flat())];
    if (this.eosTokens.length === 0) throw noEos(files.folder);
    this.padToken = this.#idOf(config.pad_token) ?? this.eosTokens[0]!;
  }

  /** No special token is added at the ends: prompts and completions are encoded apart and joined. */
  encode(text: string): number[] {
    const { ids, tokens } = this.#library.encode(text, { add_special_tokens: false });
    // The unknown token stands for text that the vocabulary lacks, unless the text spells it.
    const unknown =
      this.#unknown === undefined || text.includes(this.#unknown) ? undefined : this.#idOf(this.#unknown);
    const bad = ids.findIndex((id) => id === undefined || id === unknown);
    if (bad >= 0) throw unknownCharacter(tokens[bad]!, Math.max(0, text.indexOf(tokens[bad]!)), text);
    return ids as number[];
  }

  decode(tokens: readonly number[]): string {
    const unknown = tokens.find((token) => this.#library.id_to_token(token) === undefined);
    if (unknown !== undefined) throw unknownToken(unknown, this.vocabSize);
    // The library refuses an empty list.
    return tokens.length === 0 ? "" : this.#library.decode([...tokens], this.#decodeOptions);
  }

  /** The files as they were loaded, unchanged. */
  save(folder: string): void {
    for (const [name, content] of this.#files.texts) writeFileAtomic(join(folder, name), content);
  }

  #idOf(token: Parameters<typeof contentOf>[0]): number | undefined {
    const content = contentOf(token);
    return content === undefined ? undefined : this.#library.token_to_id(content);
  }
}

/** A special token is written as its text or as an object that holds it. */
function contentOf(token: string | { content: string } | null | undefined): string | undefined {
  return typeof token === "object" ? token?.content : token;
}

function noEos(folder: string): SelftrainError {
  return new SelftrainError({
    code: "tokenizer-no-eos",
    message: "No file says which token ends a sequence.",
    expected: "eos_token in tokenizer_config.json, or eos_token_id in generation_config.json or config.json",
    where: folder,
    remedy: "Add the entry: without it sampling could only stop at the token limit.",
  });
}
