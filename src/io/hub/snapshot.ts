/** A repository at one commit, as a folder of the cache that is filled with the files asked for. */
import { SelftrainError } from "../../errors.js";
import { fileUrl } from "./api.js";
import { RepoCache } from "./cache.js";
import { downloadBlob } from "./download.js";
import { type Absence, findCommit } from "./find-commit.js";
import type { Call } from "./http.js";
import { formatId, type HubId, isCommit, shownId } from "./hub-id.js";
import type { Listing } from "./listing.js";
import type { HubOptions } from "./options.js";
import { type HubSettings, hubSettings } from "./settings.js";

interface Parts {
  readonly id: HubId;
  readonly commit: string;
  readonly listing: Listing | null;
  readonly absence: Absence | null;
  readonly cache: RepoCache;
  readonly settings: HubSettings;
  readonly options: HubOptions;
}

/**
 * Finds the commit of an id. Where the hub cannot be reached, the cache serves. Throws what a request does, and
 * `hub-offline`.
 */
export async function openSnapshot(id: HubId, options: HubOptions = {}): Promise<Snapshot> {
  const settings = options.settings ?? hubSettings();
  const cache = new RepoCache(settings, id);
  const call: Call = { settings, subject: { id }, signal: options.signal };
  const cacheOnly = settings.offline || options.cacheOnly === true;
  const { commit, listing, absence } = await findCommit(call, cache, cacheOnly);
  if (commit === null) throw notCached(id, "offline", "it was never downloaded", settings);
  return new Snapshot({ id, commit, listing, absence, cache, settings, options });
}

export class Snapshot {
  readonly #parts: Parts;
  #downloaded = 0;

  /** Use `openSnapshot`. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get commit(): string {
    return this.#parts.commit;
  }

  get folder(): string {
    return this.#parts.cache.snapshot(this.commit);
  }

  /** The id at this commit: the same files whenever it is resolved. */
  get pinned(): string {
    return formatId(this.#parts.id, this.commit);
  }

  /** The repository's page on the hub. */
  get page(): string {
    const { settings, id } = this.#parts;
    return `${settings.endpoint}/${id.type === "dataset" ? "datasets/" : ""}${id.name}`;
  }

  /** Whether it is known which files the commit has; else `paths` are those of the cache, which may lack some. */
  get isListed(): boolean {
    return this.#parts.listing !== null;
  }

  get paths(): string[] {
    const { listing, cache } = this.#parts;
    return listing === null ? cache.paths(this.commit) : [...listing.keys()];
  }

  /** The paths that are not in the folder in full. */
  missing(paths: readonly string[]): string[] {
    const { cache, listing } = this.#parts;
    return paths.filter((path) => !cache.has(this.commit, path, listing?.get(path)?.size ?? null));
  }

  /** Bytes of files; 0 for those of unknown size. */
  sizeOf(paths: readonly string[]): number {
    return paths.reduce((sum, path) => sum + (this.#parts.listing?.get(path)?.size ?? 0), 0);
  }

  /** Downloads those of the files that are not in the folder. Throws as `downloadBlob`, and what `absent` says. */
  async fill(paths: readonly string[]): Promise<void> {
    const missing = this.missing(paths);
    if (missing.length === 0) return;
    const { id, commit, listing, absence, cache, settings, options } = this.#parts;
    if (absence !== null) throw this.absent(`the cache lacks ${some(missing)}`);
    const totalBytes = this.sizeOf(missing);
    let before = 0;
    for (const [i, path] of missing.entries()) {
      const file = listing?.get(path);
      if (!file) throw unlisted(id, path, commit);
      const call: Call = { settings, subject: { id, file: path }, signal: options.signal };
      const blob = cache.blob(file);
      const progress = { repo: id.name, file: path, index: i + 1, files: missing.length, totalBytes };
      const onBytes = (bytes: number) => options.onProgress?.({ ...progress, bytes: before + bytes });
      await downloadBlob(fileUrl(commit, path, call), file, blob, call, onBytes);
      cache.link(commit, path, blob);
      before += file.size;
      this.#downloaded++;
    }
  }

  /**
   * All that was asked for is there: remembers the commit of the revision, and says what was done. Last, so that a
   * revision never leads to a commit of which less is there than of the one before.
   */
  complete(): void {
    const { id, absence, cache, options } = this.#parts;
    if (!isCommit(id.revision) && absence === null) cache.writeRef(id.revision ?? "main", this.commit);
    if (this.#downloaded > 0) {
      const files = `${this.#downloaded} file${this.#downloaded === 1 ? "" : "s"}`;
      options.onNotice?.("hub-downloaded", `${files} of ${this.pinned}, now in ${this.folder}`);
    }
    if (absence instanceof SelftrainError) {
      options.onNotice?.("hub-cached", `${absence.message}; ${this.pinned} is taken from the cache`);
    }
  }

  /** The error where the cache does not do. */
  absent(found: string): SelftrainError {
    const { id, absence, settings } = this.#parts;
    return notCached(id, absence ?? "offline", found, settings);
  }
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more files` : shown;
}

/** A hub that could not be reached says so itself. */
function notCached(id: HubId, absence: Absence, found: string, { cache }: HubSettings): SelftrainError {
  if (absence !== "offline") return absence;
  return new SelftrainError({
    code: "hub-offline",
    message: `${shownId(id)} is not in the cache in full, and the hub is not to be asked`,
    found,
    where: cache,
    remedy:
      "download it once with selftrain generate --model, without HF_HUB_OFFLINE (a resumed run asks for nothing, either)",
  });
}

function unlisted(id: HubId, path: string, commit: string): SelftrainError {
  return new SelftrainError({
    code: "hub-not-found",
    message: `${id.name} names the file ${path} and does not have it`,
    where: `${id.name}@${commit.slice(0, 7)}/${path}`,
    remedy: "the repository is incomplete: take another revision, or tell its owner",
  });
}
