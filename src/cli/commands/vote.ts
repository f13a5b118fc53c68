/** `selftrain vote`: votes on samples of any origin. */

import type { GroupVote } from "../../apps/grade/group-vote.js";
import type { VoteSummary } from "../../apps/grade/vote-files.js";
import { percent } from "../../apps/report/format.js";
import { type VoteCommandConfig, voteConfigSchema } from "../../config/grade-config.js";
import { type Context, defineCommand } from "../command.js";
import { explanationTexts } from "../explanation-text.js";
import { widthOf } from "../io.js";
import { notice, print, streamLine, streamText } from "../output.js";
import { voteTable } from "../vote-table.js";
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
    "selftrain vote samples.jsonl --explain",
    "selftrain vote 'samples/*.parquet' --sorted --weights length-normalised --output votes.parquet",
    "sample-somehow | selftrain vote - --reward soft > votes.jsonl",
    "selftrain vote serve --port 8377",
  ],
  async run(config, context) {
    const { voteOnFiles } = await import("../../apps/grade/vote-files.js");
    if (config.output === "-") {
      const { write, close } = printer(config, context);
      const summary = await voteOnFiles(config, context.io.stdin, write);
      await close(summary);
      noticeFailures(summary.graderFailures, context);
      return 0;
    }
    const { openVoteFile } = await import("../../apps/grade/write-votes.js");
    const file = openVoteFile(config.output);
    try {
      const summary = await voteOnFiles(config, context.io.stdin, async (vote) => file.write(vote));
      await file.close();
      noticeFailures(summary.graderFailures, context);
      print(context, { output: config.output, ...summary }, () =>
        summaryText(summary, ` in ${shownPath(config.output)}`),
      );
      return 0;
    } finally {
      file.dispose();
    }
  },
});

interface Printer {
  write(vote: GroupVote): Promise<void>;
  close(summary: VoteSummary): Promise<void>;
}

/** A table for who looks at a terminal, JSON lines for programs. */
function printer({ weights, explain }: VoteCommandConfig, context: Context): Printer {
  const { stdout } = context.io;
  if (context.json || stdout.isTTY !== true)
    return { write: (vote) => streamLine(context, vote), close: async () => {} };
  if (explain) return explainer(context);
  const { header, row } = voteTable(widthOf(stdout), weights !== "uniform");
  let begun = false;
  return {
    async write(vote) {
      if (!begun) await streamText(context, (paint) => paint("dim", header));
      begun = true;
      await streamText(context, () => row(vote));
    },
    close: (summary) => streamText(context, () => `${begun ? "\n" : ""}${summaryText(summary)}`),
  };
}

/** Each group as soon as it is counted, with what was read out of each of its texts. */
function explainer(context: Context): Printer {
  const width = widthOf(context.io.stdout);
  let begun = false;
  return {
    async write(vote) {
      await streamText(context, (paint) => {
        const { header, group } = explanationTexts(width, paint);
        return `${begun ? "" : `${header}\n`}${group(vote)}\n`;
      });
      begun = true;
    },
    close: (summary) => streamText(context, () => summaryText(summary)),
  };
}

/** `place` is where the votes are. */
function summaryText(summary: VoteSummary, place = ""): string {
  const { groups, samples, labelled, ties, tooFew, breakOff, agreement } = summary;
  const few = tooFew === 0 ? "" : `${tooFew} with too few answers, `;
  return [
    `${counted(groups, "group")} of ${counted(samples, "sample")}${place}`,
    `${labelled} with a label, ${ties} tied, ${few}agreement ${percent(agreement)}`,
    ...(breakOff === 0
      ? []
      : [
          `${breakOff} of ${counted(samples, "text")} ${breakOff === 1 ? "breaks" : "break"} off, though no finish says so`,
        ]),
  ].join("\n");
}

const counted = (count: number, of: string): string => `${count} ${count === 1 ? of : `${of}s`}`;

function noticeFailures(count: number, context: Context): void {
  if (count > 0)
    notice(context, `note[grader-failures]: the grader failed on ${count} samples, which have no vote`);
}
