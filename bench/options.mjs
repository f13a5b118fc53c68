/** The command line of the benchmark. */
import { parseArgs } from "node:util";
import { TIMED } from "../dist/apps/doctor/device/models.js";
import { ruleNames } from "../dist/core/answer/extract/rules.js";
import { answersFolder } from "./answers/rows.mjs";
import { works } from "./devices/works.mjs";
import { alone, compared } from "./workloads/index.mjs";

const DEFAULT = Object.keys(compared);
/** `regex` needs a pattern, which a folder of answers is to do without. */
const RULES = ruleNames.filter((name) => name !== "regex");
const WORKLOADS = [...DEFAULT, ...Object.keys(alone)];
/** With --device gpu. */
const WORKS = Object.keys(works);
const MODELS = TIMED.map(({ name }) => name);
const DEVICES = ["cpu", "gpu"];
/** What goes with the peers, or with the answers, and not with a device. */
const NOT_ON_DEVICE = ["python", "no-peers", "answers", "rules"];

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
  --device NAME     cpu (default), or gpu: the graphics device beside the processor, by the doctor's models. LIST of
                    --only is then of ${WORKS.join(", ")}
  --models LIST     with --device gpu: some of ${MODELS.join(", ")} (default: all)
  --help`;

/** Parses the arguments; prints help and exits where that was asked for. Throws on a wrong one. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      runs: { type: "string" },
      only: { type: "string" },
      device: { type: "string", default: "cpu" },
      models: { type: "string" },
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
  const { device } = values;
  if (!DEVICES.includes(device)) {
    throw new Error(`Invalid value for --device (${device}). Expected one of: ${DEVICES.join(", ")}`);
  }
  if (device === "gpu") return { ...onDevice(values), device, json: values.json, runs };
  if (values.models !== undefined) throw new Error("--models goes with --device gpu");
  const only = listed("only", values.only, WORKLOADS, DEFAULT);
  const sources = only.includes("answers") ? answersFolder(values.answers) : null;
  if (sources === null && (values.answers ?? values.rules) !== undefined) {
    throw new Error("--answers and --rules go with --only answers");
  }
  const rules = listed("rules", values.rules, RULES);
  const python = values.python ?? process.env.SELFTRAIN_PEERS_PYTHON;
  return { device, json: values.json, runs, only, python, peers: !values["no-peers"], sources, rules };
}

function onDevice(values) {
  const other = NOT_ON_DEVICE.find((name) => values[name]);
  if (other !== undefined) throw new Error(`--${other} does not go with --device gpu`);
  const names = listed("models", values.models, MODELS, MODELS);
  return {
    only: listed("only", values.only, WORKS, WORKS),
    models: TIMED.filter(({ name }) => names.includes(name)),
  };
}

/** The names of a comma-separated list. Throws where one is none of those that are known. */
function listed(option, text, known, otherwise) {
  if (text === undefined) return otherwise;
  const names = text.split(",");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`Invalid value for --${option} (${unknown}). Expected some of: ${known.join(", ")}`);
  return names;
}
