/** A flag and a note on what is looked at, kept with the run. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  type Note,
  type NoteAbout,
  type NoteRequest,
  type Notes,
  type Problem,
  routes,
} from "../../api/index.js";
import { post, problemOf, remove } from "../lib/http.js";
import { useKeys } from "../state/keys.js";
import { useReply } from "../state/reply.js";
import { about } from "../state/server.js";
import { ProblemNote } from "./problem.js";

export function FlagAndNote({ run, on }: { readonly run: string; readonly on: NoteAbout }): VNode | null {
  const closed = about.value?.unavailable.notes ?? null;
  const notes = useReply<Notes>(closed === null ? routes.notes(run) : null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [text, setText] = useState<string | null>(null);
  const own = notes.value?.notes.find(
    (note) =>
      note.source === on.source &&
      note.step === on.step &&
      note.group === on.group &&
      note.sample === on.sample,
  );
  const key = [on.source, on.step, on.group, on.sample].join();
  useEffect(() => setText(null), [key]);
  const keep = (flag: boolean, words: string): void => {
    const gone = own !== undefined && !flag && words === "";
    const asked = gone
      ? remove<Note>(routes.note(run, own.id))
      : post<Note>(routes.notes(run), {
          ...on,
          ...(own ? { id: own.id } : {}),
          flag,
          text: words,
        } satisfies NoteRequest);
    asked.then(
      () => {
        setProblem(null);
        setText(null);
        notes.again();
      },
      (thrown: unknown) => setProblem(problemOf(thrown)),
    );
  };
  const toggle = (): void => keep(!(own?.flag ?? false), own?.text ?? "");
  useKeys(closed === null ? [{ key: "f", does: "flag, or take the flag away", run: toggle }] : []);
  if (closed !== null) return <p class="note">{closed}</p>;
  return (
    <div class="flag">
      <button type="button" aria-pressed={own?.flag ?? false} onClick={toggle} title="Flag (f)">
        {own?.flag ? "⚑ flagged" : "⚐ flag"}
      </button>
      {text === null ? (
        <button type="button" class="quiet" onClick={() => setText(own?.text ?? "")}>
          {own?.text ? `Note: ${own.text}` : "Add a note"}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep(own?.flag ?? false, text.trim());
          }}
        >
          <textarea
            aria-label="Note"
            maxLength={4000}
            rows={2}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit">Keep</button>
          <button type="button" class="quiet" onClick={() => setText(null)}>
            Cancel
          </button>
        </form>
      )}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}
