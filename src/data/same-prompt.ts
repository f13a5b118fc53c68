/** Whether what a file keeps on a prompt is of the prompt that has its id now: ids of a dataset are numbers of rows, and rows move. */
import { SelftrainError } from "../errors.js";
import type { Prompt } from "../group.js";

/**
 * Throws `prompt-changed` where the question is another. How it was asked is free: a system message, or an instruction on a line after it,
 * may differ, since labels and selections may be made by another model.
 */
export function checkSamePrompt(kept: Prompt, now: Prompt, where: string): void {
  const [then, question] = [questionOf(kept), questionOf(now)];
  if (then === question || then.startsWith(`${question}\n`) || question.startsWith(`${then}\n`)) return;
  throw new SelftrainError({
    code: "prompt-changed",
    message: "a prompt has the id that another had when the file was made",
    found: then,
    expected: question,
    where: `${where}, prompt ${kept.id}`,
    remedy: "make the file again from these prompts, or take the dataset as it was, its rows in their order",
  });
}

/** What is asked in it: all turns but the system's. */
const questionOf = ({ text, messages }: Prompt): string =>
  messages === undefined
    ? text
    : messages.flatMap(({ role, content }) => (role === "system" ? [] : [content])).join("\n");
