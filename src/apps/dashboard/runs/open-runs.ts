/** Runs that are held open: a few, so that what was read of a run is not read again. */
import { locateRun } from "./find.js";
import { OpenRun } from "./open-run.js";

/** Records of metrics that all open runs may hold together, some kilobytes each. */
const MOST_RECORDS = 30_000;
const MOST_RUNS = 12;

export class OpenRuns {
  readonly root: string;
  /** Least recently asked for first. */
  readonly #open = new Map<string, OpenRun>();

  constructor(root: string) {
    this.root = root;
  }

  /** Throws as `locateRun` and `openRunStore` do. Looked at anew each time: what was a folder may be a link by now. */
  get(id: string): OpenRun {
    const path = locateRun(this.root, id);
    const run = this.#open.get(id) ?? new OpenRun(id, path);
    this.#open.delete(id);
    this.#open.set(id, run);
    this.#letGo();
    return run;
  }

  #letGo(): void {
    let records = [...this.#open.values()].reduce((sum, run) => sum + run.size, 0);
    for (const [id, run] of this.#open) {
      if (this.#open.size <= 1 || (this.#open.size <= MOST_RUNS && records <= MOST_RECORDS)) return;
      records -= run.size;
      this.#open.delete(id);
    }
  }
}
