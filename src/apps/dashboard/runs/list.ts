/** Cards of all runs, each made anew only where the run looks different. */
import type { RunCard, RunList } from "../api/runs.js";
import { cardOf, damagedCard } from "./card.js";
import { findRuns } from "./find.js";
import type { OpenRuns } from "./open-runs.js";
import { looksOf } from "./pulse.js";

export class RunCards {
  readonly #runs: OpenRuns;
  readonly #known = new Map<string, { readonly looks: string; readonly card: RunCard }>();

  constructor(runs: OpenRuns) {
    this.#runs = runs;
  }

  /** Newest first. */
  list(): RunList {
    const { runs, gaps } = findRuns(this.#runs.root);
    const ids = new Set(runs.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    const cards = runs.map(({ id, path }) => this.#card(id, path));
    const newest = (a: RunCard, b: RunCard) =>
      (b.created ?? "").localeCompare(a.created ?? "") || (a.id < b.id ? -1 : 1);
    return { runs: cards.sort(newest), gaps };
  }

  #card(id: string, path: string): RunCard {
    const looks = looksOf(path);
    const known = this.#known.get(id);
    if (known?.looks === looks) return known.card;
    const card = this.#read(id);
    this.#known.set(id, { looks, card });
    return card;
  }

  /** By the store that serves the run when it is opened: what was read for its card is not read again. */
  #read(id: string): RunCard {
    try {
      return cardOf(id, this.#runs.get(id).store);
    } catch (error) {
      return damagedCard(id, (error as Error).message);
    }
  }
}
