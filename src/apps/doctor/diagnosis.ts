/** What `selftrain doctor` says of a dataset. */
import type { Format } from "../../data/table/files.js";
import type { ColumnSummary } from "./columns.js";
import type { Finding } from "./findings.js";
import type { LengthSummary } from "./lengths.js";

export interface Diagnosis {
  readonly data: string;
  readonly files: readonly string[];
  readonly format: Format;
  /** Rows that can be read. */
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  readonly prompts: {
    readonly column: string;
    /** Rows with a prompt; of these, conversations, and conversations whose last turn, an answer, is left out. */
    readonly count: number;
    readonly conversations: number;
    readonly answered: number;
    /** Null where there are no prompts. */
    readonly characters: LengthSummary | null;
    /** With the chat template; null without a model. */
    readonly tokens: LengthSummary | null;
    /** Prompts too long for the context less the completion; null without a model. */
    readonly tooLong: number | null;
    readonly training: number;
    readonly heldOut: number;
  };
  /** Null where no column is named. */
  readonly answers: { readonly column: string; readonly given: number; readonly parsed: number } | null;
  /** Null where none is named, or it cannot be used. */
  readonly model: {
    readonly name: string;
    readonly contextLength: number;
    readonly maxNewTokens: number;
    readonly hasChatTemplate: boolean;
  } | null;
  readonly findings: readonly Finding[];
  /** Whether a training run with these settings would begin. */
  readonly fit: boolean;
}
