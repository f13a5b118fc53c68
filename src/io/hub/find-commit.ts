/** Which commit a revision is at and which files it has: from the hub, or, where that cannot be asked, from the cache. */
import type { SelftrainError } from "../../errors.js";
import { fetchCommit, fetchListing } from "./api.js";
import type { RepoCache } from "./cache.js";
import type { Call } from "./http.js";
import { isUnreachable } from "./http-errors.js";
import { isCommit } from "./hub-id.js";
import type { Listing } from "./listing.js";

/** Why nothing can be asked for: it is not to be, or it failed. */
export type Absence = "offline" | SelftrainError;

export interface Found {
  /** Null where it is known to nobody that may be asked. */
  readonly commit: string | null;
  /** Null where only what lies in the cache is known. */
  readonly listing: Listing | null;
  /** Null where the hub is at hand. */
  readonly absence: Absence | null;
}

/** Asks nothing about a commit that was listed before. Throws what a request does where the cache has nothing to offer. */
export async function findCommit(call: Call, cache: RepoCache, cacheOnly: boolean): Promise<Found> {
  const revision = call.subject.id.revision ?? "main";
  const known = isCommit(revision) ? revision : cache.readRef(revision);
  // Where the cache may serve, it is not worth waiting long for a hub that does not answer.
  const patience = known !== null && cache.paths(known).length > 0 ? 1 : call.settings.retries;
  const asking: Call = { ...call, settings: { ...call.settings, retries: patience } };
  let absence: Absence | null = cacheOnly ? "offline" : null;
  const ask = async <T>(request: () => Promise<T>, otherwise: T | null): Promise<T | null> => {
    if (absence !== null) return otherwise;
    try {
      return await request();
    } catch (error) {
      if (known === null || !isUnreachable(error)) throw error;
      absence = error as SelftrainError;
      return otherwise;
    }
  };
  const commit = isCommit(revision) ? revision : await ask(() => fetchCommit(asking), known);
  if (commit === null) return { commit, listing: null, absence };
  let listing = cache.readListing(commit);
  if (listing === null) {
    listing = await ask(() => fetchListing(commit, asking), null);
    if (listing !== null) cache.writeListing(commit, listing);
  }
  return { commit, listing, absence };
}
