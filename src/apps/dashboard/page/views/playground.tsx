/** The playground: a prompt, samples from any checkpoint, and the vote as it forms. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { percent } from "../../../report/format.js";
import { VoteBar } from "../../../report/view/vote-bar.js";
import { type PlaygroundMessage, type PlaygroundRequest, type Problem, routes } from "../../api/index.js";
import { messages, problemOf } from "../lib/http.js";
import { stepsOf } from "../lib/kept.js";
import { Panel } from "../parts/panel.js";
import { ProblemNote } from "../parts/problem.js";
import { run } from "../state/here.js";
import { about } from "../state/server.js";

type Sampled = Extract<PlaygroundMessage, { type: "sample" }>;
type Vote = Extract<PlaygroundMessage, { type: "vote" }>;

interface Seen {
  readonly status: string;
  readonly samples: readonly Sampled[];
  readonly vote: Vote | null;
  readonly problem: Problem | null;
}

const NOTHING: Seen = { status: "", samples: [], vote: null, problem: null };

export function PlaygroundView(): VNode {
  const live = run.value!;
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [ending, setEnding] = useState<AbortController | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const closed = about.value?.unavailable.playground ?? null;
  if (closed !== null) return <p class="note">{closed}</p>;
  const checkpoints = stepsOf(live.overview.value!.kept.checkpoints);
  if (checkpoints.length === 0) return <p class="note">This run has no checkpoint to sample from.</p>;
  const start = async (force: boolean): Promise<void> => {
    const request = requestOf(new FormData(form.current!), force);
    const own = new AbortController();
    setEnding(own);
    setSeen({ ...NOTHING, status: "asked" });
    try {
      for await (const message of messages<PlaygroundMessage>(
        routes.playground(live.id),
        own.signal,
        request,
      ))
        setSeen((before) => taken(before, message));
    } catch (thrown) {
      if (own.signal.aborted) setSeen((before) => ({ ...before, status: "stopped" }));
      else setSeen((before) => ({ ...before, status: "", problem: problemOf(thrown) }));
    } finally {
      setEnding(null);
    }
  };
  return (
    <>
      <form
        class="panel wide playground"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void start(false);
        }}
      >
        <label>
          prompt
          <textarea name="prompt" rows={3} required />
        </label>
        <p class="note">It is asked, and its answers are read, as the run does with its own prompts.</p>
        <div class="options">
          <label>
            checkpoint{" "}
            <select name="checkpoint" value={checkpoints.at(-1)!}>
              {checkpoints.map((own) => (
                <option value={own} key={own}>
                  step {own}
                </option>
              ))}
            </select>
          </label>
          <label>
            samples <input name="samples" type="number" min="1" max="64" defaultValue="16" />
          </label>
          <label>
            temperature <input name="temperature" type="number" min="0" step="any" placeholder="the run's" />
          </label>
          <label>
            seed <input name="seed" type="number" step="1" placeholder="0" />
          </label>
          <button type="submit" disabled={ending !== null}>
            Sample
          </button>
          {ending && (
            <button type="button" onClick={() => ending.abort()}>
              Stop
            </button>
          )}
        </div>
      </form>
      {seen.problem && <ProblemNote problem={seen.problem} />}
      {seen.problem?.code === "cores-in-use" && (
        <button type="button" onClick={() => void start(true)}>
          Sample all the same
        </button>
      )}
      <p role="status" class="note">
        {seen.status}
      </p>
      {seen.samples.length > 0 && <Result seen={seen} />}
    </>
  );
}

function requestOf(data: FormData, force: boolean): PlaygroundRequest {
  const number = (name: string): number | undefined => {
    const value = String(data.get(name) ?? "").trim();
    return value === "" ? undefined : Number(value);
  };
  const optional = {
    checkpoint: number("checkpoint"),
    samples: number("samples"),
    temperature: number("temperature"),
    seed: number("seed"),
  };
  return {
    prompt: String(data.get("prompt")),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(force ? { force } : {}),
  };
}

function taken(before: Seen, message: PlaygroundMessage): Seen {
  switch (message.type) {
    case "loading":
      return { ...before, status: `loading the checkpoint of step ${message.checkpoint} …` };
    case "loaded":
      return { ...before, status: `loaded in ${message.seconds.toFixed(1)} s; sampling …` };
    case "sample":
      return { ...before, samples: [...before.samples, message] };
    case "vote":
      return { ...before, vote: message };
    case "done":
      return { ...before, status: `${message.samples} samples in ${message.seconds.toFixed(1)} s` };
    case "failed":
      return { ...before, status: "", problem: message.error };
  }
}

function Result({ seen: { samples, vote } }: { readonly seen: Seen }): VNode {
  return (
    <Panel
      title="The vote"
      wide
      take={{
        drawing: true,
        table: () => ({
          columns: ["sample", "answer", "tokens", "finish", "completion"],
          rows: samples.map((own) => [own.sample, own.answer, own.tokens, own.finish, own.completion]),
        }),
      }}
    >
      {vote && (
        <>
          <VoteBar
            classes={vote.clusters}
            unanswered={vote.unanswered.length}
            label={vote.label}
            truth={null}
          />
          <p class="facts">
            label <code>{vote.label ?? "none"}</code> agreement {percent(vote.agreement)} of {vote.samples}
          </p>
        </>
      )}
      <ol class="hits">
        {samples.map((own) => (
          <li key={own.sample}>
            sample {own.sample}: <code>{own.answer ?? "no answer"}</code>{" "}
            <span class="note">
              {own.tokens} tokens, {own.finish}
            </span>
            <pre>{own.completion}</pre>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
