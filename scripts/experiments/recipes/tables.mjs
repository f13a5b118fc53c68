/** The figures as Markdown. */

const MISSING = "—";
const percent = (x) => (x === null || x === undefined ? MISSING : (100 * x).toFixed(1));
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (header, rows) => [row(header), row(header.map(() => "---")), ...rows.map(row)].join("\n");

const estimate = (e) => (e ? `${percent(e.value)} [${percent(e.low)}, ${percent(e.high)}]` : MISSING);
const arrow = (from, to) => (from === MISSING && to === MISSING ? MISSING : `${from} → ${to}`);

/** Every run: start and end with the 95% intervals of its own held-out prompts. */
export function runsTable(results) {
  const k = results.find(({ figures }) => figures)?.figures.end.samples ?? 16;
  const header = ["recipe", "seed", `mean@${k}`, `maj@${k}`, "greedy", "agreement", "top share", "seconds"];
  const rows = results.map(({ recipe, seed, figures, error }) => {
    if (figures === null)
      return [recipe, seed, error === null ? "no evaluation" : "failed", ...Array(5).fill(MISSING)];
    const { start, end } = figures;
    return [
      recipe,
      error === null ? seed : `${seed} (failed)`,
      ...["mean", "maj", "greedy"].map((name) => arrow(estimate(start[name]), estimate(end[name]))),
      arrow(percent(start.agreement), percent(end.agreement)),
      arrow(percent(start.topShare), percent(end.topShare)),
      figures.seconds.toFixed(0),
    ];
  });
  return table(header, rows);
}

const mean = (m) => (m === null ? MISSING : percent(m.mean));
const meanHalf = (m) => (m === null || m.half === null ? mean(m) : `${percent(m.mean)} ± ${percent(m.half)}`);

/** Every recipe: means over its seeds; ± is the half width of the 95% t-interval of the mean. */
export function recipesTable(summaries) {
  const header = [
    "recipe",
    "seeds",
    "mean@k",
    "gain",
    "maj@k",
    "greedy",
    "agreement",
    "top share",
    "seconds",
  ];
  const rows = summaries.map(({ recipe, start, end, gain, seconds, seeds }) => [
    recipe,
    seeds,
    arrow(mean(start.mean), meanHalf(end.mean)),
    meanHalf(gain),
    ...["maj", "greedy"].map((name) => arrow(mean(start[name]), meanHalf(end[name]))),
    ...["agreement", "topShare"].map((name) => arrow(mean(start[name]), mean(end[name]))),
    seconds === null ? MISSING : seconds.mean.toFixed(0),
  ]);
  return table(header, rows);
}
