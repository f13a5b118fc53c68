/** The command line of the benchmark. */
import { parseArgs } from "node:util";
import { ruleNames } from "../dist/core/answer/extract/rules.js";
import { answersFolder } from "./answers/rows.mjs";
import { alone, compared } from "./workloads/index.mjs";

const DEFAULT = Object.keys(compared);
/** `regex` needs a pattern, which a folder of answers is to do without. */
const RULES = ruleNames.filter((name) => name !== "regex");
const WORKLOADS = [...DEFAULT, ...Object.keys(alone)];

const USAGE = `Usage: npm run bench -- [options]

  --json            end with one JSON line instead of a table
  --runs N          repetitions of each workload on each side (5, or 3 of long ones); medians are reported
  --only LIST       comma-separated (default: ${DEFAULT.join(",")})
                    on request also ${Object.keys(alone).join(", ")}: our side alone, answers beside Math-Verify
  --python PATH     a Python that has the peers (default: $SELFTRAIN_PEERS_PYTHON, else a throw-away environment)
  --no-peers        our side alone
  --answers FOLDER  for answers: folders of JSON Lines {gold, completion, choices?, stated?, group?}, as
                    scripts/answers/make-folders.mjs makes of public repositories' outputs
  --rules LIST      for answers: the rules to read with (default: those of a vote)
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
      answers: { type: "string" },
      rules: { type: "string" },
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
  const sources = only.includes("answers") ? answersFolder(values.answers) : null;
  if (sources === null && (values.answers ?? values.rules) !== undefined) {
    throw new Error("--answers and --rules go with --only answers");
  }
  const rules = values.rules?.split(",");
  const wrong = rules?.find((name) => !RULES.includes(name));
  if (wrong !== undefined) {
    throw new Error(`Invalid value for --rules (${wrong}). Expected some of: ${RULES.join(", ")}`);
  }
  const python = values.python ?? process.env.SELFTRAIN_PEERS_PYTHON;
  return { json: values.json, runs, only, python, peers: !values["no-peers"], sources, rules };
}
