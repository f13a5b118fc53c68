/** What the doctor found, for a person. */
import type { Diagnosis } from "../apps/doctor/diagnosis.js";
import type { Finding } from "../apps/doctor/findings.js";
import type { LengthSummary } from "../apps/doctor/lengths.js";
import { percent } from "../apps/report/format.js";
import type { Paint } from "./style.js";
import { pairs, table } from "./table.js";
import { shownPath } from "./words.js";

const count = (value: number) => value.toLocaleString("en-US");

const lengths = ({ min, median, p95, max }: LengthSummary) =>
  `from ${count(min)} to ${count(max)}, median ${count(median)}, 95% at most ${count(p95)}`;

function summary({ files, format, rows, prompts, answers, model }: Diagnosis): (readonly [string, string])[] {
  const { characters, tokens, conversations, answered } = prompts;
  const kinds = conversations === 0 ? "" : `, ${count(conversations)} of them conversations`;
  const dropped = answered === 0 ? "" : `; the answer that ends ${count(answered)} of these is left out`;
  const lines: (readonly [string, string | null])[] = [
    ["data", `${format}, ${files.length === 1 ? shownPath(files[0]!) : `${count(files.length)} files`}`],
    ["rows", count(rows)],
    ["prompts", `${count(prompts.count)} in column "${prompts.column}"${kinds}${dropped}`],
    ["characters", characters && lengths(characters)],
    ["tokens", tokens && lengths(tokens)],
    ["context", model && room(model, prompts.tooLong ?? 0)],
    ["model", model && `${model.name}, ${model.hasChatTemplate ? "with" : "without"} a chat template`],
    ["answers", answers && parsedShare(answers)],
    ["split", `${count(prompts.training)} to train on, ${count(prompts.heldOut)} held out for evaluation`],
  ];
  return lines.flatMap(([label, text]) => (text === null ? [] : [[label, text]]));
}

function room({ contextLength, maxNewTokens }: NonNullable<Diagnosis["model"]>, tooLong: number): string {
  const most = count(contextLength - maxNewTokens);
  return `${count(contextLength)} tokens, ${count(maxNewTokens)} of them new; prompts of more than ${most}: ${count(tooLong)}`;
}

const parsedShare = ({ column, given, parsed }: NonNullable<Diagnosis["answers"]>) =>
  `${count(parsed)} of ${count(given)} in column "${column}" parse (${percent(parsed / given)})`;

function findingText({ code, stops, count: times, examples, remedy }: Finding, paint: Paint): string {
  const more = times - examples.length;
  return [
    `${paint(stops ? "red" : "yellow", `${stops ? "error" : "warning"}[${code}]`)}  ${times === 1 ? "once" : `${count(times)} times`}`,
    ...examples.map(({ where, what }) => `  ${shownPath(where)}  ${what}`),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
    `  ${paint("dim", "remedy")}  ${remedy}`,
  ].join("\n");
}

export function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  const { columns, findings, fit } = diagnosis;
  const stopping = findings.filter(({ stops }) => stops).length;
  const rows = columns.map(({ name, types, empty }) => [
    name,
    types.join(" or ") || "nothing",
    percent(empty),
  ]);
  return [
    pairs(summary(diagnosis), paint),
    ...(rows.length > 0 ? ["", table(["column", "holds", "empty"], rows, paint, "text")] : []),
    ...findings.flatMap((finding) => ["", findingText(finding, paint)]),
    "",
    fit
      ? paint("green", "fit to train")
      : paint(
          "red",
          `not fit to train: ${stopping === 1 ? "one kind of problem" : `${stopping} kinds of problems`} would stop a run`,
        ),
  ].join("\n");
}
