/** The command line of the benchmark. */
import { parseArgs } from "node:util";

export const WORKLOADS = ["train", "sample", "step"];

const USAGE = `Usage: npm run bench -- [options]

  --json            end with one JSON line instead of a table
  --runs N          repetitions of each workload on each side (5); medians are reported
  --only LIST       comma-separated: ${WORKLOADS.join(",")}
  --python PATH     a Python that has the peers (default: $SELFTRAIN_PEERS_PYTHON, else a throw-away environment)
  --no-peers        our side alone
  --help`;

/** Parses the arguments; prints help and exits where that was asked for. Throws on a wrong one. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      runs: { type: "string", default: "5" },
      only: { type: "string", default: WORKLOADS.join(",") },
      python: { type: "string" },
      "no-peers": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`Invalid value for --runs (${values.runs}). Expected a whole number from 1`);
  }
  const only = values.only.split(",");
  const unknown = only.find((name) => !WORKLOADS.includes(name));
  if (unknown !== undefined) {
    throw new Error(`Invalid value for --only (${unknown}). Expected one of: ${WORKLOADS.join(", ")}`);
  }
  const python = values.python ?? process.env.SELFTRAIN_PEERS_PYTHON;
  return { json: values.json, runs, only, python, peers: !values["no-peers"] };
}
