/** The run that is looked at, as it goes on: overview, metrics, alarms and controls, from one stream. */
import { signal } from "@preact/signals";
import {
  type Alarm,
  type Control,
  type Marks,
  type MetricsChunk,
  type Problem,
  type RunId,
  type RunOverview,
  routes,
} from "../../api/index.js";
import { type Connection, listen } from "../lib/events.js";
import { get, NO_SERVER, problemOf, withQuery } from "../lib/http.js";
import { GrowingColumns, type SeriesValues } from "./columns.js";

/** Asked for at once, so that the first charts stand soon; all others when they are shown. */
const FIRST = ["step.reward", "step.accuracy", "step.agreement"];

export class LiveRun {
  readonly overview = signal<RunOverview | null>(null);
  readonly marks = signal<Marks | null>(null);
  readonly alarms = signal<readonly Alarm[]>([]);
  readonly controls = signal<readonly Control[]>([]);
  readonly connection = signal<Connection>("connecting");
  readonly problem = signal<Problem | null>(null);
  /** Counts changes of the columns. */
  readonly changes = signal(0);
  /** Lines of metrics that could not be read. */
  readonly damaged = signal<MetricsChunk["damaged"]>([]);
  private readonly columns = new GrowingColumns();
  private readonly asked = new Set(FIRST);
  private next: string | null = null;
  private end: (() => void) | undefined;
  private ended = false;

  constructor(readonly id: RunId) {
    void this.begin();
  }

  close(): void {
    this.ended = true;
    this.end?.();
  }

  series(name: string): SeriesValues | undefined {
    return this.columns.series(name);
  }

  /** Sees to it that these come. */
  want(names: readonly string[]): void {
    const missing = names.filter((name) => !this.asked.has(name));
    if (missing.length === 0) return;
    for (const name of missing) this.asked.add(name);
    if (this.next === null) return;
    void this.fill(missing);
  }

  private async fill(names: readonly string[]): Promise<void> {
    try {
      this.columns.fill(await get(withQuery(routes.metrics(this.id), { series: names })));
      this.changes.value++;
    } catch {
      for (const name of names) this.asked.delete(name);
    }
  }

  private async begin(): Promise<void> {
    try {
      const [overview, chunk] = await Promise.all([
        get<RunOverview>(routes.run(this.id)),
        get<MetricsChunk>(withQuery(routes.metrics(this.id), { series: [...this.asked] })),
      ]);
      if (this.ended) return;
      this.columns.clear();
      this.take(chunk);
      this.overview.value = overview;
      this.problem.value = null;
      void this.readMarks();
      this.end?.();
      this.end = listen(
        () => withQuery(routes.stream(this.id), { from: this.next }),
        {
          metrics: (data) => this.take(data as MetricsChunk),
          overview: (data) => {
            this.overview.value = data as RunOverview;
          },
          alarms: (data) => {
            this.alarms.value = data as Alarm[];
            void this.readMarks();
          },
          controls: (data) => {
            this.controls.value = data as Control[];
          },
          reset: () => {
            this.end?.();
            void this.begin();
          },
        },
        (state) => {
          this.connection.value = state;
        },
      );
      // What was asked for while the first lines were on their way.
      const late = [...this.asked].filter((name) => !FIRST.includes(name));
      if (late.length > 0) void this.fill(late);
    } catch (thrown) {
      if (this.ended) return;
      this.problem.value = problemOf(thrown);
      if (this.problem.value.code === NO_SERVER) {
        this.connection.value = "lost";
        setTimeout(() => this.ended || this.begin(), 2000);
      }
    }
  }

  private take(chunk: MetricsChunk): void {
    if (chunk.next === this.next) return;
    this.next = chunk.next;
    if (chunk.damaged.length > 0) this.damaged.value = chunk.damaged;
    this.columns.append(chunk);
    this.changes.value++;
  }

  private async readMarks(): Promise<void> {
    try {
      const marks = await get<Marks>(routes.marks(this.id));
      this.marks.value = marks;
      this.alarms.value = marks.alarms;
      this.controls.value = marks.controls;
    } catch {
      // The chart is there without its marks; the next alarm asks again.
    }
  }
}
