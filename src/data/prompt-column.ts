/** The prompt of a row: text, or the messages of a conversation. */
import { SelftrainError } from "../errors.js";
import type { ChatMessage, Prompt } from "../group.js";
import { columnOf, type TableRow, textColumn } from "./table/row.js";

export interface RowPrompt extends Omit<Prompt, "id"> {
  /** Whether the conversation ended in an answer, which is left out: the model is to give its own. */
  readonly answered: boolean;
}

/**
 * Reads the column. A conversation is a list of `{role, content}`, or the JSON text of one; its last turn is left out
 * where it is the assistant's. Throws `column-missing`, `column-not-text` and `messages-malformed`.
 */
export function promptOf(row: TableRow, column: string): RowPrompt {
  const value = columnOf(row, column, "promptColumn");
  const turns = Array.isArray(value) ? value : conversationIn(value, row.where);
  if (turns === null) return { text: textColumn(row, column), answered: false };
  const all = turns.map((turn, i) => message(turn, i + 1, row.where));
  const answered = all.at(-1)?.role === "assistant";
  const messages = answered ? all.slice(0, -1) : all;
  const text = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (text.trim() === "") throw malformed("the user says nothing in it", all, row.where);
  return { text, messages, answered };
}

/** What decides a prompt's split: conversations that differ anywhere are different prompts. */
export function splitKey({ text, messages = [] }: Pick<Prompt, "text" | "messages">): string {
  return messages.length > 1 ? messages.map(({ content }) => content).join("\n") : text;
}

/** The turns that a JSON text holds; null for any other text, a list of numbers included. */
function conversationIn(value: unknown, where: string): unknown[] | null {
  if (typeof value !== "string" || !/^\s*\[\s*\{\s*["']/.test(value)) return null;
  try {
    const turns: unknown = JSON.parse(value);
    return Array.isArray(turns) && turns.every(isTurn) ? turns : null;
  } catch (error) {
    // Python's `str` of a list, in single quotes, must not be taken for a prompt.
    if (!/^\s*\[\s*\{\s*["'](role|content)["']\s*:/.test(value)) return null;
    throw malformed(`its text is not JSON: ${(error as Error).message}`, value.slice(0, 80), where);
  }
}

const isTurn = (turn: unknown): turn is { role: unknown; content: unknown } =>
  typeof turn === "object" && turn !== null && "role" in turn && "content" in turn;

function message(turn: unknown, number: number, where: string): ChatMessage {
  if (isTurn(turn) && typeof turn.role === "string" && typeof turn.content === "string")
    return { role: turn.role, content: turn.content };
  throw malformed(`message ${number} is not a role with the text that it says`, turn, where);
}

function malformed(reason: string, found: unknown, where: string): SelftrainError {
  return new SelftrainError({
    code: "messages-malformed",
    message: `A conversation cannot be asked: ${reason}.`,
    found,
    expected: 'messages such as [{"role": "user", "content": "…"}]',
    where,
    remedy: isShareGpt(found)
      ? "Write role for from and content for value, and user and assistant for human and gpt."
      : "Mend or delete the row.",
  });
}

/** How ShareGPT and what descends from it call the parts of a message. */
const isShareGpt = (turn: unknown): boolean =>
  typeof turn === "object" && turn !== null && "from" in turn && "value" in turn;
