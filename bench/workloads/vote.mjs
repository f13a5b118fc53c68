/**
 * Votes: solutions in natural language, their answers found, made canonical and counted, a group of 32 at a time. Cold, no answer was
 * seen before, but for those that repeat within the step, as samples do; warm, every answer was.
 */
import { extractAnswer, majorityVote, uniform } from "selftrain";
import { mathCanonicaliser } from "../../dist/core/answer/canonicalisers.js";
import { answerRules, solutionRules } from "../../dist/core/answer/extract/rules.js";
import { median } from "../measure.mjs";
import { settings } from "../settings.mjs";

const SAMPLES = 32;
/** Different answers of a group, each in several notations. */
const ANSWERS = 6;

/** The n-th answer in some notation, as text that only this repetition has. */
const notations = [
  (n) => `\\boxed{${n}}`,
  (n) => `$\\boxed{\\frac{${2 * n}}{2}}$`,
  (n) => `\\boxed{x = ${n}.0}`,
  (n) => `\\boxed{\\sqrt{${n}} + \\frac{\\pi}{${1 + (n % 7)}}}`,
  (n) => `\\boxed{(${n}, \\infty)}`,
  (n) => `\\boxed{x^2 + ${n}x - 1}`,
];
const working =
  "We write the sum as a product and look at both factors. The first is even, so $n = 2k$ and the equation becomes $4k^2 + 2k = m$. ".repeat(
    4,
  );

function groupsOf(count, repetition) {
  return Array.from({ length: count }, (_, g) =>
    Array.from({ length: SAMPLES }, (_, s) => {
      const draw = (k) => uniform(settings.seed, repetition, g, s, k);
      const answer = Math.floor(ANSWERS * draw(0) ** 2);
      const notation = notations[(g + Math.floor(3 * draw(1))) % notations.length];
      return `${working}So the answer is ${notation(1 + answer + ANSWERS * (g + 1000 * repetition))}.`;
    }),
  );
}

const rules = answerRules(solutionRules);
const answersOf = (groups) =>
  groups.map((group) => group.map((text) => extractAnswer(text, { rules, canonicalise: mathCanonicaliser })));

/** Milliseconds, or those of the processor where other processes had it in between. */
function milliseconds(work) {
  const [start, used] = [performance.now(), process.cpuUsage()];
  work();
  const passed = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return Math.min(passed, (user + system) / 1000);
}

let repetition = 0;

/** Medians in milliseconds for so many groups. */
function measured(groups, runs) {
  const times = { cold: [], warm: [], counted: [] };
  for (let run = 0; run < runs; run++) {
    const step = groupsOf(groups, repetition++);
    const all = () => {
      for (const answers of answersOf(step)) majorityVote(answers);
    };
    times.cold.push(milliseconds(all));
    times.warm.push(milliseconds(all));
    const answers = answersOf(step);
    times.counted.push(
      milliseconds(() => {
        for (const group of answers) majorityVote(group);
      }),
    );
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

export const vote = {
  runs: 15,
  async measure(runs, log) {
    log("vote: warming up");
    measured(64, 10);
    log(`vote: ${runs} runs`);
    return { step: measured(16, runs), large: measured(512, runs) };
  },
  tables: ({ step, large }) => {
    const row = (title, { cold, warm, counted }) => [
      title,
      ...[cold, warm, counted].map((time) => time.toFixed(2)),
    ];
    return [
      [
        ["votes, ms", "cold", "warm", "counting alone"],
        row("512 rollouts in 16 groups of 32", step),
        row("512 groups of 32: 16 384 rollouts", large),
      ],
    ];
  },
};
