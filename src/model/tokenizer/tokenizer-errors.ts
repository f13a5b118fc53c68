/** What every tokenizer refuses, said alike. */
import { SelftrainError } from "../../errors.js";

/** `position` counts UTF-16 units, as indices into a JavaScript string do. */
export function unknownCharacter(character: string, position: number, text: string): SelftrainError {
  return new SelftrainError({
    code: "tokenizer-unknown-character",
    message: `The tokenizer has no token for ${JSON.stringify(character)}.`,
    found: character,
    where: `position ${position} of ${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)}`,
    remedy: "Remove the character from the text, or use a model whose vocabulary has it.",
  });
}
