/** `selftrain generate`: completions of given prompts. */
import { generateConfigSchema } from "../../config/generate-config.js";
import { type Context, defineCommand } from "../command.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

async function linesOf(stdin: Context["io"]["stdin"]): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdin)
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** Prompts of the command line, `-` replaced by the lines of standard input. */
async function promptsOf(given: readonly string[], context: Context): Promise<string[]> {
  const at = given.indexOf("-");
  if (at < 0) return [...given];
  return [...given.slice(0, at), ...(await linesOf(context.io.stdin)), ...given.slice(at + 1)];
}

export const generateCommand = defineCommand({
  name: "generate",
  summary: "Let a model complete prompts",
  schema: generateConfigSchema,
  positional: "prompts",
  examples: [
    "selftrain generate --model runs/srt g84,36= --samples 4",
    "selftrain generate --model runs/srt --temperature 0 --json - < prompts.txt",
  ],
  async run(config, context) {
    const prompts = await promptsOf(config.prompts, context);
    const { generateFromModel } = await import("../../training/evaluate/generate.js");
    const results = await watched(
      "generate",
      context,
      (options) => generateFromModel({ ...config, prompts }, options),
      "at-once",
    );
    print(context, results, (all, paint) =>
      all
        .flatMap(({ prompt, completions }) =>
          completions.map(({ text, finish, answer }) => {
            const note =
              finish === "length" ? "cut at the limit" : answer === null ? "no answer" : `answer ${answer}`;
            return `${paint("dim", prompt)}${text}  ${paint(answer === null ? "yellow" : "green", note)}`;
          }),
        )
        .join("\n"),
    );
    return 0;
  },
});
