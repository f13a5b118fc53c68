/**
 * What votes of the completions of each question would label, by how many of their samples have an answer: what a minimum of answers for a label
 * is chosen by. The rows of one `group` are a group, whoever wrote them; larger ones are cut to the size of a training's.
 */
import { majorityVote } from "selftrain";
import { isRight } from "./reading.mjs";

const SIZES = [8, 16, 32];
/** A number of samples, or below 1 a share of the group. */
const MINIMA = [1, 2, 3, 0.1, 0.25, 0.5];

/** A share is rounded up. */
const needed = (minimum, samples) => (minimum < 1 ? Math.ceil(minimum * samples) : minimum);

/**
 * The votes of a source in groups of each size: `{answered, label, right}`. Of a tie there is no label. Rows that fill no group are left out, and so
 * are groups without any answer, which have no label whatever the minimum.
 */
export function votesOf(rows, readings) {
  const groups = new Map();
  for (const [i, { group }] of rows.entries()) {
    if (group === undefined) continue;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(i);
  }
  return Object.fromEntries(
    SIZES.map((size) => [
      size,
      [...groups.values()]
        .flatMap((members) => cut(members, size))
        .flatMap((members) => voteOf(members, rows, readings)),
    ]),
  );
}

function cut(members, size) {
  const whole = Math.floor(members.length / size);
  return Array.from({ length: whole }, (_, g) => members.slice(g * size, (g + 1) * size));
}

function voteOf(members, rows, readings) {
  const answers = members.map((i) => readings[i].answer);
  const answered = answers.filter((answer) => answer !== null).length;
  if (answered === 0) return [];
  const { label } = majorityVote(answers);
  return [{ answered, label, right: isRight(label, rows[members[0]]) }];
}

/**
 * Of all sources' votes, by size and minimum: groups, those with a label and the right ones, and the same of those whose label the minimum
 * takes away.
 */
export function byMinimum(all) {
  return SIZES.flatMap((size) => {
    const votes = all.flatMap((bySize) => bySize[size]);
    const labelled = votes.filter(({ label }) => label !== null);
    return MINIMA.map((minimum) => {
      const kept = labelled.filter(({ answered }) => answered >= needed(minimum, size));
      const taken = labelled.filter(({ answered }) => answered < needed(minimum, size));
      return { size, minimum, groups: votes.length, kept: counted(kept), taken: counted(taken) };
    });
  }).filter(({ groups }) => groups > 0);
}

const counted = (votes) => ({ labels: votes.length, right: votes.filter(({ right }) => right).length });
