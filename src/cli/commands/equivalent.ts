/** `selftrain equivalent`: whether answers are the same, pair by pair. */
import { equivalentConfigSchema } from "../../config/grade-config.js";
import { defineCommand } from "../command.js";
import { streamLine } from "../output.js";

export const equivalentCommand = defineCommand({
  name: "equivalent",
  summary: "Compare answers as votes and rewards do: JSON lines {gold, pred} in, verdicts out",
  schema: equivalentConfigSchema,
  positional: "data",
  examples: [
    `echo '{"gold": "1/2", "pred": "so it is \\\\boxed{0.5}"}' | selftrain equivalent`,
    "selftrain equivalent pairs.jsonl > verdicts.jsonl",
  ],
  async run(config, context) {
    const { judgeLines } = await import("../../apps/grade/equivalent-lines.js");
    const { linesIn, linesOf } = await import("../../data/table/lines.js");
    const lines = config.data === "-" ? linesIn(context.io.stdin, "standard input") : linesOf(config.data);
    const { errors } = await judgeLines(lines, config, (verdict) => streamLine(context, verdict));
    return errors > 0 ? 1 : 0;
  },
});
