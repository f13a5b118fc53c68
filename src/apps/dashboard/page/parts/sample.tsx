/** One sample: what it says, what it answered and earned. */
import type { VNode } from "preact";
import { plainNumber } from "../../../report/format.js";
import { Chip } from "../../../report/view/chip.js";
import type { ShownRollout } from "../../api/index.js";
import { type Shade, TokenText } from "./tokens.js";

export function Sample({
  side,
  rollouts,
  sample,
  other,
  shade,
  onChoose,
}: {
  readonly side: "A" | "B";
  readonly rollouts: readonly ShownRollout[];
  readonly sample: number;
  readonly other: ShownRollout | undefined;
  readonly shade: Shade;
  readonly onChoose: (sample: number) => void;
}): VNode | null {
  const own = rollouts.find((rollout) => rollout.sample === sample);
  if (own === undefined) return null;
  return (
    <article class="sample" aria-label={`Sample ${side}`}>
      <header>
        <b>{side}</b>
        <select
          aria-label={`Sample ${side}`}
          value={sample}
          onChange={(event) => onChoose(Number(event.currentTarget.value))}
        >
          {rollouts.map((rollout) => (
            <option value={rollout.sample} key={rollout.sample}>
              {`${rollout.sample}: ${rollout.answer ?? "no answer"}${rollout.sampledBy === "policy" ? "" : ` (${rollout.sampledBy})`}`}
            </option>
          ))}
        </select>
        <Right right={own.right} answer={own.answer} />
        {own.finish === "length" && (
          <Chip title="The completion reached the longest length allowed">cut off</Chip>
        )}
        {own.rejected !== null && <Chip title={own.rejected}>rejected</Chip>}
      </header>
      <TokenText rollout={own} other={other} shade={shade} />
      <dl class="figures-of">
        {figuresOf(own).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {own.graderError && <p class="warning">{own.graderError}</p>}
    </article>
  );
}

function Right({
  right,
  answer,
}: {
  readonly right: boolean | null;
  readonly answer: string | null;
}): VNode | null {
  if (answer === null) return <Chip>no answer</Chip>;
  if (right === null) return null;
  return right ? <Chip tone="good">✓ right</Chip> : <Chip tone="bad">✕ wrong</Chip>;
}

function figuresOf(own: ShownRollout): (readonly [string, string])[] {
  const numbers: readonly (readonly [string, number | null])[] = [
    ["reward", own.reward],
    ["advantage", own.advantage],
    ["tokens", own.tokenCount],
    ["mean logprob", own.meanLogprob],
    ["KL", own.kl],
    ["score", own.score],
    ["model score", own.modelScore],
  ];
  return [
    ["answer", own.answer ?? "none"] as const,
    ...numbers.flatMap(([name, value]) => (value === null ? [] : [[name, plainNumber(value)] as const])),
    ...(own.trained || own.advantage === null ? [] : [["trained on", "no"] as const]),
  ];
}
