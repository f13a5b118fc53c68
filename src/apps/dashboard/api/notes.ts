/** Flags and notes of readers, kept in `notes.jsonl` of the run. */
import type { Gap } from "./problem.js";
import type { Source } from "./routes.js";

/** What a note is about: a step, a group of it, or a sample of that. */
export interface NoteAbout {
  readonly source: Source;
  readonly step: number;
  readonly group: number | null;
  readonly sample: number | null;
}

export interface Note extends NoteAbout {
  readonly id: string;
  /** ISO 8601, of its last change. */
  readonly at: string;
  readonly flag: boolean;
  readonly text: string;
}

/** A new note; with the `id` of one that is there, its change. A flag may have no text, a note must have one: at most 4000 characters. */
export interface NoteRequest extends NoteAbout {
  readonly id?: string;
  readonly flag: boolean;
  readonly text: string;
}

export interface Notes {
  /** By step, group, sample. */
  readonly notes: readonly Note[];
  readonly gaps: readonly Gap[];
}
