/** Controls: what a reader asks of the training, and what became of it. Each is taken at a boundary of steps, and is part of the run. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type Control, type ControlAction, type Controls, type Problem, routes } from "../../api/index.js";
import { post, problemOf } from "../lib/http.js";
import { Panel } from "../parts/panel.js";
import { Loading, ProblemNote } from "../parts/problem.js";
import { run } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { about } from "../state/server.js";

export function ControlsView(): VNode {
  const live = run.value!;
  const reply = useReply<Controls>(routes.controls(live.id), live.overview.value?.status);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(false);
  const unavailable = about.value?.unavailable.controls ?? null;
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return <Loading what="controls" />;
  const closed = unavailable ?? reply.value.closed;
  // The stream knows of changes first.
  const controls =
    live.controls.value.length >= reply.value.controls.length ? live.controls.value : reply.value.controls;
  const ask = (action: ControlAction): void => {
    setAsked(true);
    post<Control>(routes.controls(live.id), action)
      .then(
        () => {
          setProblem(null);
          reply.again();
        },
        (thrown: unknown) => setProblem(problemOf(thrown)),
      )
      .finally(() => setAsked(false));
  };
  return (
    <>
      {closed === null ? <Asking ask={ask} busy={asked} /> : <p class="note">{closed}</p>}
      {problem && <ProblemNote problem={problem} />}
      <Panel title="Asked, and what became of it" wide take={{ table: () => tableOf(controls) }}>
        {controls.length === 0 ? (
          <p class="note">Nothing was asked of this run.</p>
        ) : (
          <table class="data">
            <thead>
              <tr>
                {["number", "asked", "when", "what became of it"].map((head) => (
                  <th scope="col" key={head}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {controls.map((control) => (
                <tr key={control.number}>
                  <td>{control.number}</td>
                  <th scope="row">{actionWords(control.asked)}</th>
                  <td>
                    <time dateTime={control.at}>{control.at.slice(0, 19).replace("T", " ")}</time>
                  </td>
                  <td>{stateWords(control)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </>
  );
}

function Asking({
  ask,
  busy,
}: {
  readonly ask: (action: ControlAction) => void;
  readonly busy: boolean;
}): VNode {
  const [factor, setFactor] = useState("0.5");
  const [min, setMin] = useState("");
  const { status } = run.value!.overview.value!;
  return (
    <section class="panel wide controls" aria-label="Ask">
      <p class="note">
        What is asked is taken at the next boundary of steps, and becomes part of the run: resuming and
        replaying it do the same.
      </p>
      <div class="options">
        {status === "paused" ? (
          <button type="button" disabled={busy} onClick={() => ask({ action: "resume" })}>
            Resume
          </button>
        ) : (
          <button type="button" disabled={busy} onClick={() => ask({ action: "pause" })}>
            Pause
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => ask({ action: "checkpoint" })}>
          Checkpoint now
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={() =>
            confirm("Stop the run after this step, with a checkpoint?") && ask({ action: "stop" })
          }
        >
          Stop
        </button>
      </div>
      <form
        class="options"
        onSubmit={(event) => {
          event.preventDefault();
          ask({ action: "learning-rate", factor: Number(factor) });
        }}
      >
        <label>
          learning rate times{" "}
          <input
            type="number"
            min="0"
            step="any"
            required
            value={factor}
            onInput={(event) => setFactor(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={busy}>
          Ask
        </button>
      </form>
      <form
        class="options"
        onSubmit={(event) => {
          event.preventDefault();
          ask({ action: "filter", minAgreement: min === "" ? null : Number(min) });
        }}
      >
        <label>
          train on groups whose agreement is at least{" "}
          <input
            type="number"
            min="0"
            max="1"
            step="any"
            placeholder="the configuration's"
            value={min}
            onInput={(event) => setMin(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={busy}>
          {min === "" ? "Take the filter back" : "Ask"}
        </button>
      </form>
    </section>
  );
}

function actionWords(asked: ControlAction | null): string {
  if (asked === null) return "a request that cannot be read";
  if (asked.action === "learning-rate") return `learning rate × ${asked.factor}`;
  if (asked.action !== "filter") return asked.action;
  return asked.minAgreement === null
    ? "the configuration's filter"
    : `agreement of at least ${asked.minAgreement}`;
}

function stateWords({ state, step, why }: Control): string {
  if (state === "taken") return `taken after step ${step}`;
  return state === "refused" ? `refused: ${why}` : "asked; taken at the next boundary of steps";
}

const tableOf = (controls: readonly Control[]) => ({
  columns: ["number", "asked", "at", "state", "step", "why"],
  rows: controls.map((own) => [own.number, actionWords(own.asked), own.at, own.state, own.step, own.why]),
});
