/**
 * The cache on disk, in the very layout of Python's huggingface_hub, so that each finds what the other has downloaded:
 * `models--org--name/blobs/<etag>`, `snapshots/<commit>/<path>` (links to blobs), `refs/<revision>` (a commit),
 * `trees/<commit>.json` (the listing of a commit).
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeFileAtomic } from "../fs/atomic.js";
import { makeFolder } from "../fs/folder.js";
import { guardFs } from "../fs/fs-errors.js";
import { type HubId, isCommit } from "./hub-id.js";
import { formatTree, type Listing, parseTree, type RemoteFile } from "./listing.js";
import type { HubSettings } from "./settings.js";

/** The cache of one repository. */
export class RepoCache {
  readonly folder: string;

  constructor({ cache }: Pick<HubSettings, "cache">, { type, name }: HubId) {
    this.folder = join(cache, [`${type}s`, ...name.split("/")].join("--"));
  }

  snapshot(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  blob(file: RemoteFile): string {
    return join(this.folder, "blobs", file.sha256 ?? file.oid);
  }

  /** The commit that a branch or tag was at when last seen; null where it never was. */
  readRef(revision: string): string | null {
    const path = this.#ref(revision);
    if (!fs.existsSync(path)) return null;
    const commit = guardFs("read the cache", path, () => fs.readFileSync(path, "utf8")).trim();
    return isCommit(commit) ? commit : null;
  }

  writeRef(revision: string, commit: string): void {
    const path = this.#ref(revision);
    makeFolder(dirname(path), "write the cache");
    writeFileAtomic(path, commit);
  }

  /** The files of a commit, if they were ever listed. */
  readListing(commit: string): Listing | null {
    try {
      return parseTree(fs.readFileSync(this.#tree(commit), "utf8"));
    } catch {
      // Absent, or of another version: it is asked for again.
      return null;
    }
  }

  writeListing(commit: string, listing: Listing): void {
    const path = this.#tree(commit);
    makeFolder(dirname(path), "write the cache");
    writeFileAtomic(path, formatTree(listing));
  }

  /** Whether a file lies in a snapshot, in full as far as its size is known. */
  has(commit: string, path: string, size: number | null): boolean {
    const stat = fs.statSync(join(this.snapshot(commit), path), { throwIfNoEntry: false });
    return stat?.isFile() === true && (size === null || stat.size === size);
  }

  /** Paths of the files that lie in a snapshot, links to nothing left out. */
  paths(commit: string): string[] {
    const folder = this.snapshot(commit);
    if (!fs.existsSync(folder)) return [];
    return guardFs("read the cache", folder, () =>
      fs.readdirSync(folder, { recursive: true, encoding: "utf8" }),
    )
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => this.has(commit, path, null))
      .sort();
  }

  /** Makes a blob a file of a snapshot. */
  link(commit: string, path: string, blob: string): void {
    const target = join(this.snapshot(commit), path);
    makeFolder(dirname(target), "write the cache");
    // Made aside: another process may be linking the same file.
    const aside = `${target}.${randomBytes(6).toString("hex")}.incomplete`;
    guardFs("write the cache", target, () => {
      try {
        fs.symlinkSync(relative(dirname(target), blob), aside);
      } catch {
        // Windows gives links to administrators only; Python's library copies there, too.
        fs.copyFileSync(blob, aside);
      }
      fs.renameSync(aside, target);
    });
  }

  #ref(revision: string): string {
    return join(this.folder, "refs", revision);
  }

  #tree(commit: string): string {
    return join(this.folder, "trees", `${commit}.json`);
  }
}
