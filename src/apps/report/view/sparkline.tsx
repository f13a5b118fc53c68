/** A curve as small as a word. */
import type { VNode } from "preact";
import { inUnit } from "./plot.js";

const [WIDTH, HEIGHT] = [120, 24];

export function Sparkline({
  title,
  steps,
  values,
}: {
  readonly title: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}): VNode {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const x = (step: number): number =>
    last === first ? WIDTH / 2 : 1 + ((step - first) / (last - first)) * (WIDTH - 5);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : 2 + (1 - (value - low) / (high - low)) * (HEIGHT - 4);
  const points = steps.map((step, i) => `${x(step).toFixed(1)} ${y(values[i]!).toFixed(1)}`);
  const share = values.every((value) => value >= 0 && value <= 1);
  const say = (value: number | undefined): string => inUnit(share ? "share" : "number", value ?? null);
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${title}: from ${say(values[0])} at step ${first} to ${say(values.at(-1))} at step ${last}`}
    >
      <path d={`M${points.join("L")}`} />
      {values.length > 0 && <circle cx={x(last)} cy={y(values.at(-1)!)} r="2.2" />}
    </svg>
  );
}
