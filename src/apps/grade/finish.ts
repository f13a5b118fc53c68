/** Why a completion ended, in the words of the servers and APIs that samples come from. */
import type { FinishReason } from "../../group.js";
import { type FieldKind, type Fields, fieldOf } from "./fields.js";

export const finishNames = ["finish", "finish_reason", "finishReason"] as const;

/**
 * What is said, by what it means. A completion that a filter, an error or a caller cut off is as unfinished as one that
 * met its limit; and one that calls a tool, or pauses, has not given its answer yet.
 */
const words: Readonly<Record<FinishReason, readonly string[]>> = {
  stop: [
    // OpenAI, vLLM, SGLang, Gemini (STOP), Mistral, Ollama; OpenAI's responses
    ...["stop", "completed"],
    // TGI; Together; llama.cpp; TensorRT-LLM
    ...["eos_token", "stop_sequence", "eos", "word", "end_id", "stop_words"],
    // Anthropic; Cohere; Amazon Titan
    ...["end_turn", "complete", "finish", "finished"],
  ],
  length: [
    // OpenAI and most; Anthropic, Gemini, Cohere; OpenAI's responses; Mistral; llama.cpp
    ...["length", "max_tokens", "max_output_tokens", "incomplete", "model_length", "limit"],
    ...["model_context_window_exceeded", "insufficient_system_resource"],
    // vLLM, SGLang; Cohere
    ...["abort", "aborted", "cancelled", "canceled", "user_cancel", "timeout"],
    ...["error", "error_limit", "error_toxic"],
    // OpenAI; Amazon Bedrock; Anthropic; Gemini
    ...["content_filter", "content_filtered", "guardrail_intervened", "refusal"],
    ...["safety", "recitation", "blocklist", "prohibited_content", "spii", "language", "other"],
    // OpenAI; Cohere; Anthropic; Gemini
    ...["tool_calls", "function_call", "tool_call", "tool_use", "pause_turn"],
    ...["malformed_function_call", "unexpected_tool_call", "too_many_tool_calls"],
  ],
};

/** Letters only: `MAX_TOKENS`, `max-tokens`, `maxTokens` and `FinishReason.MAX_TOKENS` are one word. */
const letters = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/^finishreason/, "");

const meanings: ReadonlyMap<string, FinishReason> = new Map(
  (["stop", "length"] as const).flatMap((meaning) =>
    words[meaning].map((word) => [letters(word), meaning] as const),
  ),
);

/** SGLang's `{"type": "stop", "matched": …}`, or its text in a CSV. */
function wordOf(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "type" in value) return value.type;
  if (typeof value !== "string") return value;
  return /^\s*\{.*?["']type["']\s*:\s*["']([\w-]+)["']/.exec(value)?.[1] ?? value;
}

const finish: FieldKind<FinishReason> = {
  read(value) {
    const word = wordOf(value);
    if (typeof word !== "string") return undefined;
    return word.trim() === "" ? null : meanings.get(letters(word));
  },
  expected: `of what ended by itself ${words.stop.join(", ")}; of what did not ${words.length.join(", ")}; in capitals or not, or {"type": …} of one`,
  remedy:
    "Write one of these. Without the field, or with null, a sample ended by itself, unless its text certainly breaks off.",
};

/** Null or undefined where nothing is said. Throws `sample-malformed`. */
export const finishOf = (fields: Fields, where: string): FinishReason | null | undefined =>
  fieldOf(fields, finishNames, where, finish);
