/** Any Hugging Face `tokenizer.json`, through @huggingface/tokenizers. */
import { dirname, join } from "node:path";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { ChatTemplate } from "./chat-template.js";
import { type LibraryDecoder, mendDecoder, mendPreTokenizer } from "./library-gaps.js";
import type { Tokenizer } from "./tokenizer.js";
import { unknownCharacter } from "./tokenizer-errors.js";
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
  readonly decoder: LibraryDecoder | null;
  readonly post_processor:
    | ((tokens: string[], pair: null, addSpecialTokens: boolean) => { tokens: string[] })
    | null;
}

interface DecodeOptions {
  readonly skip_special_tokens: boolean;
  readonly clean_up_tokenization_spaces: boolean;
}

export class HuggingFaceTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly eosTokens: readonly number[];
  readonly padToken: number;
  readonly startTokens: readonly number[];
  readonly addedTokens: ReadonlySet<number>;
  readonly chatTemplate: ChatTemplate | null;
  readonly #library: Library;
  readonly #files: TokenizerFiles;
  readonly #unknown: string | undefined;
  readonly #decodeOptions: DecodeOptions;

  /** Throws `tokenizer-no-eos` where no file names a token that ends a sequence. */
  constructor(files: TokenizerFiles) {
    const { config, tokenizer } = files;
    this.#files = files;
    const pre_tokenizer = mendPreTokenizer(tokenizer.pre_tokenizer);
    this.#library = new LibraryTokenizer({ ...tokenizer, pre_tokenizer }, config) as Library;
    mendDecoder(this.#library.decoder);
    // An empty text names no token, and hides none.
    this.#unknown = contentOf(config.unk_token) || tokenizer.model.unk_token || undefined;
    this.#decodeOptions = {
      skip_special_tokens: true,
      // Off unless asked for, as in transformers 5: it would turn "1 , 2" into "1, 2".
      clean_up_tokenization_spaces: config.clean_up_tokenization_spaces ?? false,
    };
    this.vocabSize = 1 + [...this.#library.get_vocab().values()].reduce((a, b) => Math.max(a, b), -1);
    this.addedTokens = new Set(tokenizer.added_tokens.map(({ id }) => id));
    this.startTokens = this.#startTokens();
    this.chatTemplate = chatTemplateOf(files);
    const ends = [this.#idOf(config.eos_token) ?? [], files.eosTokenIds, this.#endOfTurn()].flat();
    this.eosTokens = [...new Set(ends)];
    if (this.eosTokens.length === 0) throw noEos(files.folder);
    this.padToken = this.#idOf(config.pad_token) ?? this.eosTokens[0]!;
  }

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
    const known = tokens.filter((token) => this.#library.id_to_token(token) !== undefined);
    // The library refuses an empty list.
    return known.length === 0 ? "" : this.#library.decode(known, this.#decodeOptions);
  }

  /** The files as they were loaded, unchanged. */
  save(folder: string): void {
    for (const [name, content] of this.#files.contents) {
      makeFolder(dirname(join(folder, name)));
      writeFileAtomic(join(folder, name), content);
    }
  }

  /** What the post-processor puts before a text. What it puts after one would end it, and is left out. */
  #startTokens(): number[] {
    const text = "\0";
    const tokens = this.#library.post_processor?.([text], null, true).tokens ?? [text];
    return tokens.slice(0, tokens.indexOf(text)).map((token) => this.#idOf(token)!);
  }

  /** The added token that the chat template puts after what the assistant says, if there is one. */
  #endOfTurn(): number[] {
    const said = "0";
    const conversation = [
      { role: "user", content: said },
      { role: "assistant", content: said },
    ];
    try {
      const text = this.chatTemplate?.render(conversation, { addGenerationPrompt: false }) ?? "";
      const [first] = this.encode(text.slice(text.lastIndexOf(said) + said.length).trimStart());
      return first !== undefined && this.addedTokens.has(first) ? [first] : [];
    } catch {
      // A template that cannot be rendered is an error where a prompt needs it.
      return [];
    }
  }

  #idOf(token: SpecialToken): number | undefined {
    const content = contentOf(token);
    return content === undefined ? undefined : this.#library.token_to_id(content);
  }
}

/** The template knows the special tokens by name, as `bos_token`. */
function chatTemplateOf({ chatTemplate, config }: TokenizerFiles): ChatTemplate | null {
  if (chatTemplate === null) return null;
  const names = Object.entries(config).flatMap(([name, token]) => {
    const content = name.endsWith("_token") ? contentOf(token as SpecialToken) : undefined;
    return typeof content === "string" ? [[name, content]] : [];
  });
  return new ChatTemplate(chatTemplate.source, Object.fromEntries(names), chatTemplate.file);
}

type SpecialToken = string | { content: string } | null | undefined;

/** A special token is written as its text or as an object that holds it. */
function contentOf(token: SpecialToken): string | undefined {
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
