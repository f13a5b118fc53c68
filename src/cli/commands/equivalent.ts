/** `selftrain equivalent`: whether answers are the same, pair by pair. */
import type { Verdict } from "../../apps/grade/equivalent-lines.js";
import { equivalentConfigSchema } from "../../config/grade-config.js";
import { defineCommand } from "../command.js";
import { explanationTexts } from "../explanation-text.js";
import { widthOf } from "../io.js";
import { streamLine, streamText } from "../output.js";

export const equivalentCommand = defineCommand({
  name: "equivalent",
  summary: "Compare answers as votes and rewards do: JSON lines {gold, pred} in, verdicts out",
  schema: equivalentConfigSchema,
  positional: "data",
  examples: [
    `echo '{"gold": "1/2", "pred": "so it is \\\\boxed{0.5}"}' | selftrain equivalent`,
    "selftrain equivalent pairs.jsonl --explain",
    "selftrain equivalent pairs.jsonl > verdicts.jsonl",
  ],
  async run(config, context) {
    const { judgeLines } = await import("../../apps/grade/equivalent-lines.js");
    const { linesIn, linesOf } = await import("../../data/table/lines.js");
    const lines = config.data === "-" ? linesIn(context.io.stdin, "standard input") : linesOf(config.data);
    const { stdout } = context.io;
    let pairs = 0;
    const write = (verdict: Verdict): Promise<void> => {
      if (!config.explain || context.json || stdout.isTTY !== true) return streamLine(context, verdict);
      return streamText(context, (paint) => {
        const { header, pair } = explanationTexts(widthOf(stdout), paint);
        return `${pairs++ === 0 ? `${header}\n` : ""}${pair(verdict, pairs)}\n`;
      });
    };
    const { errors } = await judgeLines(lines, config, write);
    return errors > 0 ? 1 : 0;
  },
});
