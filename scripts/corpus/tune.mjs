/**
 * Chooses monitors on runs whose outcome may be known, and freezes the choice before any held-out run is scored: `npm run build && node
 * scripts/corpus/tune.mjs [--corpus corpus] [--on tuning] [--output corpus]`. It opens the files of the splits that `--on` names and no other. For
 * each budget of false alarms it writes a set that `selftrain monitors score --config` reads, and `freeze.json`: the SHA-256 of each set and of the
 * runs, the commit, and the rates on these runs. Commit them before the held-out runs are scored. Of the second round:
 * `--on tuning,held-out --output corpus/second-round`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { bestOf, chooseSet } from "../../dist/apps/monitors/choose.js";
import { corpusFile, readCorpus } from "../../dist/apps/monitors/read-corpus.js";
import { firstAlarms, judged } from "../../dist/apps/monitors/replay-monitors.js";
import { CANDIDATES, majorities } from "./candidates.mjs";

const { values } = parseArgs({
  options: {
    corpus: { type: "string", default: "corpus" },
    on: { type: "string", default: "tuning" },
    output: { type: "string" },
  },
});
const splits = values.on.split(",");
const output = values.output ?? values.corpus;

/** Share of the healthy runs that a set may alarm in; the first is the one that is meant. */
const BUDGETS = [0.05, 0, 0.1, 0.2];
/** Monitors of a set, at most. */
const MOST = 3;
/** Families that majorities are made of. */
const FAMILIES = 6;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();

/** Code that chose and is in no commit: a freeze that others can check has none. */
const changed = git("status", "--porcelain", "--", "src", "scripts/corpus").split("\n").filter(Boolean);
if (changed.length > 0) console.warn(`not committed, and so named in the freeze:\n${changed.join("\n")}`);

const recorded = Object.fromEntries(splits.map((split) => [split, readCorpus(split, values.corpus)]));
const runs = splits.flatMap((split) => recorded[split].map(judged));

/** Each with its first alarm in every run. */
function replayed(candidates) {
  const monitors = Object.fromEntries(candidates.map(({ monitor }, i) => [`candidate ${i}`, monitor]));
  const alarms = runs.map(({ run }) => firstAlarms(run, { default: "off", ...monitors }));
  return candidates.map((own, i) => ({
    ...own,
    alarms: alarms.map((of) => of.get(`candidate ${i}`) ?? null),
  }));
}

const ownSeries = ({ monitor: { on, detector } }) => (on ? [on] : detector.of.map((member) => member.on));

/** What the sets of a scope may read: a run without a probe has only its steps. */
const SCOPES = {
  any: () => true,
  "no-probe": (candidate) => ownSeries(candidate).every((on) => !on.includes(".")),
};

const allSingles = replayed(CANDIDATES);
mkdirSync(join(output, "sets"), { recursive: true });
const sets = Object.keys(SCOPES).flatMap(setsOf);

function setsOf(scope) {
  const singles = allSingles.filter(SCOPES[scope]);
  const families = [...new Set(singles.map(({ family }) => family))]
    .flatMap(
      (family) =>
        bestOf(
          singles.filter((own) => own.family === family),
          runs,
          BUDGETS.at(-1),
        ) ?? [],
    )
    .sort((a, b) => b.score.caughtBefore.count - a.score.caughtBefore.count)
    .slice(0, FAMILIES);
  const candidates = [...singles, ...replayed(majorities(families.map(({ candidate }) => candidate)))];

  return BUDGETS.map((budget) => {
    const chosen = chooseSet(candidates, runs, budget, MOST);
    if (chosen === null) return { scope, budget, file: null, sha256: null, members: [], tuning: null };
    const names = chosen.members.map(({ monitor }, i) => [
      `${monitor.on ?? "majority"}-${i + 1}`.replace(".", "-"),
      monitor,
    ]);
    const text = stringify(
      { monitors: { default: "off", ...Object.fromEntries(names) } },
      { aliasDuplicateObjects: false },
    );
    const file = `sets/${scope === "any" ? "" : `${scope}-`}false-alarms-${String(100 * budget).padStart(2, "0")}.yaml`;
    writeFileSync(join(output, file), text);
    const { caughtBefore, caught, falseAlarms, leadSteps } = chosen.score;
    return {
      scope,
      budget,
      file,
      sha256: sha256(text),
      members: chosen.members.map(({ name }) => name),
      tuning: { caughtBefore, caught, falseAlarms, leadSteps },
    };
  });
}

const freeze = {
  objective: `most collapses caught before their onset, with false alarms in at most the budget of the healthy runs; at most ${MOST} monitors, the best and then the next best`,
  commit: git("rev-parse", "HEAD"),
  changed,
  chosenOn: Object.fromEntries(
    splits.map((split) => [
      split,
      { sha256: sha256(readFileSync(corpusFile(values.corpus, split))), runs: recorded[split].length },
    ]),
  ),
  singles: CANDIDATES.length,
  sets,
};
writeFileSync(join(output, "freeze.json"), `${JSON.stringify(freeze, null, 2)}\n`);
for (const { scope, budget, members, tuning } of sets)
  console.log(
    `${scope}, false alarms ≤ ${100 * budget}%: ${members.join(" + ") || "no set"}${
      tuning === null
        ? ""
        : `; before the fall ${tuning.caughtBefore.count}/${tuning.caughtBefore.of}, false alarms ${tuning.falseAlarms.count}/${tuning.falseAlarms.of}`
    }`,
  );
