/** Where a run keeps the samples that were begun before their step; see `ahead.ts`. */
import type { Group } from "../../group.js";

export interface Begun {
  readonly step: number;
  /** Of the curriculum; null where there is none. */
  readonly stage: number | null;
  readonly prompts: number;
  readonly groups: Promise<Group[]>;
}

export interface AheadSlot {
  begun: Begun | null;
}

/** Waits for what was begun, and forgets it. */
export async function discardAhead(slot: AheadSlot | undefined): Promise<void> {
  const begun = slot?.begun;
  if (!slot || !begun) return;
  slot.begun = null;
  await begun.groups.catch(() => {});
}
