/** Search in completions, on the server: it says how much it has read, and can be stopped. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { plainNumber } from "../../../report/format.js";
import {
  type Problem,
  routes,
  type SearchHit,
  type SearchMessage,
  type SearchQuery,
} from "../../api/index.js";
import { messages, problemOf, withQuery } from "../lib/http.js";
import { Panel } from "../parts/panel.js";
import { ProblemNote } from "../parts/problem.js";
import { FIELDS, SearchForm } from "../parts/search-form.js";
import { run, source } from "../state/here.js";
import { go, href, params } from "../state/url.js";

type Done = Extract<SearchMessage, { type: "done" }>;
type Progress = Extract<SearchMessage, { type: "progress" }>;

interface Found {
  readonly hits: readonly SearchHit[];
  readonly progress: Progress | null;
  readonly done: Done | null;
  readonly problem: Problem | null;
  readonly stopped: boolean;
}

const NOTHING: Found = { hits: [], progress: null, done: null, problem: null, stopped: false };

/** The query is in the address; nothing is searched without one. */
function queryOf(): SearchQuery | null {
  const asked = Object.fromEntries(
    FIELDS.flatMap(({ name, kind }) => {
      const value = params.value.get(name);
      return value === null ? [] : [[name, kind === "number" ? Number(value) : value]];
    }),
  );
  return Object.keys(asked).length === 0 ? null : { source: source.value, ...asked };
}

export function SearchView(): VNode {
  const live = run.value!;
  const query = queryOf();
  const key = JSON.stringify(query);
  const [found, setFound] = useState<Found>(NOTHING);
  const ending = useRef<AbortController | null>(null);
  useEffect(() => {
    setFound(NOTHING);
    if (query === null) return;
    const own = new AbortController();
    ending.current = own;
    void (async () => {
      try {
        for await (const message of messages<SearchMessage>(
          withQuery(routes.search(live.id), query),
          own.signal,
        )) {
          setFound((before) => taken(before, message));
        }
      } catch (thrown) {
        if (!own.signal.aborted) setFound((before) => ({ ...before, problem: problemOf(thrown) }));
      }
    })();
    return () => own.abort();
  }, [live, key]);
  const stop = (): void => {
    ending.current?.abort();
    setFound((before) => ({ ...before, stopped: true }));
  };
  const running = query !== null && found.done === null && found.problem === null && !found.stopped;
  return (
    <>
      <SearchForm onSearch={(patch) => go(patch)} />
      {found.problem && <ProblemNote problem={found.problem} />}
      {query === null ? (
        <p class="note">Search looks into the completions and prompts of the run, newest steps first.</p>
      ) : (
        <Panel title="Found" wide take={{ table: () => tableOf(found.hits), sql: found.done?.sql ?? null }}>
          <p class="facts" role="status">
            {wordsOf(found, running)}
            {running && (
              <button type="button" onClick={stop}>
                Stop
              </button>
            )}
          </p>
          {found.done?.unreadable.map(({ step, why }) => (
            <p class="note" key={step}>
              Step {step} is left out: {why}
            </p>
          ))}
          <ol class="hits">
            {found.hits.map((hit) => (
              <Hit hit={hit} key={`${hit.step} ${hit.group} ${hit.sample}`} />
            ))}
          </ol>
        </Panel>
      )}
    </>
  );
}

function taken(before: Found, message: SearchMessage): Found {
  if (message.type === "hits") return { ...before, hits: [...before.hits, ...message.hits] };
  if (message.type === "progress") return { ...before, progress: message };
  if (message.type === "done") return { ...before, done: message };
  return { ...before, problem: message.error };
}

function wordsOf({ hits, progress, done, stopped }: Found, running: boolean): string {
  const read = done ?? progress;
  const scope =
    read === null
      ? ""
      : ` in ${read.steps} of ${read.ofSteps} steps, ${read.samples.toLocaleString("en-US")} samples`;
  if (done !== null)
    return `${done.hits} found${scope}, ${done.seconds.toFixed(2)} s${done.limited ? "; it ended at the limit, there may be more" : ""}`;
  if (stopped) return `${hits.length} found${scope}; stopped`;
  return running ? `${hits.length} found${scope} …` : `${hits.length} found${scope}`;
}

function Hit({ hit }: { readonly hit: SearchHit }): VNode {
  const { step, group, sample, answer, reward, right, before, match, after } = hit;
  return (
    <li>
      <a href={href({ view: "votes", step, group, a: sample, b: null })}>
        step {step}, group {group}, sample {sample}
      </a>{" "}
      <span class="note">
        answer <code>{answer ?? "none"}</code>
        {right === null ? "" : right ? " ✓" : " ✕"} reward {plainNumber(reward)}
      </span>
      <pre>
        {before}
        {match && <mark>{match}</mark>}
        {after}
      </pre>
    </li>
  );
}

const tableOf = (hits: readonly SearchHit[]) => ({
  columns: ["step", "group", "sample", "promptId", "answer", "right", "reward", "tokens", "text"],
  rows: hits.map((hit) => [
    hit.step,
    hit.group,
    hit.sample,
    hit.promptId,
    hit.answer,
    hit.right,
    hit.reward,
    hit.tokens,
    hit.before + hit.match + hit.after,
  ]),
});
