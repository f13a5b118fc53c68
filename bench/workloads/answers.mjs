/**
 * Answers as people's models write them: completions of public models, read as a vote reads them, beside what they state and the truth.
 * Math-Verify, where a Python has it, reads a sample of the same. docs/concepts/answers.md has the figures.
 */
import { anyTextRules, solutionRules } from "../../dist/core/answer/extract/rules.js";
import { figuresOf, sampleOf } from "../answers/figures.mjs";
import { findGrader, grade } from "../answers/peer.mjs";
import { reader } from "../answers/reading.mjs";
import { rowsOf } from "../answers/rows.mjs";
import { tables } from "../answers/tables.mjs";
import { byMinimum, votesOf } from "../answers/votes.mjs";
import { mapValues, median } from "../measure.mjs";

/** A source whose name ends so holds answers alone, and is read as `selftrain equivalent` reads; it has no part in votes. */
const ALONE = /-direct$/;
/** Math-Verify takes some ten milliseconds a completion. */
const PEER_ROWS = 300;

export const answers = {
  runs: 3,
  tables,
  async measure(runs, log, options) {
    const rules = { solutions: options.rules ?? solutionRules, alone: options.rules ?? anyTextRules };
    const read = mapValues(rules, (names) => reader(names, runs));
    const sources = {};
    for (const source of options.sources) {
      const rows = rowsOf(source);
      log(`answers: ${source.name}, ${rows.length} completions`);
      const alone = ALONE.test(source.name);
      const readings = rows.map(alone ? read.alone : read.solutions);
      if (rows.length > 0) sources[source.name] = { rows, readings, alone };
    }
    const everything = Object.values(sources);
    return {
      rules,
      sources: mapValues(sources, ({ readings }) => figuresOf(readings)),
      all: figuresOf(everything.flatMap(({ readings }) => readings)),
      votes: byMinimum(
        everything.filter(({ alone }) => !alone).map(({ rows, readings }) => votesOf(rows, readings)),
      ),
      peer: await besidePeer(sources, options, log),
    };
  },
};

/** `{version, reason, sources}`: Math-Verify and ours on the same rows; `version` is null, and `reason` says why, where there is none. */
async function besidePeer(sources, options, log) {
  const { python, reason } = findGrader(options, log);
  if (python === null) {
    log(`answers: without Math-Verify: ${reason}`);
    return { version: null, reason, sources: {} };
  }
  const samples = mapValues(sources, ({ rows, readings }) =>
    sampleOf(rows, PEER_ROWS).map((i) => ({ row: rows[i], ours: readings[i] })),
  );
  const all = Object.values(samples).flat();
  log(`answers: Math-Verify reads ${all.length} of them`);
  const { version, verdicts } = await grade(
    python,
    all.map(({ row }) => row),
  );
  let at = 0;
  const beside = (sample) => {
    const theirs = verdicts.slice(at, at + sample.length);
    at += sample.length;
    const ours = sample.map((one) => one.ours);
    return { rows: sample.length, theirs: counted(theirs), ours: counted(ours) };
  };
  const some = Object.fromEntries(Object.entries(samples).filter(([, sample]) => sample.length > 0));
  return { version, reason: null, sources: mapValues(some, beside) };
}

function counted(readings) {
  return {
    found: readings.filter(({ stated }) => stated).length,
    right: readings.filter(({ right }) => right).length,
    microseconds: median(readings.map(({ microseconds }) => microseconds)),
  };
}
