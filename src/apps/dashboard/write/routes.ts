/** Addresses at which something of a run is written: notes and controls. */
import type { Hono } from "hono";
import { controlActionSchema } from "../../../run/control.js";
import { readNotes, removeNote, writeNote } from "../../../run/notes.js";
import type { Notes } from "../api/notes.js";
import { bodyOf } from "../http/read.js";
import { type Asked, type Env, refuseReadOnly, resource } from "../http/resource.js";
import { noteSchema } from "./bodies.js";
import { allControls, ask } from "./controls.js";

export interface WriteParts {
  /** Folder of the run that a request names. */
  readonly pathOf: (asked: Asked) => string;
  /** Why nothing is written; null where it is. */
  readonly readOnly: string | null;
}

export function writingRoutes(app: Hono<Env>, { pathOf, readOnly }: WriteParts): void {
  const writable = (asked: Asked): string => {
    refuseReadOnly(readOnly);
    return pathOf(asked);
  };
  resource(app, "/api/runs/:run/notes", {
    GET: (asked) => asked.json(notesOf(pathOf(asked))),
    POST: async (asked) => {
      const run = writable(asked);
      const { id, ...note } = await bodyOf(asked, noteSchema);
      return asked.json(writeNote(run, id === undefined ? note : { ...note, id }));
    },
  });
  resource(app, "/api/runs/:run/notes/:note", {
    DELETE: (asked) => asked.json(removeNote(writable(asked), asked.req.param("note") ?? "")),
  });
  resource(app, "/api/runs/:run/controls", {
    GET: (asked) => asked.json(allControls(pathOf(asked))),
    POST: async (asked) => {
      const run = writable(asked);
      return asked.json(ask(run, await bodyOf(asked, controlActionSchema)));
    },
  });
}

function notesOf(run: string): Notes {
  const { notes, damaged } = readNotes(run);
  return {
    notes,
    gaps: damaged.map((line) => ({
      code: "note-damaged",
      message: `Line ${line} of notes.jsonl is no note, and is passed over.`,
    })),
  };
}
