/**
 * A measure over seeds. Two 95% intervals are stated: a t interval of the seeds' values, each seed with prompts of its own, and a bootstrap over held-out
 * prompts within each seed, arms that share prompts drawn together. What decides is the least interval that holds both.
 */
import { type FullFigure, figuresOf, fullFigure, type Measure } from "../../../config/study-measures.js";
import { quantileOf } from "../../../core/statistics/interval.js";
import { overSeeds } from "../../../core/statistics/over-seeds.js";
import { mean } from "../../../numbers.js";
import { Random } from "../../../random.js";
import { type Leaf, leafOf } from "./leaf.js";
import type { RunSource } from "./run-source.js";
import { spearman } from "./spearman.js";

export type Interval = readonly [low: number, high: number];

export interface Measured {
  /** In the order of the seeds; null where the runs have no such value, or are not finished. */
  readonly bySeed: readonly (number | null)[];
  /** Mean of the seeds that have one; null where none has. */
  readonly mean: number | null;
  /** Of the seeds; null of fewer than two. */
  readonly overSeeds: Interval | null;
  /** Of the held-out prompts; null where the measure is not of them alone. */
  readonly overPrompts: Interval | null;
  /** The least interval that holds both. */
  readonly interval: Interval | null;
}

/** A run by its arm; undefined where it is not finished. */
export type SeedRuns = (arm: string) => RunSource | undefined;

/** A figure of a seed, as a function of prompts drawn from each evaluation. */
interface Term {
  readonly leaves: readonly Leaf[];
  of(read: (leaf: Leaf) => number | null): number | null;
}

export async function measured(measure: Measure, seeds: readonly SeedRuns[]): Promise<Measured> {
  const terms: (Term | null)[] = [];
  for (const runs of seeds) terms.push(await termOf(measure, runs));
  const bySeed = terms.map((term) => term?.of(({ value }) => value) ?? null);
  const known = bySeed.filter((value) => value !== null);
  const over = overSeeds(known);
  const t = over?.half == null ? null : ([over.mean - over.half, over.mean + over.half] as const);
  const prompts = promptInterval(terms.flatMap((term) => term ?? []));
  return {
    bySeed,
    mean: over?.mean ?? null,
    overSeeds: t,
    overPrompts: prompts,
    interval: t && (prompts ? [Math.min(t[0], prompts[0]), Math.max(t[1], prompts[1])] : t),
  };
}

async function termOf(measure: Measure, runs: SeedRuns): Promise<Term | null> {
  const { correlate } = measure;
  if (correlate === undefined) {
    const [own, over] = figuresOf(measure);
    const [top, bottom] = [await figureTerm(own!, runs), over ? await figureTerm(over, runs) : undefined];
    if (top === null || bottom === null) return null;
    return bottom === undefined ? top : joined([top, bottom], ([a, b]) => (b === 0 ? null : a! / b!));
  }
  const parts: Term[] = [];
  for (const { x, y } of correlate)
    for (const value of [x, y]) {
      const part = typeof value === "number" ? constant(value) : await figureTerm(fullFigure(value)!, runs);
      if (part === null) return null;
      parts.push(part);
    }
  return joined(parts, (values) =>
    spearman(correlate.map((_, i) => [values[2 * i]!, values[2 * i + 1]!] as const)),
  );
}

async function figureTerm(figure: FullFigure, runs: SeedRuns): Promise<Term | null> {
  const { less, ...own } = figure;
  const parts: Term[] = [];
  for (const part of less === null ? [own] : [own, less]) {
    const run = runs(part.arm);
    const leaf = run === undefined ? null : await leafOf(run, part);
    if (leaf === null) return null;
    parts.push({ leaves: [leaf], of: (read) => read(leaf) });
  }
  return parts.length === 1 ? parts[0]! : joined(parts, ([a, b]) => a! - b!);
}

const constant = (value: number): Term => ({ leaves: [], of: () => value });

function joined(parts: readonly Term[], of: (values: readonly number[]) => number | null): Term {
  return {
    leaves: parts.flatMap(({ leaves }) => leaves),
    of: (read) => {
      const values = parts.map((part) => part.of(read));
      return values.some((value) => value === null) ? null : of(values as number[]);
    },
  };
}

const RESAMPLES = 1000;

/** Mean over seeds in bootstrap samples of each seed's prompts. Null where a leaf is of no prompts, or a sample has no value. */
function promptInterval(terms: readonly Term[]): Interval | null {
  const leaves = terms.flatMap((term) => term.leaves);
  if (leaves.length === 0 || leaves.some(({ prompts }) => prompts === null)) return null;
  const means: number[] = [];
  for (let r = 0; r < RESAMPLES; r++) {
    const values = terms.map((term, t) => {
      const draws = new Map<string, readonly number[]>();
      return term.of(({ prompts }) => {
        const { key, count, of } = prompts!;
        let drawn = draws.get(key);
        if (drawn?.length !== count) {
          const random = new Random(r, t, draws.size);
          drawn = Array.from({ length: count }, () => random.int(0, count - 1));
          draws.set(key, drawn);
        }
        return of(drawn);
      });
    });
    if (values.some((value) => value === null)) return null;
    means.push(mean(values as number[]));
  }
  means.sort((a, b) => a - b);
  return [quantileOf(means, 0.025), quantileOf(means, 0.975)];
}
