/** Search in completions, and SQL. */
import type { Problem } from "./problem.js";
import type { Source } from "./routes.js";

/** All that are given must hold. Ranges include their ends. */
export interface SearchQuery {
  readonly source?: Source;
  /** Text that the completion or the prompt contains, whatever its case. */
  readonly text?: string;
  /** Instead of `text`: a regular expression (RE2 syntax, linear time). */
  readonly regex?: string;
  readonly stepFrom?: number;
  readonly stepTo?: number;
  readonly prompt?: string;
  readonly answer?: string;
  /** Of the sample's answer. */
  readonly right?: "right" | "wrong" | "unknown" | "none";
  readonly finish?: string;
  readonly rejected?: "yes" | "no";
  readonly rewardFrom?: number;
  readonly rewardTo?: number;
  readonly tokensFrom?: number;
  readonly tokensTo?: number;
  readonly agreementFrom?: number;
  readonly agreementTo?: number;
  /** Most hits; default 200, at most 1000. */
  readonly limit?: number;
}

export interface SearchHit {
  readonly step: number;
  readonly group: number;
  readonly sample: number;
  readonly promptId: string;
  readonly answer: string | null;
  readonly reward: number | null;
  readonly right: boolean | null;
  readonly tokens: number;
  /** What stands around the first match, or the completion's end where no text was searched for. */
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** Lines of the answer. Newest steps come first. */
export type SearchMessage =
  | { readonly type: "hits"; readonly hits: readonly SearchHit[] }
  /** Steps and samples read until now, of so many steps. */
  | { readonly type: "progress"; readonly steps: number; readonly ofSteps: number; readonly samples: number }
  | {
      readonly type: "done";
      readonly steps: number;
      readonly ofSteps: number;
      readonly samples: number;
      readonly hits: number;
      /** Whether it ended at the limit: there may be more. */
      readonly limited: boolean;
      /** Steps whose file cannot be read, at most 10. */
      readonly unreadable: readonly { readonly step: number; readonly why: string }[];
      readonly seconds: number;
      /** The same as a query of `selftrain sql`. */
      readonly sql: string;
    }
  | { readonly type: "failed"; readonly error: Problem };

export interface SqlRequest {
  /** One query that reads. */
  readonly sql: string;
  /** Most rows; default 1000, at most 10 000. */
  readonly limit?: number;
}

export interface SqlReply {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as JSON has them; whole numbers that no JSON number holds, and times, are strings. */
  readonly rows: readonly (readonly unknown[])[];
  /** What cut the rows: there are more than `limit`, or more bytes than are sent; null where they are all there are. */
  readonly cut: "rows" | "bytes" | null;
  /** What of the run the query did not see, a sentence each. */
  readonly notices: readonly string[];
  readonly seconds: number;
}
