/**
 * Which prompts a step trains on, as a pure function of the step: every epoch is a permutation keyed by (seed,
 * epoch), and steps cut the endless row of epochs into batches. There is no cursor to save, so a resumed run
 * sees the prompts that an undisturbed one would.
 */
import { SelftrainError } from "../errors.js";
import { Random } from "../random.js";

/**
 * Indices into the pool of the prompts of a step (steps count from 0), length `promptsPerStep`. A batch may
 * cross the end of an epoch; only then can it hold a prompt twice. Throws `batch-impossible`.
 */
export function batchAt(poolSize: number, step: number, promptsPerStep: number, seed: number): number[] {
  requireWhole("prompts in the pool", poolSize, 1);
  requireWhole("prompts a step", promptsPerStep, 1);
  requireWhole("step", step, 0);
  const start = step * promptsPerStep;
  return Array.from({ length: promptsPerStep }, (_, i) => {
    const position = start + i;
    return permutation(poolSize, Math.floor(position / poolSize), seed)[position % poolSize] as number;
  });
}

/**
 * Indices of the prompts that a refill round of a step may take (rounds count from 1, as round 0 is the batch itself), length `size`. A
 * function of (seed, step, round). The batch and the rounds of a step repeat no prompt before the pool is used up; then all of it
 * comes again in another order. Throws `batch-impossible`.
 */
export function refillAt(
  poolSize: number,
  step: number,
  round: number,
  size: number,
  seed: number,
): number[] {
  requireWhole("refill round", round, 1);
  const batch = batchAt(poolSize, step, size, seed);
  const taken = new Set(batch);
  // Keyed with one word more than an epoch's permutation, so that the two never coincide.
  const shuffled = (epoch: number) =>
    new Random(seed, step, epoch).shuffle(Array.from({ length: poolSize }, (_, i) => i));
  const order = shuffled(0).filter((i) => !taken.has(i));
  for (let epoch = 1; order.length < round * size; epoch++) order.push(...shuffled(epoch));
  return order.slice((round - 1) * size, round * size);
}

/** The latest permutations, so that an epoch is shuffled once and not once a step. A memo: dropping it changes nothing. */
const memo = new Map<string, readonly number[]>();
const memoSize = 4;

function permutation(size: number, epoch: number, seed: number): readonly number[] {
  const key = `${size} ${epoch} ${seed}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const drawn = new Random(seed, epoch).shuffle(Array.from({ length: size }, (_, i) => i));
  if (memo.size >= memoSize) memo.delete(memo.keys().next().value as string);
  memo.set(key, drawn);
  return drawn;
}

function requireWhole(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SelftrainError({
    code: "batch-impossible",
    message: `A batch cannot be made of ${value} ${what}.`,
    found: value,
    expected: `a whole number, at least ${least}`,
    where: what,
    remedy: "Give the pool at least one prompt and each step at least one of them.",
  });
}
