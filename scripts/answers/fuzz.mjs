/**
 * Random texts against everything that reads answers: extraction, canonical forms, the relation and the vote.
 *
 *   npm run build && node scripts/answers/fuzz.mjs --seconds 600 [--seed 1] [--from 0] [--most 50]
 *
 * Text number k of a seed is a function of both, so a run goes on with `--from` where another ended, and any text can be had
 * again with `--show K`. Texts are answers as models write them, changed: pieces of LaTeX, of words in many scripts and of
 * markup, repeated and nested deeply, cut, joined, and with noise of single code units. A text fails where something
 * throws, where the relation is none, or where one call takes more processor time than `--most` milliseconds three times in
 * a row: a first time may be the compiler's. Ends with the slowest texts, the peak of the memory, and status 1 where a text failed.
 */
import { parseArgs } from "node:util";
import { answerRules, canonicalise, equivalent, majorityVote } from "selftrain";
import { anyTextRules, ruleNames } from "../../dist/core/answer/extract/rules.js";
import { findAnswer } from "../../dist/core/answer/extract.js";
import { uniform } from "../../dist/random.js";
import { pieces, seeds } from "./fuzz-pieces.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    most: { type: "string", default: "50" },
    show: { type: "string" },
  },
});
const [seed, from, most] = [options.seed, options.from, options.most].map(Number);

/** Draws of text number k. */
function drawer(k) {
  let at = 0;
  const draw = () => uniform(seed, k, at++);
  const below = (n) => Math.floor(draw() * n);
  return { draw, below, one: (list) => list[below(list.length)] };
}

const LONGEST = 200_000;

/** Grows a text from pieces and answers; now and then one that is long or deep. */
function textOf(k) {
  const { draw, below, one } = drawer(k);
  let text = draw() < 0.6 ? one(seeds) : "";
  const steps = 1 + below(draw() < 0.1 ? 30 : draw() < 0.5 ? 2 : 6);
  for (let step = 0; step < steps; step++) {
    const at = below(text.length + 1);
    const piece = draw() < 0.8 ? one(pieces) : one(seeds);
    switch (below(9)) {
      case 0:
      case 1:
      case 2:
        text = text.slice(0, at) + piece + text.slice(at);
        break;
      case 3:
        text = text.slice(0, at) + piece.repeat(1 + below(draw() < 0.15 ? 5000 : 12)) + text.slice(at);
        break;
      case 4: {
        const [open, close] = one([
          ["{", "}"],
          ["(", ")"],
          ["[", "]"],
          ["\\left(", "\\right)"],
          ["\\frac{", "}{2}"],
          ["\\sqrt{", "}"],
          ["\\boxed{", "}"],
          ["|", "|"],
          ["x^{", "}"],
          ["\\text{", "}"],
          ["$", "$"],
        ]);
        const times = 1 + below(draw() < 0.1 ? 3000 : 5);
        text = open.repeat(times) + text + close.repeat(times);
        break;
      }
      case 5:
        text = text.slice(0, at) + text.slice(at + 1 + below(8));
        break;
      case 6:
        text = text.slice(0, at) + String.fromCharCode(below(draw() < 0.5 ? 128 : 65_536)) + text.slice(at);
        break;
      case 7:
        text += one(["", " ", "\n", ", ", " = ", " and ", " \\cup "]) + piece;
        break;
      default:
        text = text.repeat(1 + below(draw() < 0.1 ? 500 : 3));
    }
    if (text.length > LONGEST) text = text.slice(0, LONGEST);
  }
  return text;
}

const rules = answerRules(anyTextRules);
const each = answerRules(ruleNames.filter((name) => name !== "regex")).map((rule) => [rule]);

/** What is done with a text, by name. Throws what is wrong with it. */
const calls = {
  extract: (text) => {
    for (const own of each) findAnswer(text, { rules: own });
  },
  canonicalise: (text) => void canonicalise(text),
  "decimal comma": (text) => void canonicalise(text, { decimalComma: true }),
  solution: (text) => {
    const found = findAnswer(text, { rules });
    if (found === null) return;
    if (found.text.trim() === "") throw new Error("a blank answer");
    const form = canonicalise(found.text);
    if (form !== null && (form.key === "" || form.key.length > 1100)) throw new Error(`the key ${form.key}`);
  },
  compare: (text) => void equivalent(text, "1"),
  vote: (text) => {
    const { label } = majorityVote([text, null, text, "1", ""]);
    if (label !== null && label.trim() === "") throw new Error("no answer wins");
  },
};

/** The relation on a text. Not timed, since it reads the text several times. */
function relation(text) {
  const form = canonicalise(text);
  if (equivalent(text, text) !== (form !== null)) throw new Error("not reflexive");
  if (equivalent(text, "1") !== equivalent("1", text)) throw new Error("not symmetric");
  if (form !== null && !equivalent(form, canonicalise(text))) throw new Error("two keys of one text");
}

/** Processor milliseconds of a call: no more than the time that passed, in which other processes ran. */
function timed(call, text) {
  const [start, used] = [performance.now(), process.cpuUsage()];
  call(text);
  const passed = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return Math.min(passed, (user + system) / 1000);
}

/** The least of up to three calls, as long as they are slower than `enough`. */
function leastTime(call, text, enough) {
  let least = timed(call, text);
  for (let again = 0; least > enough && again < 2; again++) least = Math.min(least, timed(call, text));
  return least;
}

if (options.show !== undefined) {
  process.stdout.write(`${JSON.stringify(textOf(Number(options.show)))}\n`);
  process.exit(0);
}

const shown = (text) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…${text.length}` : text);
const slowest = [];
const failures = [];
const end = performance.now() + 1000 * Number(options.seconds);
let k = from;
let said = performance.now();
let [answers, units] = [0, 0];
for (; performance.now() < end; k++) {
  const text = textOf(k);
  units += text.length;
  let slow = 0;
  if (k % 4 === 0) {
    try {
      relation(text);
    } catch (error) {
      failures.push({ k, name: "relation", text, why: String(error?.stack ?? error) });
    }
  }
  for (const [name, call] of Object.entries(calls)) {
    try {
      const time = leastTime(call, text, Math.min(most, slowest.at(-1)?.slow ?? 0));
      slow = Math.max(slow, time);
      if (time > most) failures.push({ k, name, text, why: `${time.toFixed(1)} ms` });
    } catch (error) {
      failures.push({ k, name, text, why: String(error?.stack ?? error) });
    }
  }
  const form = canonicalise(text.slice(0, 2000));
  if (form !== null && form.kind !== "text") answers++;
  if (slowest.length < 10 || slow > slowest.at(-1).slow) {
    slowest.push({ k, slow, text });
    slowest.sort((a, b) => b.slow - a.slow).splice(10);
  }
  if (performance.now() - said > 30_000) {
    said = performance.now();
    console.error(`${k - from} texts, ${failures.length} failed`);
  }
}
for (const { k: number, name, text, why } of failures.slice(0, 20))
  console.log(`FAILED ${number} ${name}: ${why}\n  ${shown(text)}`);
console.log(
  `texts ${from} to ${k - 1} of seed ${seed}: ${k - from}, of ${Math.round(units / (k - from))} characters each`,
);
console.log(`read as more than text: ${answers}; failed: ${failures.length}`);
console.log(
  `memory at its peak: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB; heap now: ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} MiB`,
);
console.log("the slowest, milliseconds of one call:");
for (const { k: number, slow, text } of slowest)
  console.log(`  ${slow.toFixed(1)}  ${number}  ${shown(text)}`);
process.exitCode = failures.length > 0 ? 1 : 0;
