/** Flags and notes of the run; each leads to what it is about. */
import type { VNode } from "preact";
import { type Note, type Notes, routes } from "../../api/index.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { run } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { about } from "../state/server.js";
import { href } from "../state/url.js";

export function NotesView(): VNode {
  const closed = about.value?.unavailable.notes ?? null;
  const reply = useReply<Notes>(closed === null ? routes.notes(run.value!.id) : null);
  if (closed !== null) return <p class="note">{closed}</p>;
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return <Loading what="notes" />;
  const { notes, gaps } = reply.value;
  return (
    <Panel title="Flags and notes" wide take={{ table: () => tableOf(notes) }}>
      <Gaps gaps={gaps} />
      {notes.length === 0 && (
        <p class="note">
          None yet. <kbd>f</kbd> flags the sample, or the step, that is being read. They are kept in
          notes.jsonl of the run.
        </p>
      )}
      <ol class="hits">
        {notes.map((note) => (
          <li key={note.id}>
            {note.flag && <span title="flagged">⚑ </span>}
            <a
              href={href({
                view: "votes",
                source: note.source,
                step: note.step,
                group: note.group,
                a: note.sample,
                b: null,
              })}
            >
              step {note.step}
              {note.group !== null && `, group ${note.group}`}
              {note.sample !== null && `, sample ${note.sample}`}
            </a>{" "}
            {note.text}{" "}
            <time class="note" dateTime={note.at}>
              {note.at.slice(0, 16).replace("T", " ")}
            </time>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

const tableOf = (notes: readonly Note[]) => ({
  columns: ["source", "step", "group", "sample", "flag", "text", "at"],
  rows: notes.map((note) => [note.source, note.step, note.group, note.sample, note.flag, note.text, note.at]),
});
