/** Tokens of an answer, LaTeX or plain. */

export interface Token {
  /**
   * `number`: a literal, in `text` as `whole.fraction e exponent` with points; `letter`: one variable; `words`: prose or a
   * unit; `function`, `command`: by name; `relation`: a comparison; `sign`: any other character; `end`: the end.
   */
  readonly type: "number" | "letter" | "words" | "function" | "command" | "relation" | "sign" | "end";
  readonly text: string;
  /** White space, or a command for it, stands before. */
  readonly spaced: boolean;
  /** Inside square, round or `\{` brackets. */
  readonly depth: number;
}

export const END: Token = { type: "end", text: "", spaced: false, depth: 0 };
