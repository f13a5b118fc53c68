/** What the benchmark prints: a table for people, one line of JSON for programs. */
const UNITS = { train: "tokens/s", sample: "tokens/s", step: "s" };
const TITLES = {
  train: "training (forward, backward, AdamW)",
  sample: "sampling (batch 256)",
  step: "whole RLOO step (16 × 16 × 64)",
};
const PEERS = { train: "PyTorch eager", sample: "transformers generate", step: "TRL RLOOTrainer" };

/** `{ours, peer, ratio}`, peer and ratio null where there is no peer. A ratio above 1 means that ours is faster. */
export function comparison(name, ours, peer) {
  if (peer === null) return { ours: rounded(ours), peer: null, ratio: null };
  const ratio = name === "step" ? peer / ours : ours / peer;
  return { ours: rounded(ours), peer: rounded(peer), ratio: Number(ratio.toFixed(2)) };
}

function rounded(value) {
  return Number(value.toPrecision(4));
}

export function table({ matmulGflops, peerMatmulGflops, peakRssMiB, versions, ...results }) {
  const rows = [["", "ours", "peer", "ratio", "", ""]];
  for (const [name, result] of Object.entries(results)) {
    const { ours, peer, ratio } = result;
    const text = [String(ours), peer === null ? "–" : String(peer), ratio === null ? "–" : `${ratio}×`];
    rows.push([TITLES[name], ...text, UNITS[name], PEERS[name]]);
  }
  const peerRate = peerMatmulGflops === null ? "–" : String(peerMatmulGflops);
  rows.push(["1024³ matrix product", String(matmulGflops), peerRate, "", "GFLOP/s", "PyTorch"]);
  rows.push(["peak memory of our process", String(peakRssMiB), "", "", "MiB", ""]);
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [...align(rows), packages.length > 0 ? `Peers: ${packages.join(", ")}` : ""].join("\n").trimEnd();
}

function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const numeric = (column) => column >= 1 && column <= 3;
  return rows.map((row) =>
    row
      .map((cell, column) => (numeric(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}
