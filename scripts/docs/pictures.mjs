/**
 * The pictures of docs/concepts, from the runs of a finished demo:
 *
 *     npm start                                    # leaves its runs in runs/demo
 *     node scripts/docs/pictures.mjs runs/demo     # writes docs/images/*.svg
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { bar, curve, dots, line, percent, picture, plot, text, WIDTH } from "./svg-chart.mjs";

const demo = process.argv[2] ?? "runs/demo";
const images = new URL("../../docs/images/", import.meta.url).pathname;
const connection = await (await DuckDBInstance.create()).connect();

const lines = (run) =>
  readFileSync(join(demo, run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map(JSON.parse);
/** `[step, value]` of a metric, from the lines of one kind. */
const series = (run, kind, metric) =>
  lines(run)
    .filter((entry) => entry.kind === kind)
    .map(({ step, metrics }) => [step, metrics[metric]]);
const write = (name, height, label, ...elements) =>
  writeFileSync(join(images, name), picture(height, label, elements));

/** The true answer of a prompt of chain-sums, such as `6+6+3-2=`. */
const sumOf = (prompt) => String(prompt.match(/[+-]?\d/g).reduce((sum, term) => sum + Number(term), 0));

/** Shares of the answers of a group by rank, right and wrong ones apart: mean over the groups of steps 1 to 5. */
async function voteShares(run, terms) {
  const reader = await connection.runAndReadAll(
    `SELECT step, "group" AS g, prompt, answer, count(*)::INTEGER AS votes
     FROM read_parquet('${join(demo, run, "rollouts/*.parquet")}')
     WHERE step <= 5 AND answer IS NOT NULL AND length(prompt) = ${2 * terms}
     GROUP BY ALL ORDER BY step, g, votes DESC, answer`,
  );
  const groups = new Map();
  for (const row of reader.getRowObjectsJS()) {
    const group = `${row.step}/${row.g}`;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  const ranks = Array.from({ length: 6 }, () => ({ right: 0, wrong: 0 }));
  for (const answers of groups.values()) {
    for (const [rank, { prompt, answer, votes }] of answers.slice(0, ranks.length).entries()) {
      ranks[rank][answer === sumOf(prompt) ? "right" : "wrong"] += votes / 16 / groups.size;
    }
  }
  return ranks;
}

function votePanel(ranks, top, title) {
  const [left, height] = [46, 110];
  const y = (share) => top + 30 + height * (1 - share / 0.8);
  return [
    text(12, top + 14, title),
    [0, 0.4, 0.8].map((tick) => [
      line(left, y(tick), WIDTH - 12, y(tick), "grid"),
      text(left - 6, y(tick) + 4, percent(tick), "end"),
    ]),
    ranks.map(({ right, wrong }, rank) => {
      const x = left + 14 + rank * 63;
      return [
        bar(x, y(right), 40, y(0) - y(right), "a"),
        bar(x, y(right + wrong), 40, y(right) - y(right + wrong), "b"),
        text(x + 20, y(right + wrong) - 5, percent(right + wrong), "middle"),
        text(x + 20, y(0) + 17, rank === 0 ? "label" : `${rank + 1}.`, "middle"),
      ];
    }),
  ];
}

const legend = (y, entries) => {
  let x = 12;
  return entries.map(([colour, label, dash = ""]) => {
    const at = x;
    x += 44 + label.length * 7.4;
    return [
      `<line x1="${at}" y1="${y - 4}" x2="${at + 22}" y2="${y - 4}" class="${colour}" stroke-width="4"${dash && ` stroke-dasharray="${dash}"`}/>`,
      text(at + 27, y, label),
    ];
  });
};

const within = await voteShares("srt", 4);
const beyond = await voteShares("collapse", 8);
write(
  "votes.svg",
  384,
  "Share of the votes by rank of the answer, four-term and eight-term sums",
  legend(22, [
    ["a", "right answer"],
    ["b", "wrong answer"],
  ]),
  votePanel(within, 36, "four-term sums, which the base was taught"),
  votePanel(beyond, 208, "eight-term sums, which it was not"),
);

const whole = { left: 46, top: 40, width: 376, height: 200 };
const shares = { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], format: percent };

const gain = plot(whole, { ...shares, steps: [1, 50] });
write(
  "self-training.svg",
  272,
  "Agreement and accuracy over 50 steps of self-training",
  legend(22, [
    ["a", "agreement"],
    ["b", "accuracy", "5 3"],
    ["c", "maj@16 held out"],
  ]),
  gain.axes,
  curve(series("srt", "step", "agreement"), gain, "a"),
  curve(series("srt", "step", "accuracy"), gain, "b", "5 3"),
  dots(
    series("srt", "eval", "maj").map(([step, value]) => [Math.max(1, step), value]),
    gain,
    "c",
  ),
);

const fall = plot(whole, { ...shares, steps: [1, 30] });
write(
  "collapse.svg",
  272,
  "Agreement rises and accuracy falls over 30 steps on prompts that are too hard",
  legend(22, [
    ["a", "agreement"],
    ["b", "accuracy", "5 3"],
    ["c", "old skill, held out"],
  ]),
  fall.axes,
  curve(series("collapse", "step", "agreement"), fall, "a"),
  curve(series("collapse", "step", "accuracy"), fall, "b", "5 3"),
  curve(
    series("collapse", "eval", "mean").map(([step, value]) => [Math.max(1, step), value]),
    fall,
    "c",
  ),
  dots(
    series("collapse", "eval", "mean").map(([step, value]) => [Math.max(1, step), value]),
    fall,
    "c",
  ),
);

/** One small plot of a signal; the dashed line is where the default monitor takes it for a sign of collapse. */
function signal(index, title, metric, axis, sign) {
  const points = series("collapse", "step", metric);
  const box = {
    left: 40 + (index % 2) * 216,
    top: 34 + Math.floor(index / 2) * 164,
    width: 166,
    height: 100,
  };
  const drawn = plot(box, { ...axis, steps: [1, 30] });
  const at = sign?.(points[0][1]);
  return [
    text(box.left - 28, box.top - 14, title),
    drawn.axes,
    at === undefined ? [] : line(box.left, drawn.y(at), box.left + box.width, drawn.y(at), "b", "4 3"),
    curve(points, drawn, "a"),
  ];
}

const plain = { from: 0, format: (value) => value };
write(
  "collapse-signals.svg",
  334,
  "Completion length, distinct majority answers, answer entropy and commonest answer over 30 steps of a collapse",
  signal(0, "completion length, tokens", "meanLength", { ...plain, to: 20, ticks: [0, 10, 20] }),
  signal(
    1,
    "distinct majority answers",
    "distinctMajorityShare",
    { from: 0, to: 0.8, ticks: [0, 0.4, 0.8], format: percent },
    (first) => 0.7 * first,
  ),
  signal(
    2,
    "answer entropy, nats",
    "marginalAnswerEntropy",
    { ...plain, to: 4, ticks: [0, 2, 4] },
    (first) => 0.8 * first,
  ),
  signal(
    3,
    "commonest answer",
    "topShare",
    { from: 0, to: 0.5, ticks: [0, 0.25, 0.5], format: percent },
    (first) => first + 0.15,
  ),
);
console.log(
  JSON.stringify({ within, beyond }, (_, v) => (typeof v === "number" ? Math.round(v * 1000) / 1000 : v)),
);
