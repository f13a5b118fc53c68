/** `selftrain vote`: votes on samples of any origin. */

import { percent } from "../../apps/report/format.js";
import { voteConfigSchema } from "../../config/grade-config.js";
import { type Context, defineCommand } from "../command.js";
import { notice, print, streamLine } from "../output.js";
import { shownPath } from "../words.js";
import { voteServeCommand } from "./vote-serve.js";

export const voteCommand = defineCommand({
  name: "vote",
  summary: "Vote on groups of samples: clusters of equal answers, label, agreement, rewards",
  schema: voteConfigSchema,
  positional: "data",
  commands: [voteServeCommand],
  examples: [
    "selftrain vote samples.jsonl",
    "selftrain vote 'samples/*.parquet' --sorted --weights length-normalised --output votes.parquet",
    "sample-somehow | selftrain vote - --reward soft > votes.jsonl",
    "selftrain vote serve --port 8377",
  ],
  async run(config, context) {
    const { voteOnFiles } = await import("../../apps/grade/vote-files.js");
    if (config.output === "-") {
      const summary = await voteOnFiles(config, context.io.stdin, (vote) => streamLine(context, vote));
      noticeFailures(summary.graderFailures, context);
      return 0;
    }
    const { openVoteFile } = await import("../../apps/grade/write-votes.js");
    const file = openVoteFile(config.output);
    try {
      const summary = await voteOnFiles(config, context.io.stdin, async (vote) => file.write(vote));
      await file.close();
      noticeFailures(summary.graderFailures, context);
      print(
        context,
        { output: config.output, ...summary },
        ({ groups, samples, labelled, ties, agreement }) =>
          [
            `${groups} groups of ${samples} samples in ${shownPath(config.output)}`,
            `${labelled} with a label, ${ties} tied, agreement ${percent(agreement)}`,
          ].join("\n"),
      );
      return 0;
    } finally {
      file.dispose();
    }
  },
});

function noticeFailures(count: number, context: Context): void {
  if (count > 0)
    notice(context, `note[grader-failures]: the grader failed on ${count} samples, which have no vote`);
}
