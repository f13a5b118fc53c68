/** How a download is watched, stopped and kept from happening. */
import type { HubSettings } from "./settings.js";

/** Where a download stands. */
export interface DownloadProgress {
  /** `org/name`. */
  readonly repo: string;
  /** The file at hand, the `index`-th (from 1) of `files`. */
  readonly file: string;
  readonly index: number;
  readonly files: number;
  /** Of all the files together, what was there from an earlier time included. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface HubOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Told what the user should know and nothing stops at. */
  readonly onNotice?: ((code: string, message: string) => void) | undefined;
  /** Abort to stop a download; what has arrived is kept, and gone on from next time. */
  readonly signal?: AbortSignal | undefined;
  /** Take what lies in the cache and ask for nothing, as with `HF_HUB_OFFLINE`. */
  readonly cacheOnly?: boolean | undefined;
  /** By default from the environment. */
  readonly settings?: HubSettings | undefined;
}
