/** The command line of the benchmark. */
import { parseArgs } from "node:util";
import { alone, compared } from "./workloads/index.mjs";

const DEFAULT = Object.keys(compared);
const WORKLOADS = [...DEFAULT, ...Object.keys(alone)];

const USAGE = `Usage: npm run bench -- [options]

  --json            end with one JSON line instead of a table
  --runs N          repetitions of each workload on each side (5, or 3 of long ones); medians are reported
  --only LIST       comma-separated (default: ${DEFAULT.join(",")})
                    on request also ${Object.keys(alone).join(", ")}: our side alone
  --python PATH     a Python that has the peers (default: $SELFTRAIN_PEERS_PYTHON, else a throw-away environment)
  --no-peers        our side alone
  --help`;

/** Parses the arguments; prints help and exits where that was asked for. Throws on a wrong one. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      runs: { type: "string" },
      only: { type: "string", default: DEFAULT.join(",") },
      python: { type: "string" },
      "no-peers": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const runs = values.runs === undefined ? null : Number(values.runs);
  if (runs !== null && !(Number.isInteger(runs) && runs >= 1)) {
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
