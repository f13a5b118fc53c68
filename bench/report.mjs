/** What the benchmark prints for people. */
import { alone, compared } from "./workloads/index.mjs";

export const number = (value) => (value === null || value === undefined ? "–" : String(value));
export const percent = (value) => `${(100 * value).toFixed(0)}%`;

/** The report as text: workloads beside their peers, then those of our side alone. */
export function table(report) {
  const chosen = (workloads) => Object.keys(workloads).filter((name) => report[name]);
  const parts = [];
  const rows = chosen(compared).flatMap((name) => comparisonRows(compared[name], report[name]));
  if (rows.length > 0) {
    rows.push(["1024³ matrix product", number(report.matmulGflops), "", "", "GFLOP/s", "", ""]);
    for (const [name, rate] of Object.entries(report.peerMatmulGflops))
      rows.push(["", "", number(rate), "", "GFLOP/s", `PyTorch ${name}`, ""]);
    if (report.copyGBps !== null) {
      rows.push(["memory, read and written", number(report.copyGBps), "", "", "GB/s", "", ""]);
    }
    parts.push(align([["", "ours", "peer", "ratio", "", "", "of the machine's rate"], ...rows]));
  }
  for (const name of chosen(alone)) parts.push(...alone[name].tables(report[name]).map(align));
  const packages = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  if (packages.length > 0) parts.push(`Peers: ${packages.join(", ")}`);
  parts.push(`Peak memory of our process: ${report.peakRssMiB} MiB`);
  return parts.join("\n\n");
}

/** Ours beside the fastest configuration of the peer, then every other one, and those that do not run here. */
function comparisonRows(workload, result) {
  const { unit, peer } = workload;
  const others = Object.entries(result.peers)
    .filter(([name]) => name !== result.fastest)
    .map(([name, theirs]) => ["", "", number(theirs), "", unit, `${peer.title}, ${name}`, ""]);
  const missing = Object.keys(result.missing).map((name) => [
    "",
    "",
    "–",
    "",
    "",
    `${peer.title}, ${name}: does not run here`,
    "",
  ]);
  return [comparisonRow(workload, result), ...others, ...missing];
}

function comparisonRow({ title, unit, peer }, { ours, fastest, peer: theirs, ratio, utilisation, roofline }) {
  const roof = roofline
    ? `products ${percent(roofline.compute)}, memory ${percent(roofline.bandwidth)}`
    : utilisation && percent(utilisation);
  const text = [number(ours), number(theirs), ratio === null ? "–" : `${ratio}×`];
  return [title, ...text, unit, theirs === null ? "" : `${peer.title}, ${fastest}`, roof ?? ""];
}

/** Columns of numbers to the right, others to the left. */
export function align(rows) {
  const columns = rows[0].map((_, c) => rows.map((row) => row[c]));
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const numeric = columns.map(
    (cells, c) => c > 0 && cells.slice(1).every((cell) => /^[\d.×%–]*$/.test(cell)),
  );
  const line = (row) =>
    row.map((cell, c) => (numeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
