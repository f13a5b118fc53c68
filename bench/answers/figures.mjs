/** From readings to what is reported of a source: counts, by rule too, and times. */
import { median } from "../measure.mjs";

/**
 * `{completions, answered, stated: {rows, found}, right, rules, microseconds}`: `found` counts the completions in which our reading is the stated
 * answer, `right` those in which it is the truth. `rules`: by the rule that decided `{hits, right, wrong}`, the latter of those with a stated answer.
 */
export function figuresOf(readings) {
  const answered = readings.filter(({ answer }) => answer !== null);
  const stated = readings.filter(({ stated }) => stated !== null);
  const times = readings.map(({ microseconds }) => microseconds);
  return {
    completions: readings.length,
    answered: answered.length,
    stated: { rows: stated.length, found: stated.filter(({ stated }) => stated).length },
    right: readings.filter(({ right }) => right).length,
    rules: byRule(answered),
    microseconds: { median: median(times), slowest: times.reduce((a, b) => Math.max(a, b)) },
  };
}

function byRule(answered) {
  const rules = {};
  for (const { rule, stated } of answered) {
    rules[rule] ??= { hits: 0, right: 0, wrong: 0 };
    rules[rule].hits++;
    if (stated !== null) rules[rule][stated ? "right" : "wrong"]++;
  }
  return rules;
}

/** Rows spread evenly over those that state an answer, at most so many: what a slow peer reads. */
export function sampleOf(rows, most) {
  const stated = [...rows.keys()].filter((i) => rows[i].stated !== undefined);
  const count = Math.min(most, stated.length);
  return Array.from({ length: count }, (_, k) => stated[Math.floor((k * stated.length) / count)]);
}
