/** Whether tokenizer and prompts fit the model: better known before the first step than after an hour. */
import { throwProblems } from "../../config/problems.js";
import { type PromptPool, placeOf } from "../../data/pool.js";
import type { Capabilities } from "../../engine/engine.js";
import { type ErrorDetails, SelftrainError } from "../../errors.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { encodePrompt } from "./encode-prompt.js";

/** Models pad their vocabulary for speed, by a few rows in a hundred and never by half. */
const fewestOfRows = 0.5;

/**
 * Every id of the tokenizer must have an embedding, most embeddings a token, and what ends a sequence for the model must
 * be an added token of the tokenizer. Throws `vocabulary-mismatch`; `where` names the model's folder.
 */
export function checkVocabulary(
  { vocabSize, eosTokens }: Pick<Capabilities, "vocabSize" | "eosTokens">,
  tokenizer: Tokenizer,
  where: string,
): void {
  const mismatch = (message: string, found: string, expected: string) =>
    new SelftrainError({
      code: "vocabulary-mismatch",
      message: `${message}: tokenizer.json and config.json are not of the same model`,
      found,
      expected,
      where,
      remedy: "use the tokenizer.json that belongs to this model",
    });
  const tokens = `${tokenizer.vocabSize} tokens in tokenizer.json`;
  if (tokenizer.vocabSize > vocabSize)
    throw mismatch(
      "the tokenizer knows more tokens than the model",
      tokens,
      `at most ${vocabSize}, vocab_size of config.json`,
    );
  if (tokenizer.vocabSize < fewestOfRows * vocabSize)
    throw mismatch(
      "the tokenizer knows too few of the model's tokens",
      tokens,
      `nearly ${vocabSize}, vocab_size of config.json`,
    );
  const strange = eosTokens.find((token) => !tokenizer.addedTokens.has(token));
  if (strange !== undefined)
    throw mismatch(
      "what ends a sequence for the model is no special token of the tokenizer",
      `eos_token_id ${strange} in config.json or generation_config.json`,
      `one of ${[...tokenizer.addedTokens].slice(0, 20).join(", ")}, the special tokens of tokenizer.json`,
    );
}

/** Prompts that are held against a model: what they are, for a sentence, and where each stands. */
export interface FittedPrompts extends Pick<PromptPool, "prompts" | "places"> {
  readonly what: string;
}

/**
 * Every prompt must be encodable and leave room for a completion. Returns the tokens of the longest prompt of each part, 0 of one that is
 * empty. Throws as `checkLengths` and `encodePrompt` do.
 */
export function checkPrompts(
  capabilities: Pick<Capabilities, "contextLength">,
  tokenizer: Tokenizer,
  parts: readonly FittedPrompts[],
  maxNewTokens: number,
): number[] {
  const measured = parts.map(({ what, ...part }) => ({
    what,
    sequences: part.prompts.map((prompt): Measured => {
      const where = placeOf(part, prompt.id);
      return { where, prompt: encodePrompt(tokenizer, prompt, where).length, completion: maxNewTokens };
    }),
  }));
  checkLengths(capabilities, measured);
  return measured.map(({ sequences }) => longestPrompt(sequences));
}

/** Tokens of a prompt and of its longest completion, and where it stands. */
export interface Measured {
  readonly where: string;
  readonly prompt: number;
  readonly completion: number;
}

/** Tokens of the longest prompt; 0 where there is none. */
export const longestPrompt = (sequences: readonly Pick<Measured, "prompt">[]): number =>
  sequences.reduce((most, { prompt }) => Math.max(most, prompt), 0);

const REMEDY = "remove or shorten the prompt, or lower maxNewTokens";

/** Whether sequences fit the context. Throws `prompt-empty` and `prompt-too-long`, each once a part, with all places. */
export function checkLengths(
  { contextLength }: Pick<Capabilities, "contextLength">,
  parts: readonly { readonly what: string; readonly sequences: readonly Measured[] }[],
  remedy = REMEDY,
): void {
  throwProblems(
    parts.flatMap(({ what, sequences }) => {
      const empty = sequences.filter(({ prompt }) => prompt === 0);
      const long = sequences.filter((one) => one.prompt > 0 && one.prompt + one.completion > contextLength);
      return [empty, long].flatMap((all) => misfit(contextLength, all, sequences.length, what, remedy));
    }),
  );
}

/** Those of one kind as one problem, or none. */
function misfit(
  contextLength: number,
  all: readonly Measured[],
  of: number,
  what: string,
  remedy: string,
): ErrorDetails[] {
  const [first] = all;
  if (first === undefined) return [];
  const { where, prompt, completion } = first;
  const tokens = (one: Measured) => `${one.prompt} + ${one.completion} tokens`;
  const isEmpty = prompt === 0;
  const one = isEmpty
    ? "a prompt has no tokens"
    : `a prompt of ${prompt} tokens leaves no room for ${completion} new ones`;
  const several = `${all.length} of the ${of} ${what} ${isEmpty ? "have no tokens" : "do not fit the model's context"}`;
  return [
    {
      code: isEmpty ? "prompt-empty" : "prompt-too-long",
      message: all.length === 1 ? one : several,
      found: all.length === 1 ? tokens(first) : all.map((own) => `${own.where} (${tokens(own)})`),
      expected: `at most ${contextLength} tokens, the model's context`,
      ...(all.length === 1 ? { where } : {}),
      remedy,
    },
  ];
}
