/** Histograms of a step's groups; a click on a bar keeps only those in it, which the address says. */
import type { VNode } from "preact";
import { plainNumber } from "../../../report/format.js";
import type { VotedGroup } from "../../api/index.js";
import { go, text } from "../state/url.js";

export const MEASURES = ["agreement", "reward", "tokens"] as const;
type Measure = (typeof MEASURES)[number];
export type Filter = Readonly<Partial<Record<Measure, readonly [low: number, high: number]>>>;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const measured = (group: VotedGroup, measure: Measure): number | null => {
  if (measure === "agreement") return group.agreement;
  if (measure === "tokens") return group.meanTokens;
  const rewards = group.rewards.filter((reward) => reward !== null);
  return rewards.length === 0 ? null : mean(rewards);
};

export function filterOf(): Filter {
  const filter: Partial<Record<Measure, [number, number]>> = {};
  for (const measure of MEASURES) {
    const [low, high] = (text(`${measure}Filter`) ?? "").split("~").map(Number);
    if (low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high))
      filter[measure] = [low, high];
  }
  return filter;
}

export const passes = (group: VotedGroup, filter: Filter): boolean =>
  MEASURES.every((measure) => {
    const range = filter[measure];
    const value = measured(group, measure);
    return range === undefined || (value !== null && value >= range[0] && value <= range[1]);
  });

const BINS = 10;

export function Histograms({
  groups,
  filter,
}: {
  readonly groups: readonly VotedGroup[];
  readonly filter: Filter;
}): VNode {
  return (
    <div class="histograms">
      {MEASURES.map((measure) => {
        const values = groups.flatMap((group) => measured(group, measure) ?? []);
        return values.length === 0 ? null : (
          <Histogram measure={measure} values={values} chosen={filter[measure]} key={measure} />
        );
      })}
    </div>
  );
}

function Histogram({
  measure,
  values,
  chosen,
}: {
  readonly measure: Measure;
  readonly values: readonly number[];
  readonly chosen: readonly [number, number] | undefined;
}): VNode {
  const [low, high] =
    measure === "tokens"
      ? [Math.min(...values), Math.max(...values)]
      : [Math.min(0, ...values), Math.max(1, ...values)];
  const width = (high - low) / BINS || 1;
  const bins = Array.from({ length: BINS }, (_, i) => {
    const [from, to] = [low + i * width, low + (i + 1) * width];
    const last = i === BINS - 1;
    return {
      from,
      to,
      last,
      count: values.filter((value) => value >= from && (last ? value <= to + 1e-9 : value < to)).length,
    };
  });
  const most = Math.max(...bins.map(({ count }) => count));
  const isChosen = ({ from, to }: { from: number; to: number }): boolean =>
    chosen !== undefined && chosen[0] <= from + 1e-9 && chosen[1] >= to - width / 2;
  return (
    <fieldset class="histogram">
      <legend>{measure === "tokens" ? "mean tokens" : measure === "reward" ? "mean reward" : measure}</legend>
      <div class="bins">
        {bins.map((bin) => (
          <button
            type="button"
            key={bin.from}
            aria-pressed={isChosen(bin)}
            disabled={bin.count === 0}
            title={`${plainNumber(bin.from)} to ${plainNumber(bin.to)}: ${bin.count}`}
            aria-label={`${measure} from ${plainNumber(bin.from)} to ${plainNumber(bin.to)}: ${bin.count} groups`}
            onClick={() =>
              go(
                {
                  [`${measure}Filter`]: isChosen(bin)
                    ? null
                    : `${bin.from}~${bin.last ? bin.to + 1e-9 : bin.to - 1e-9}`,
                },
                { replace: true },
              )
            }
          >
            <svg viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
              <rect
                y={40 - (40 * bin.count) / Math.max(1, most)}
                width="10"
                height={(40 * bin.count) / Math.max(1, most)}
              />
            </svg>
          </button>
        ))}
      </div>
      <div class="ends">
        <span>{plainNumber(low)}</span>
        <span>{plainNumber(high)}</span>
      </div>
    </fieldset>
  );
}
