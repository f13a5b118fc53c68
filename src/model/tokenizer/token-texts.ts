/** What each token adds to a text: tokens of bytes may hold a part of a character, and what a token reads as may depend on the one before. */
import type { Tokenizer } from "./tokenizer.js";

const UNFINISHED = "\ufffd";

/**
 * One text a token; joined, they are `decode(tokens)`. A character of several tokens belongs to the last of them, and special tokens have no text.
 */
export function tokenTexts(tokenizer: Pick<Tokenizer, "decode">, tokens: readonly number[]): string[] {
  const text = tokenizer.decode(tokens);
  for (const texts of [byItself, byWindow]) {
    const own = texts(tokenizer, tokens);
    if (own.join("") === text) return own;
  }
  return byPrefix(tokenizer, tokens, text);
}

/** Each token is read alone: enough where none is a part of a character, and none reads as the one before has it. */
const byItself = (tokenizer: Pick<Tokenizer, "decode">, tokens: readonly number[]): string[] =>
  tokens.map((token) => tokenizer.decode([token]));

/** Each token is read behind those since the last whole text but one: linear in the tokens. */
function byWindow(tokenizer: Pick<Tokenizer, "decode">, tokens: readonly number[]): string[] {
  let [context, read] = [0, 0];
  return tokens.map((_, t) => {
    const before = tokenizer.decode(tokens.slice(context, read));
    const now = tokenizer.decode(tokens.slice(context, t + 1));
    const whole = !now.endsWith(UNFINISHED) || t === tokens.length - 1;
    if (!whole || now.length <= before.length || !now.startsWith(before)) return "";
    [context, read] = [read, t + 1];
    return now.slice(before.length);
  });
}

/** Each token ends where the text of the tokens up to it does: right for any tokenizer, and slower. */
function byPrefix(tokenizer: Pick<Tokenizer, "decode">, tokens: readonly number[], text: string): string[] {
  let end = 0;
  return tokens.map((_, t) => {
    const start = end;
    const said = tokenizer.decode(tokens.slice(0, t + 1));
    end = t === tokens.length - 1 ? text.length : Math.max(start, commonLength(said, text));
    return text.slice(start, end);
  });
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < Math.min(one.length, other.length) && one[length] === other[length]) length++;
  return length;
}
