/**
 * What a terminal is sent: colours, where it shows them (https://no-color.org), and no control sequence but ours. Text of
 * models, data and files may hold some, which would move the cursor, set the title or answer for the user.
 */
import { randomUUID } from "node:crypto";
import type { Io, OutputStream } from "./io.js";
import { visible } from "./terminal-text.js";

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** One of ours, or a colour of the palette of 256. */
export type Colour = keyof typeof codes | `38;5;${number}`;

/** Wraps a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Whether a stream is to be coloured: NO_COLOR wins over FORCE_COLOR, and that over what the stream is. */
export function wantsColour(stream: OutputStream, env: Io["env"]): boolean {
  const set = (name: string) => env[name] !== undefined && env[name] !== "";
  if (set("NO_COLOR")) return false;
  return set("FORCE_COLOR") || (stream.isTTY === true && env.TERM !== "dumb");
}

const codesOf = (colour: Colour): readonly [on: number | string, off: number] =>
  colour in codes ? codes[colour as keyof typeof codes] : [colour, 39];

/**
 * The text that `write` makes, as the stream is to get it: painted where it is to be coloured, and to a terminal with the
 * control characters of all else made visible. What is not a terminal gets them as they are.
 */
export function styled(stream: OutputStream, env: Io["env"], write: (paint: Paint) => string): string {
  if (!wantsColour(stream, env))
    return shown(
      stream,
      write((_, text) => text),
    );
  // Stands for the escape character until ours alone are left, and is in no text that we are given.
  const key = randomUUID();
  const text = write((colour, content) => {
    const [on, off] = codesOf(colour);
    return `${key}[${on}m${content}${key}[${off}m`;
  });
  return shown(stream, text).replaceAll(key, "\u001b");
}

/** A text without colours of ours, as the stream is to get it. */
export const shown = (stream: OutputStream, text: string): string =>
  stream.isTTY === true ? visible(text) : text;

/** A value as JSON, as the stream is to get it: the same value, whose characters a terminal takes as text. */
export const shownJson = (stream: OutputStream, value: unknown): string =>
  stream.isTTY === true ? JSON.stringify(value).replace(/\p{Cc}/gu, escaped) : JSON.stringify(value);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
