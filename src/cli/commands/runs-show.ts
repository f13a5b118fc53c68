/** `selftrain runs show`: the groups of a step, and one of them with its completions. */
import { showConfigSchema } from "../../config/show-config.js";
import { defineCommand } from "../command.js";
import { widthOf } from "../io.js";
import { print } from "../output.js";
import { showText } from "../show-text.js";

export const runsShowCommand = defineCommand({
  name: "show",
  summary: "Show the groups of a step with their votes, and the completions of one",
  schema: showConfigSchema,
  positional: "run",
  examples: [
    "selftrain runs show runs/srt                          the last step, a line a group",
    "selftrain runs show runs/srt --step 3 --prompt 0      one group: votes and completions",
    "selftrain runs show runs/srt --prompt train-17 --full",
  ],
  async run({ full, ...config }, context) {
    const { showStep } = await import("../../apps/show/show.js");
    const width = widthOf(context.io.stdout);
    print(context, await showStep(config), (step, paint) => showText(step, { paint, width, full }));
    return 0;
  },
});
