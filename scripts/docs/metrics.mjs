/** The page of metrics, from the catalogue that reports read as well. */
import { INTERVAL_ENDS, METRIC_SECTIONS, TIMES } from "../../dist/core/monitor/catalogue/index.js";
import { code, fenced, page, plain, table } from "./markdown.mjs";

const HEALTHY = { up: "rises", down: "falls", steady: "stays about the same", context: "–" };

const UNITS = {
  share: "share, 0 to 1",
  nats: "nats",
  tokens: "tokens",
  count: "count",
  number: "number",
  text: "text",
};

const row = ([key, { help, unit, healthy, reading = "", formula }]) => [
  code(key),
  [plain(help), plain(reading), formula === undefined ? "" : `Computed as: ${plain(formula)}.`]
    .filter((text) => text !== "")
    .join(" "),
  UNITS[unit],
  HEALTHY[healthy],
];

export function metricPage() {
  return page([
    "# Metrics",
    "A run writes one JSON object a line to `metrics.jsonl`. `selftrain report RUN` draws every metric.",
    fenced('{"kind":"step","step":12,"metrics":{"agreement":0.74},"time":{"seconds":3.1}}', "json"),
    "The columns below say what a metric is, its unit, and where it goes in a healthy run; – marks what is neither good nor bad. A metric that cannot be computed is null or absent.",
    ...METRIC_SECTIONS.map(({ title, written, metrics }) => [
      `## ${title}`,
      plain(written),
      table(["metric", "what it is", "unit", "in a healthy run"], Object.entries(metrics).map(row)),
    ]),
    `Accuracies of an evaluation have the ends of their 95% bootstrap interval over prompts beside them, under the same name with ${INTERVAL_ENDS.map(code).join(" and ")}.`,
    "## Times",
    "The field `time` of a line holds:",
    table(
      ["time", "what it is"],
      Object.entries(TIMES).map(([key, about]) => [code(key), plain(about)]),
    ),
  ]);
}
