/** The runs: state, a curve as small as a word, accuracy, what the monitors say; those that are ticked, on one chart. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { MISSING, percent } from "../../../report/format.js";
import { Sparkline } from "../../../report/view/sparkline.js";
import type { RunCard } from "../../api/index.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { StatusChip, VerdictChip } from "../parts/run-chips.js";
import { useKeys } from "../state/keys.js";
import { cards, follow, listed, runsProblem, showWaiting, waiting } from "../state/runs.js";
import { about } from "../state/server.js";
import { go, params, place, text } from "../state/url.js";
import { Compare } from "./compare.js";

/** Of a folder with many runs only these are compared at first: every one more costs a curve. */
const CHOSEN = 5;

export function RunsView(): VNode {
  useEffect(follow, []);
  const [at, setAt] = useState(0);
  const words = text("find")?.toLowerCase() ?? "";
  const shown = cards.value.filter(({ id, prompts, model, status }) =>
    [id, prompts, model, status].some((own) => own?.toLowerCase().includes(words)),
  );
  const with_ = params.value.getAll("with");
  const chosen = with_.length > 0 ? with_ : cards.value.slice(0, CHOSEN).map(({ id }) => id);
  const focus = (next: number): void => {
    const to = Math.max(0, Math.min(shown.length - 1, next));
    setAt(to);
    document.querySelectorAll<HTMLElement>(".runs-list .run-name")[to]?.focus();
  };
  useKeys([
    { key: "j", does: "next run", run: () => focus(at + 1) },
    { key: "k", does: "previous run", run: () => focus(at - 1) },
    { key: "/", does: "find a run", run: () => document.querySelector<HTMLInputElement>("#find")?.focus() },
  ]);
  if (listed.value === null)
    return runsProblem.value ? <ProblemNote problem={runsProblem.value} /> : <Loading what="the runs" />;
  const toggle = (id: string): void => {
    const next = chosen.includes(id) ? chosen.filter((own) => own !== id) : [...chosen, id];
    go({ with: next.length === 0 ? ["-"] : next.filter((own) => own !== "-") }, { replace: true });
  };
  const compared = chosen.filter((id) => cards.value.some((card) => card.id === id));
  return (
    <>
      <h1>{about.value?.folder ?? "Runs"}</h1>
      <Gaps gaps={listed.value.gaps} />
      <div class="options">
        <label>
          find{" "}
          <input
            id="find"
            type="search"
            value={text("find") ?? ""}
            onInput={(event) => go({ find: event.currentTarget.value }, { replace: true })}
          />
        </label>
        <span class="note" role="status">
          {shown.length === cards.value.length
            ? `${shown.length} runs`
            : `${shown.length} of ${cards.value.length} runs`}
        </span>
        {waiting.value.length > 0 && (
          <button type="button" class="newer" onClick={() => void showWaiting()}>
            {waiting.value.length} new {waiting.value.length === 1 ? "run" : "runs"}
          </button>
        )}
      </div>
      <Panel title="Runs" wide take={{ table: () => tableOf(shown) }}>
        {shown.length === 0 ? (
          <p class="note">
            No run is here{words === "" ? ". One begins with selftrain train." : ` that has “${words}”.`}
          </p>
        ) : (
          <List cards={shown} chosen={chosen} toggle={toggle} />
        )}
      </Panel>
      {compared.length > 0 && <Compare runs={compared} />}
    </>
  );
}

function List({
  cards: shown,
  chosen,
  toggle,
}: {
  readonly cards: readonly RunCard[];
  readonly chosen: readonly string[];
  readonly toggle: (id: string) => void;
}): VNode {
  return (
    <table class="data runs-list">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">compare</span>
          </th>
          {["run", "state", "steps", "course", "accuracy", "agreement", "monitors"].map((head) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((card) => (
          <Row card={card} chosen={chosen.includes(card.id)} toggle={toggle} key={card.id} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  card,
  chosen,
  toggle,
}: {
  readonly card: RunCard;
  readonly chosen: boolean;
  readonly toggle: (id: string) => void;
}): VNode {
  const {
    id,
    kind,
    prompts,
    reward,
    seed,
    stepsDone,
    stepsPlanned,
    accuracy,
    agreement,
    sparkline,
    problem,
  } = card;
  const about_ = [kind, prompts, reward, seed === null ? null : `seed ${seed}`]
    .filter((part) => part !== null)
    .join(" · ");
  return (
    <tr>
      <td class="tick-box">
        <input type="checkbox" aria-label={`Compare ${id}`} checked={chosen} onChange={() => toggle(id)} />
      </td>
      <th scope="row">
        <a class="run-name" href={place({ run: id })}>
          {id}
        </a>
        <small>{about_}</small>
        {problem !== null && <small class="warning">{problem}</small>}
      </th>
      <td data-label="state">
        <StatusChip status={card.status} />
      </td>
      <td data-label="steps">
        {stepsDone}
        {stepsPlanned !== null && ` of ${stepsPlanned}`}
      </td>
      <td data-label="course">
        {sparkline && sparkline.values.length > 0 ? (
          <Sparkline title={sparkline.series} steps={sparkline.steps} values={sparkline.values} />
        ) : (
          MISSING
        )}
      </td>
      <td data-label="accuracy">
        {accuracy === null ? (
          MISSING
        ) : (
          <>
            <b>{percent(accuracy.last)}</b>
            <small>
              best {percent(accuracy.best)} at {accuracy.bestStep}
            </small>
          </>
        )}
      </td>
      <td data-label="agreement">{percent(agreement)}</td>
      <td data-label="monitors">
        <VerdictChip monitors={card.monitors} />
      </td>
    </tr>
  );
}

const tableOf = (shown: readonly RunCard[]) => ({
  columns: [
    "run",
    "kind",
    "state",
    "steps",
    "planned",
    "accuracy",
    "best",
    "best step",
    "agreement",
    "alarms",
    "prompts",
    "reward",
    "seed",
    "created",
  ],
  rows: shown.map((own) => [
    own.id,
    own.kind,
    own.status,
    own.stepsDone,
    own.stepsPlanned,
    own.accuracy?.last ?? null,
    own.accuracy?.best ?? null,
    own.accuracy?.bestStep ?? null,
    own.agreement,
    own.monitors.alarms,
    own.prompts,
    own.reward,
    own.seed,
    own.created,
  ]),
});
