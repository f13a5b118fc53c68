/** `selftrain monitors`: what watches a run, and how far to trust it. */
import { defineGroup } from "../group.js";
import { monitorsListCommand } from "./monitors-list.js";
import { monitorsScoreCommand } from "./monitors-score.js";

export const monitorsCommand = defineGroup({
  name: "monitors",
  summary: "List what can watch a run, and score monitors on recorded runs",
  commands: [monitorsListCommand, monitorsScoreCommand],
  examples: [
    "selftrain monitors list",
    "selftrain monitors score",
    "selftrain monitors score --config monitors.yaml --split tuning",
  ],
});
