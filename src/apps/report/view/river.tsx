/**
 * A river: shares of answers over the steps, stacked. The true answer is outlined and ticked; what has no answer is striped; names stand in
 * the bands as far as there is room, and beside them in a list.
 */
import type { VNode } from "preact";
import { percent } from "../format.js";
import type { ArmKey } from "../palette.js";
import { type Axes, MARGIN, place, Square } from "./axes.js";

export interface RiverBand {
  readonly answer: string;
  readonly truth: boolean;
  /** A share from 0 to 1 a step. */
  readonly shares: readonly number[];
}

export interface RiverData {
  readonly steps: readonly number[];
  readonly bands: readonly RiverBand[];
  readonly others: readonly number[];
  readonly unanswered: readonly number[];
}

const COLORS: readonly ArmKey[] = [
  "srt",
  "fixedTeacher",
  "groundTruth",
  "mitigated",
  "extra1",
  "extra2",
  "extra3",
];

interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly truth: boolean;
  readonly shares: readonly number[];
}

const layersOf = ({ bands, others, unanswered }: RiverData): Layer[] => [
  ...bands.map(({ answer, truth, shares }, i) => ({
    name: answer,
    kind: `arm-${COLORS[i % COLORS.length]}`,
    truth,
    shares,
  })),
  { name: "other answers", kind: "others", truth: false, shares: others },
  { name: "no answer", kind: "unanswered", truth: false, shares: unanswered },
];

export function River({
  data,
  title,
  at,
  width = 900,
  onPick,
}: {
  readonly data: RiverData;
  readonly title: string;
  /** Of the drawing; it fills what there is, so that a smaller one has larger letters. */
  readonly width?: number;
  /** The step that stands out. */
  readonly at?: number | null;
  readonly onPick?: (step: number) => void;
}): VNode {
  const { steps } = data;
  const layers = layersOf(data);
  const axes: Axes = {
    width,
    height: 300,
    x: [steps[0]!, steps.at(-1)!],
    y: [0, 1],
    xLabel: "step",
    tick: (value) => `${Math.round(100 * value)}%`,
    xTick: (value) => (Number.isInteger(value) ? value.toLocaleString("en-US") : ""),
  };
  const tops = layers.map((_, i) =>
    steps.map((_, k) => layers.slice(0, i + 1).reduce((sum, { shares }) => sum + shares[k]!, 0)),
  );
  const pick = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width) * axes.width;
    const wanted =
      axes.x[0] +
      ((share - MARGIN.left) / (axes.width - MARGIN.left - MARGIN.right)) * (axes.x[1] - axes.x[0]);
    onPick?.(
      steps.reduce(
        (best, step) => (Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best),
        steps[0]!,
      ),
    );
  };
  return (
    <figure class="drawing river">
      <div {...(onPick ? { onClick: pick, class: "picked" } : {})}>
        <Square
          axes={axes}
          description={`${title}: shares of answers from step ${axes.x[0]} to ${axes.x[1]}`}
        >
          {layers.map((layer, i) => (
            <Band
              layer={layer}
              axes={axes}
              steps={steps}
              top={tops[i]!}
              bottom={tops[i - 1]}
              key={layer.name}
            />
          ))}
          {at !== undefined && at !== null && <AtStep axes={axes} step={at} />}
        </Square>
      </div>
      <figcaption>
        {layers
          .filter(({ shares }) => shares.some((share) => share > 0))
          .map(({ name, kind, truth, shares }) => (
            <span class={`name ${kind}`} key={name}>
              <i class="swatch" />
              {kind.startsWith("arm-") ? <code>{name}</code> : name}
              {truth && " ✓"} <b>{percent(shares.at(-1))}</b>
            </span>
          ))}
      </figcaption>
    </figure>
  );
}

function Band({
  layer,
  axes,
  steps,
  top,
  bottom,
}: {
  readonly layer: Layer;
  readonly axes: Axes;
  readonly steps: readonly number[];
  readonly top: readonly number[];
  readonly bottom: readonly number[] | undefined;
}): VNode | null {
  if (!layer.shares.some((share) => share > 0)) return null;
  const under = (k: number): number => bottom?.[k] ?? 0;
  const upper = steps.map((step, k) => place(axes, step, top[k]!).join(" "));
  const lower = steps.map((step, k) => place(axes, step, under(k)).join(" ")).reverse();
  const widest = layer.shares.reduce((best, share, k) => (share > layer.shares[best]! ? k : best), 0);
  const [x, y] = place(axes, steps[widest]!, (top[widest]! + under(widest)) / 2);
  const end = x > axes.width - 120 ? "end" : x < MARGIN.left + 70 ? "start" : "middle";
  const aside = { start: 6, middle: 0, end: -6 }[end];
  return (
    <g class={`band ${layer.kind}${layer.truth ? " truth" : ""}`}>
      <title>{layer.name}</title>
      {steps.length > 1 ? (
        <path d={`M${upper.join("L")}L${lower.join("L")}Z`} />
      ) : (
        <path
          d={`M${MARGIN.left} ${place(axes, 0, top[0]!)[1]}H${axes.width - MARGIN.right}V${place(axes, 0, under(0))[1]}H${MARGIN.left}Z`}
        />
      )}
      {layer.shares[widest]! > 0.09 && (
        <text class="name" x={x + aside} y={y + 4} text-anchor={end}>
          {layer.truth && "✓ "}
          {layer.name.length > 18 ? `${layer.name.slice(0, 17)}…` : layer.name}
        </text>
      )}
    </g>
  );
}

function AtStep({ axes, step }: { readonly axes: Axes; readonly step: number }): VNode | null {
  if (step < axes.x[0] || step > axes.x[1]) return null;
  const [x, bottom] = place(axes, step, 0);
  return <line class="at-step" x1={x} x2={x} y1={MARGIN.top} y2={bottom} />;
}
