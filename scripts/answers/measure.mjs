/**
 * Canonical answers against an oracle's verdicts, and what they cost:
 *
 *   npm run build && node scripts/answers/measure.mjs [--data ../shared/data] [--list] [--python PYTHON]
 *
 * `--data` holds answer-cases.jsonl and answer-pairs.jsonl. `--list` prints the disagreements that the checked-in list has
 * no reason for. `--python` names a Python, whose grader is timed on rewritten pairs that are accepted: Math-Verify where it
 * can be imported, else sympy and lark, which is then said. Times are the least of three, and processor time where that is
 * less, so that other processes do not count.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answerRules, canonicalise, equivalent } from "selftrain";
import { anyTextRules } from "../../dist/core/answer/extract/rules.js";
import { findAnswer } from "../../dist/core/answer/extract.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    list: { type: "boolean", default: false },
    python: { type: "string" },
  },
});
const file = (name) => join(options.data, `answer-${name}.jsonl`);
if (!existsSync(file("pairs"))) {
  console.error(`${file("pairs")} is absent: name the folder of the oracle's verdicts with --data.`);
  process.exit(2);
}

const rules = answerRules(anyTextRules);
const exceptions = JSON.parse(
  readFileSync(new URL("../../test/fixtures/answers/oracle-exceptions.json", import.meta.url), "utf8"),
);

/** [what is read of the text, with what options] of a side. */
const extracted = (text) => findAnswer(text, { rules })?.text ?? text;

function read(name) {
  const reasons = new Map(
    Object.entries(exceptions[name]).flatMap(([reason, { wrong, lines }]) =>
      lines.map((line) => [line, { reason, wrong }]),
    ),
  );
  return readFileSync(file(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line, index) => {
      const row = JSON.parse(line);
      const id = `${index + 1}:${createHash("sha256").update(line).digest("hex").slice(0, 8)}`;
      const [gold, pred] = [row.gold, row.pred].map(extracted);
      const decimalComma = row.targets !== undefined && !row.targets.includes("latex");
      const accepted = equivalent(canonicalise(gold, { decimalComma }), canonicalise(pred, { decimalComma }));
      return {
        ...row,
        gold,
        pred,
        accepted,
        truth: row.expected ?? row.oracle,
        exception: reasons.get(id),
        id,
      };
    });
}

const percent = (part, all) => `${part} of ${all} (${((100 * part) / all).toFixed(2)}%)`;
const count = (rows, test) => rows.filter(test).length;

function report(name, rows, group) {
  console.log(`\n${name}`);
  for (const kind of [...new Set(rows.map(group))].sort()) {
    const own = rows.filter((row) => group(row) === kind);
    const agree = count(own, (row) => row.accepted === row.truth);
    console.log(
      `  ${kind.padEnd(20)} agrees on ${percent(agree, own.length)}, accepts ${count(own, (r) => r.accepted)}`,
    );
  }
  const agree = count(rows, (row) => row.accepted === row.truth);
  const set = rows.filter((row) => row.exception?.wrong !== "oracle" || row.accepted === row.truth);
  console.log(`  all                  agrees on ${percent(agree, rows.length)}`);
  console.log(
    `  where the oracle is not shown wrong: ${percent(
      count(set, (r) => r.accepted === r.truth),
      set.length,
    )}`,
  );
  const without = rows.filter((row) => row.accepted !== row.truth && row.exception === undefined);
  console.log(`  disagreements without a reason: ${without.length}`);
  if (options.list)
    for (const row of without) console.log(`    ${row.id} ${row.accepted} ${row.gold} | ${row.pred}`);
}

const cases = read("cases");
report("cases", cases, (row) => row.category);
console.log(`  false positives      ${count(cases, (r) => r.accepted && !r.truth)}`);

const pairs = read("pairs");
report("pairs", pairs, (row) => row.kind);
const others = pairs.filter((row) => row.kind === "mutate" || row.kind === "near");
const wrongly = count(others, (r) => r.accepted && !r.truth && r.exception?.wrong !== "oracle");
console.log(`  false positives      ${percent(wrongly, others.length)} of the mutated and near-miss pairs`);
const rewritten = pairs.filter((row) => ["expand", "factor", "simplify"].includes(row.kind));
const sound = rewritten.filter((r) => r.accepted || (r.truth && r.exception?.wrong !== "oracle"));
console.log(
  `  rewrites accepted    ${percent(
    count(rewritten, (r) => r.accepted),
    rewritten.length,
  )}`,
);
console.log(
  `  … of those that say the same  ${percent(
    count(rewritten, (r) => r.accepted),
    sound.length,
  )}`,
);

const once = (work) => {
  const [start, used] = [performance.now(), process.cpuUsage()];
  work();
  const passed = 1000 * (performance.now() - start);
  const { user, system } = process.cpuUsage(used);
  return Math.min(passed, user + system);
};
/** A span that the processor clock cannot resolve is timed by the other alone. */
const microseconds = (work) => Math.min(...[1, 2, 3].map(() => once(work) || Number.POSITIVE_INFINITY));
const quantile = (times, part) => times.sort((a, b) => a - b)[Math.floor(part * (times.length - 1))];

const texts = pairs.flatMap((row) => [row.gold, row.pred]);
for (const text of texts) canonicalise(text);
const times = texts.map((text) => microseconds(() => canonicalise(text)));
console.log("\ntime");
for (const [name, part] of [
  ["median", 0.5],
  ["95th percentile", 0.95],
  ["99th percentile", 0.99],
  ["worst", 1],
])
  console.log(`  canonicalise, ${name.padEnd(16)} ${quantile(times, part).toFixed(1)} µs`);
const forms = pairs.map((row) => [canonicalise(row.gold), canonicalise(row.pred)]);
const comparing = Array.from(
  { length: 50 },
  () =>
    microseconds(() => {
      for (const [a, b] of forms) equivalent(a, b);
    }) / forms.length,
);
console.log(
  `  one comparison of canonical answers, median  ${(1000 * quantile(comparing, 0.5)).toFixed(1)} ns`,
);

if (options.python !== undefined) {
  const sample = rewritten.filter((row) => row.accepted && row.truth).filter((_, i) => i % 8 === 0);
  const ours = sample.map(({ gold, pred }) => microseconds(() => equivalent(gold, pred)));
  const { stdout, status, stderr } = spawnSync(
    options.python,
    [new URL("time_python.py", import.meta.url).pathname],
    {
      input: sample.map((row) => JSON.stringify({ gold: row.gold, pred: row.pred })).join("\n"),
      encoding: "utf8",
    },
  );
  if (status !== 0) {
    console.error(`${options.python} has no grader to be timed:\n${stderr}`);
    process.exit(1);
  }
  const [{ grader }, ...theirs] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const both = theirs.flatMap((row, i) => (row.equal ? [[ours[i], row.microseconds]] : []));
  const medians = [0, 1].map((side) =>
    quantile(
      both.map((pair) => pair[side]),
      0.5,
    ),
  );
  console.log(`  the grader in Python: ${grader}`);
  console.log(`  it accepts ${percent(both.length, sample.length)} of a sample of the rewrites`);
  console.log(
    `  on these, both texts to a verdict, median: ours ${medians[0].toFixed(0)} µs, theirs ${medians[1].toFixed(0)} µs, ${(medians[1] / medians[0]).toFixed(0)} times as long`,
  );
}
