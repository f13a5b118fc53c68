/** Colours, where the stream is a terminal that shows them (https://no-color.org). */
import type { Io, OutputStream } from "./io.js";

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof codes;

/** Wraps a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Whether a stream is to be coloured: NO_COLOR wins over FORCE_COLOR, and that over what the stream is. */
export function wantsColour(stream: OutputStream, env: Io["env"]): boolean {
  const set = (name: string) => env[name] !== undefined && env[name] !== "";
  if (set("NO_COLOR")) return false;
  return set("FORCE_COLOR") || (stream.isTTY === true && env.TERM !== "dumb");
}

export function paintFor(stream: OutputStream, env: Io["env"]): Paint {
  if (!wantsColour(stream, env)) return (_, text) => text;
  return (colour, text) => {
    const [on, off] = codes[colour];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
