/** How a prompt becomes what the model reads: keys of everything that prompts a model. */
import { z } from "zod";

const text = z.string().min(1).optional();

/** Typed as Jinja has them: `false` is no text. */
const variable = z.union([z.boolean(), z.number(), z.null(), z.string()]);

export const chatKeys = {
  chat: z
    .enum(["auto", "always", "never"])
    .optional()
    .describe(
      "Whether the model's chat template renders the prompts. auto, the default: conversations, and, where the model has a template, texts of a file or of the command line, each as a user message; prompts of a task are completed as they stand. always: every prompt. never: the text of every prompt is completed as it stands",
    ),
  system: text.describe("System message, put before conversations that have none of their own"),
  instruction: text.describe(
    "Text put on a line of its own after each prompt, or after a conversation's last user message; for example: Please reason step by step, and put your final answer within \\boxed{}.",
  ),
  variables: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_]\w*$/)
        .describe("a name that the template knows"),
      variable,
    )
    .optional()
    .describe(
      "What the chat template is told beside the conversation, for example {enable_thinking: false} for Qwen 3; a name that the template does not know is refused",
    ),
};

export type ChatConfig = z.output<z.ZodObject<typeof chatKeys>>;

/** A source of held-out prompts, asked as the training prompts are wherever it does not say otherwise. */
export function askedLike<T extends ChatConfig>(
  source: T,
  { chat, system, instruction, variables }: ChatConfig,
): T {
  const own = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
  return { chat, system, instruction, variables, ...own } as T;
}
