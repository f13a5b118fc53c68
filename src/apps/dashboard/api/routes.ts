/**
 * Addresses of the dashboard's server. `RunId` is the run's path below the folder of runs, with `/`, or the folder's own name where that is itself
 * a run; it comes from the list of runs and is never made up. Queries that repeat (`run`, `series`) are lists. All answers are JSON unless said.
 *
 * | address | method | query or body | answer |
 * |---|---|---|---|
 * | `about()` | GET | | `About` |
 * | `metricCatalogue()` | GET | | `MetricCatalogue` |
 * | `runs()` | GET | | `RunList` |
 * | `runsStream()` | GET | | SSE, see `RunsEvents` |
 * | `run(id)` | GET | | `RunOverview` |
 * | `stream(id)` | GET | `StreamQuery` | SSE, see `RunEvents` |
 * | `metrics(id)` | GET | `MetricsQuery` | `MetricsChunk` |
 * | `marks(id)` | GET | | `Marks` |
 * | `config(id)` | GET | | `RunConfigReply` |
 * | `step(id, source, step)` | GET | | `StepGroups` |
 * | `group(id, source, step, group)` | GET | | `GroupRollouts` |
 * | `matrix(id)` | GET | `MatrixQuery` | `VoteMatrix` |
 * | `river(id)` | GET | `RiverQuery` | `River` |
 * | `collapse(id)` | GET | `CollapseQuery` | `Collapse` |
 * | `search(id)` | GET | `SearchQuery` | NDJSON of `SearchMessage`; stop it by closing the request |
 * | `sql(id)` | POST | `SqlRequest` | `SqlReply` |
 * | `notes(id)` | GET | | `Notes` |
 * | `notes(id)` | POST | `NoteRequest` | `Note` |
 * | `note(id, note)` | DELETE | | `Note`, the removed one |
 * | `controls(id)` | GET | | `Controls` |
 * | `controls(id)` | POST | `ControlRequest` | `Control` |
 * | `playground(id)` | POST | `PlaygroundRequest` | NDJSON of `PlaygroundMessage`; stop it by closing the request |
 * | `difference()` | GET | `run`, two or more | `ConfigDifference` |
 * | `bands()` | GET | `BandsQuery` | `Bands` |
 *
 * A request other than GET needs the header `MARKER_HEADER` and, with a body, `content-type: application/json`.
 */

/** Path of a run below the folder of runs, as the list of runs has it. */
export type RunId = string;

/** What a step is of: the rollouts that were trained on, or the probe of held-out prompts that come back. */
export type Source = "rollouts" | "probe";

const API = "/api";
const of = (id: RunId): string => `${API}/runs/${encodeURIComponent(id)}`;

export const routes = {
  about: () => `${API}/about`,
  metricCatalogue: () => `${API}/metrics`,
  runs: () => `${API}/runs`,
  runsStream: () => `${API}/stream`,
  difference: () => `${API}/difference`,
  bands: () => `${API}/bands`,
  run: (id: RunId) => of(id),
  stream: (id: RunId) => `${of(id)}/stream`,
  metrics: (id: RunId) => `${of(id)}/metrics`,
  marks: (id: RunId) => `${of(id)}/marks`,
  config: (id: RunId) => `${of(id)}/config`,
  step: (id: RunId, source: Source, step: number) => `${of(id)}/${source}/${step}`,
  group: (id: RunId, source: Source, step: number, group: number) => `${of(id)}/${source}/${step}/${group}`,
  matrix: (id: RunId) => `${of(id)}/matrix`,
  river: (id: RunId) => `${of(id)}/river`,
  collapse: (id: RunId) => `${of(id)}/collapse`,
  search: (id: RunId) => `${of(id)}/search`,
  sql: (id: RunId) => `${of(id)}/sql`,
  notes: (id: RunId) => `${of(id)}/notes`,
  note: (id: RunId, note: string) => `${of(id)}/notes/${encodeURIComponent(note)}`,
  controls: (id: RunId) => `${of(id)}/controls`,
  playground: (id: RunId) => `${of(id)}/playground`,
} as const;

/** What the server is, and what it lets this client do. */
export interface About {
  /** Of selftrain. */
  readonly version: string;
  /** Name of the folder of runs; not its path. */
  readonly folder: string;
  /** Whether notes and controls may be written. */
  readonly writable: boolean;
  /** Why SQL, notes, controls or the playground are not there; null where they are. */
  readonly unavailable: Readonly<Record<"sql" | "notes" | "controls" | "playground", string | null>>;
}
