/** Canonical forms of answers. */
export { type Canonical, canonicalise } from "./canonicalise.js";
export { type AnswerKind, answerKinds } from "./kind.js";
export type { ReadingOptions } from "./latex/lexer.js";
