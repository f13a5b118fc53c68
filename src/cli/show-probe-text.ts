/** The prompts of a probe as text: a line each, before and now; or one with all of its probes. */
import { percent, plainNumber } from "../apps/report/format.js";
import type { ShownProbe, ShownProbePrompt, ShownSample, ShownVote } from "../apps/show/probe.js";
import { sameAnswer } from "../core/answer/same.js";
import { ANSWER, cut, fitted, ID, type Layout, shown } from "./show-layout.js";
import { pairs, table } from "./table.js";
import { onOneLine, visible } from "./terminal-text.js";

export function showProbeText({ step, first, prompts, course, notice }: ShownProbe, layout: Layout): string {
  const parts =
    course === null
      ? [
          `probe of step ${step}, beside that of step ${first}: ${prompts.length} prompts`,
          "",
          listOf(prompts, layout),
        ]
      : [
          `probe of step ${step}, prompt ${prompts[0]!.group}`,
          "",
          headOf(prompts[0]!, layout),
          "",
          coursesOf(course.votes, layout),
          ...[
            { at: first, samples: course.first },
            ...(step === first ? [] : [{ at: step, samples: course.now }]),
          ].flatMap(({ at, samples }) => ["", `samples at step ${at}`, samplesOf(samples, layout)]),
        ];
  return [...parts, ...(notice === null ? [] : ["", `note: ${onOneLine(notice)}`])].join("\n");
}

function listOf(prompts: readonly ShownProbePrompt[], { paint, width, full }: Layout): string {
  const truths = prompts.some(({ truth }) => truth !== null);
  const header = ["prompt", "id", "at first", "now", ...(truths ? ["truth", "fate"] : ["changed"]), "text"];
  const rows = prompts.map((own) => [
    String(own.group),
    full ? onOneLine(own.promptId) : cut(onOneLine(own.promptId), ID),
    voteText(own.first),
    voteText(own.now),
    ...(truths
      ? [own.truth === null ? "" : cut(shown(own.truth), ANSWER), fateOf(own)]
      : [own.first.label === own.now.label ? "" : "yes"]),
    onOneLine(own.prompt),
  ]);
  return table(header, full ? rows : fitted(header, rows, width), paint, "text");
}

const voteText = ({ label, agreement }: ShownVote): string =>
  `${cut(shown(label), ANSWER)} ${percent(agreement)}`;

function fateOf({ truth, first, now }: ShownProbePrompt): string {
  if (truth === null) return "";
  const [was, is] = [sameAnswer(first.label, truth), sameAnswer(now.label, truth)];
  if (was === is) return is ? "right" : "wrong";
  return is ? "learned" : "corrupted";
}

function headOf({ promptId, prompt, truth }: ShownProbePrompt, { paint, width, full }: Layout): string {
  return pairs(
    [
      ["prompt", onOneLine(promptId)],
      ["text", full ? visible(prompt) : cut(onOneLine(prompt), width - "prompt  ".length)],
      ...(truth === null ? [] : [["truth", shown(truth)] as const]),
    ],
    paint,
  );
}

function coursesOf(votes: readonly ShownVote[], { paint, width, full }: Layout): string {
  const header = ["step", "majority", "agreement", "answers"];
  const rows = votes.map(({ step, label, agreement, classes, unanswered }) => [
    String(step),
    cut(shown(label), ANSWER),
    percent(agreement),
    [
      ...classes.map(({ answer, count }) => `${count} × ${shown(answer)}`),
      ...(unanswered > 0 ? [`${unanswered} without`] : []),
    ].join(", "),
  ]);
  return table(header, full ? rows : fitted(header, rows, width), paint, "text");
}

function samplesOf(samples: readonly ShownSample[], { paint, width, full }: Layout): string {
  const header = ["sample", "answer", "finish", "tokens", "logprob", "completion"];
  const rows = samples.map(({ sample, answer, finish, tokens, sumLogprob, completion }) => [
    String(sample),
    cut(shown(answer), ANSWER),
    finish,
    String(tokens),
    plainNumber(sumLogprob),
    full ? visible(completion).replaceAll("\n", "\\n") : onOneLine(completion),
  ]);
  return table(header, full ? rows : fitted(header, rows, width), paint, "text");
}
