/** What of a text is said as its answer: neither thoughts nor the tokens that end a turn. */

/** Tags of thoughts: of Qwen and DeepSeek, of prompts, of Seed, Mistral and Sky-T1. */
const thoughts: readonly (readonly [string, string])[] = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<seed:think>", "</seed:think>"],
  ["[THINK]", "[/THINK]"],
  ["<|begin_of_thought|>", "<|end_of_thought|>"],
];

/** Longest token that ends a turn. */
const LONGEST = 48;

const turnTokens =
  "<[|｜][^|｜<>\\s]{2,40}[|｜]>|</?(?:s|eos|bos|pad|end_of_turn|start_of_turn|end_of_utterance|end_of_text|endoftext|eoa|eoe|eot|eod)>|\\[/?INST\\]";
const atEnd = new RegExp(`(?:${turnTokens})$`);

/** A token that ends or begins a turn, at a place. */
export const turnToken = new RegExp(turnTokens, "y");

/** Where the last thought ends; null where one never does, for what is unfinished has no answer. */
export function thoughtsEnd(text: string): number | null {
  if (!/think|thought|THINK/.test(text)) return 0;
  let [opened, closed] = [-1, 0];
  for (const [open, close] of thoughts) {
    opened = Math.max(opened, lastOpening(text, open));
    const at = text.lastIndexOf(close);
    if (at >= 0) closed = Math.max(closed, at + close.length);
  }
  return opened >= closed ? null : closed;
}

/** A tag in a span of code is only spoken of. */
function lastOpening(text: string, tag: string): number {
  let at = text.lastIndexOf(tag);
  while (at > 0 && text[at - 1] === "`") at = text.lastIndexOf(tag, at - 1);
  return at;
}

/** Where the text ends without the tokens that end a turn. */
export function turnEnd(text: string): number {
  for (let end = text.length; ; ) {
    const tail = text.slice(Math.max(0, end - 2 * LONGEST), end);
    const said = tail.trimEnd();
    const token = atEnd.exec(said)?.[0];
    if (token === undefined) return end;
    end -= tail.length - said.length + token.length;
  }
}
