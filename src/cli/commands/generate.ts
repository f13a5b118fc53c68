/** `selftrain generate`: completions of given prompts. */
import { generateConfigSchema } from "../../config/generate-config.js";
import { type Context, defineCommand } from "../command.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

/** Lines that are not empty, without their ends. Throws `text-not-utf8`. */
async function linesOf(stdin: Context["io"]["stdin"]): Promise<string[]> {
  const { linesIn } = await import("../../data/table/lines.js");
  const lines: string[] = [];
  for await (const { text } of linesIn(stdin, "standard input")) lines.push(text.replace(/\r$/, ""));
  return lines.filter((line) => line !== "");
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
