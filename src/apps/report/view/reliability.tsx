/** A reliability diagram: how often a majority is right by how much it agreed. On the diagonal agreement means what it says. */
import type { VNode } from "preact";
import { percent } from "../format.js";
import { type Axes, line, place, Square } from "./axes.js";

/** Votes whose agreement is about the same. */
export interface ReliabilityBin {
  /** Mean agreement, and share of right majorities, from 0 to 1. */
  readonly predicted: number | null;
  readonly observed: number | null;
  readonly count: number;
  /** 95% interval of `observed`. */
  readonly interval: { readonly low: number; readonly high: number };
}

const AXES: Axes = {
  width: 300,
  height: 260,
  x: [0, 1],
  y: [0, 1],
  xLabel: "agreement",
  tick: (value) => `${Math.round(100 * value)}%`,
};

export function ReliabilityDiagram({
  title,
  note,
  bins,
}: {
  readonly title: string;
  readonly note: string;
  readonly bins: readonly ReliabilityBin[];
}): VNode {
  const filled = bins.filter(({ count }) => count > 0);
  const most = Math.max(...filled.map(({ count }) => count));
  return (
    <figure class="drawing">
      <figcaption>
        <strong>{title}</strong> <span class="note">{note}</span>
      </figcaption>
      <Square axes={AXES} description={`share of right majorities by agreement, ${title}`}>
        <path
          class="diagonal"
          d={line(AXES, [
            [0, 0],
            [1, 1],
          ])}
        />
        {filled.map((bin) => (
          <Bin bin={bin} most={most} />
        ))}
      </Square>
    </figure>
  );
}

function Bin({ bin, most }: { readonly bin: ReliabilityBin; readonly most: number }): VNode {
  const { predicted, observed, count, interval } = bin;
  const [x, y] = place(AXES, predicted!, observed!);
  const [, low] = place(AXES, 0, interval.low);
  const [, high] = place(AXES, 0, interval.high);
  return (
    <>
      <path class="ci arm-srt" d={`M${x} ${low}V${high}`} />
      <circle class="dot arm-srt" cx={x} cy={y} r={Math.round(10 * (2.5 + 5 * Math.sqrt(count / most))) / 10}>
        <title>
          {count} votes: agreement {percent(predicted)}, right {percent(observed)}
        </title>
      </circle>
    </>
  );
}
