/** The combinations of a sweep: every one of a grid, or so many drawn at random. Pure, and the same at every call. */
import type { SweepAxis, SweepFile, SweepRange } from "../../config/sweep-config.js";
import { SelftrainError } from "../../errors.js";
import { hashString, uniform } from "../../random.js";

/** Value of each swept key, in the order of the file. */
export type Combination = readonly (readonly [key: string, value: unknown])[];

/** Whether the config takes whole numbers alone at a key. */
export type IsWhole = (key: string) => boolean;

/** Significant figures of a value on a logarithmic scale, and parts of a linear range: few enough for a name that one can read. */
const FIGURES = 3;

const isRange = (axis: SweepAxis): axis is SweepRange => !Array.isArray(axis);

/** Value at a share of a range, the ends exactly, and between them a number that one can write. */
export function valueAt({ min, max, scale }: SweepRange, share: number, whole: boolean): number {
  if (share <= 0) return min;
  if (share >= 1) return max;
  const exact = scale === "log" ? min * (max / min) ** share : min + share * (max - min);
  const rounded = whole ? Math.round(exact) : scale === "log" ? figures(exact) : stepped(exact, max - min);
  return Math.min(max, Math.max(min, rounded));
}

const figures = (value: number): number => Number(value.toPrecision(FIGURES));

function stepped(value: number, span: number): number {
  const step = 10 ** (Math.floor(Math.log10(span)) - FIGURES);
  return Number((Math.round(value / step) * step).toPrecision(12));
}

/** Every combination, the last key varying fastest. Throws `sweep-values` where two values of a key are one. */
export function grid(sweep: SweepFile["sweep"], isWhole: IsWhole): Combination[] {
  return Object.entries(sweep).reduce<Combination[]>(
    (combinations, [key, axis]) => {
      const values = gridValues(key, axis, isWhole(key));
      return combinations.flatMap((before) => values.map((value) => [...before, [key, value] as const]));
    },
    [[]],
  );
}

function gridValues(key: string, axis: SweepAxis, whole: boolean): readonly unknown[] {
  const values = isRange(axis)
    ? Array.from({ length: axis.points! }, (_, i) => valueAt(axis, i / (axis.points! - 1), whole))
    : axis;
  const texts = values.map((value) => JSON.stringify(value));
  const twice = values.find((_, i) => texts.indexOf(texts[i]!) < i);
  if (twice === undefined) return values;
  throw new SelftrainError({
    code: "sweep-values",
    message: `sweep has the value ${JSON.stringify(twice)} of ${key} twice.`,
    found: values,
    expected: "values that differ",
    remedy: isRange(axis) ? "Lower points, or widen the range." : "Name each value once.",
  });
}

/** Draws in vain, for each run, before the space counts as exhausted. */
const PATIENCE = 100;

/**
 * `runs` different combinations. A draw is a function of the seed, the key and its number, so that more runs begin as fewer do. Throws
 * `sweep-space` where there are not so many.
 */
export function randomCombinations(
  { sweep, runs = 0, seed }: Pick<SweepFile, "sweep" | "runs" | "seed">,
  isWhole: IsWhole,
): Combination[] {
  const found = new Map<string, Combination>();
  for (let draw = 0; found.size < runs; draw++) {
    if (draw >= runs * PATIENCE) {
      throw new SelftrainError({
        code: "sweep-space",
        message: `Of ${runs} runs, ${found.size} could be drawn that differ.`,
        found: found.size,
        expected: runs,
        remedy: "Lower runs, widen the ranges, or take search: grid.",
      });
    }
    const combination = Object.entries(sweep).map(([key, axis]) => {
      const share = uniform(seed, hashString(key), draw);
      return [
        key,
        isRange(axis) ? drawn(axis, share, isWhole(key)) : axis[Math.floor(share * axis.length)],
      ] as const;
    });
    const text = JSON.stringify(combination);
    if (!found.has(text)) found.set(text, combination);
  }
  return [...found.values()];
}

/** Of whole numbers the ends are as likely as the others, where the scale is linear. */
function drawn(range: SweepRange, share: number, whole: boolean): number {
  if (!whole || range.scale === "log") return valueAt(range, share, whole);
  return range.min + Math.floor(share * (range.max - range.min + 1));
}
