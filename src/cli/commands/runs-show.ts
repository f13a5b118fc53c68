/** `selftrain runs show`: the groups of a step, and one of them with its completions. */
import { showConfigSchema } from "../../config/show-config.js";
import { defineCommand } from "../command.js";
import { widthOf } from "../io.js";
import { print } from "../output.js";
import { showProbeText } from "../show-probe-text.js";
import { showText } from "../show-text.js";

export const runsShowCommand = defineCommand({
  name: "show",
  summary: "Show the groups of a step or a probe with their votes, and the completions of one",
  schema: showConfigSchema,
  positional: "run",
  examples: [
    "selftrain runs show runs/srt                          the last step, a line a group",
    "selftrain runs show runs/srt --step 3 --prompt 0      one group: votes and completions",
    "selftrain runs show runs/srt --prompt train-17 --full",
    "selftrain runs show runs/srt --probe                  held-out prompts that come back: at first, and now",
  ],
  async run({ full, probe, ...config }, context) {
    const width = widthOf(context.io.stdout);
    if (probe) {
      const { showProbe } = await import("../../apps/show/probe.js");
      print(context, await showProbe(config), (own, paint) => showProbeText(own, { paint, width, full }));
      return 0;
    }
    const { showStep } = await import("../../apps/show/show.js");
    print(context, await showStep(config), (step, paint) => showText(step, { paint, width, full }));
    return 0;
  },
});
