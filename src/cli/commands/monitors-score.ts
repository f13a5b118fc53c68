/** `selftrain monitors score`: error rates of monitors on recorded runs. */
import { monitorsScoreSchema } from "../../config/monitors-score-config.js";
import { defineCommand } from "../command.js";
import { monitorsScoreText } from "../monitors-score-text.js";
import { print } from "../output.js";

export const monitorsScoreCommand = defineCommand({
  name: "score",
  summary:
    "Error rates of monitors on recorded runs: how many collapses they catch, how early, and false alarms",
  schema: monitorsScoreSchema,
  takes: ["config"],
  examples: [
    "selftrain monitors score",
    "selftrain monitors score --config monitors.yaml --split tuning --json",
    "selftrain monitors score --no-probe    # the default set of runs without one",
  ],
  async run(config, context) {
    const { scoreMonitors } = await import("../../apps/monitors/score.js");
    print(context, scoreMonitors(config), monitorsScoreText);
    return 0;
  },
});
