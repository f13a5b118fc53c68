/**
 * Feeding a tracker from `metrics.jsonl`, at the tracker's own pace: the run writes its file and waits for nobody. Whatever fails is told once and
 * tried again; what was not sent when the process ends is sent by the next one.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import type { Observer } from "../observer.js";
import type { MetricRecord } from "../run-directory.js";
import { MetricsFollower } from "../store/metrics-follower.js";
import type { Tracked, TrackedEnd, Tracker } from "./tracker.js";

export interface FeedOptions {
  readonly name: string;
  readonly run: string;
  readonly config: object;
  /** Opens the tracker; tried again where it fails. */
  readonly open: (tracked: Tracked) => Promise<Tracker>;
  readonly observer?: Observer | undefined;
  /** Milliseconds between two looks; 1000 by default. */
  readonly interval?: number;
  /** Milliseconds that the end of the run waits for what is left; 10 000 by default. */
  readonly patience?: number;
}

/** Records that are sent at once. */
const BATCH = 200;
/** Most milliseconds between two attempts. */
const LONGEST_WAIT = 60_000;

const stateSchema = z.object({
  /** Records that were sent. */
  sent: z.int().min(0),
  /** Digest of them, by which it is found out where they are others now. */
  digest: z.string(),
  tracker: z.record(z.string(), z.unknown()).nullable(),
});

const hashOf = ({ kind, step, metrics }: MetricRecord): string =>
  createHash("sha256")
    .update(JSON.stringify([kind, step, metrics]))
    .digest("base64url");

const digestOf = (hashes: readonly string[]): string =>
  createHash("sha256").update(hashes.join()).digest("base64url");

export class Feed {
  readonly #options: FeedOptions;
  readonly #follower: MetricsFollower;
  readonly #records: MetricRecord[] = [];
  /** Of the records that were sent, in order: by them the first that was replaced is found. */
  readonly #hashes: string[] = [];
  /** What the process before sent, until it is looked for among the records. */
  #before: { readonly sent: number; readonly digest: string } | null;
  #state: Readonly<Record<string, unknown>> | null;
  #tracker: Tracker | null = null;
  #pumping: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #waitUntil = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#follower = new MetricsFollower(join(options.run, "metrics.jsonl"));
    const stored = this.#stored();
    this.#before = stored;
    this.#state = stored?.tracker ?? null;
  }

  start(): void {
    const look = () => {
      if (performance.now() >= this.#waitUntil) void this.#pump();
    };
    this.#timer = setInterval(look, this.#options.interval ?? 1000);
    this.#timer.unref();
    look();
  }

  /** Sends what is left, as far as it goes within the patience, and says how the process leaves the run. Never throws. */
  async end(outcome: TrackedEnd): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const last = async () => {
      await this.#pump();
      await this.#pump();
      if (this.#failures === 0) await this.#guarded(async () => this.#tracker?.end(outcome));
    };
    const late = new Promise<"late">((resolve) => {
      setTimeout(() => resolve("late"), this.#options.patience ?? 10_000).unref();
    });
    if ((await Promise.race([last(), late])) === "late" && this.#failures === 0)
      this.#tell("it is slow to answer");
  }

  /** One pump at a time: another call waits for the one that runs. */
  #pump(): Promise<void> {
    this.#pumping ??= this.#guarded(() => this.#sendNew()).finally(() => {
      this.#pumping = null;
    });
    return this.#pumping;
  }

  async #sendNew(): Promise<void> {
    const { records, anew } = this.#follower.read();
    if (anew) this.#records.length = 0;
    for (const record of records) this.#records.push(record);
    await this.#goOnFromBefore();
    await this.#forgetReplaced();
    while (this.#hashes.length < this.#records.length) {
      const batch = this.#records.slice(this.#hashes.length, this.#hashes.length + BATCH);
      const tracker = await this.#open();
      await tracker.send(batch);
      this.#hashes.push(...batch.map(hashOf));
      this.#store();
    }
  }

  /** What the process before sent is not sent again; where the records are others now, all of them are. */
  async #goOnFromBefore(): Promise<void> {
    if (this.#before === null) return;
    const { sent, digest } = this.#before;
    const hashes = this.#records.slice(0, sent).map(hashOf);
    if (hashes.length === sent && digestOf(hashes) === digest) this.#hashes.push(...hashes);
    else await (await this.#open()).rewind(0);
    this.#before = null;
  }

  /** Where the run did steps again with another result, the tracker forgets what it was sent of them. */
  async #forgetReplaced(): Promise<void> {
    const first = this.#hashes.findIndex((hash, i) => {
      const record = this.#records[i];
      return record === undefined || hashOf(record) !== hash;
    });
    if (first < 0) return;
    // Of a file that was cut it is not known what stood there; the steps after what is left are void.
    const record = this.#records[first];
    const step = record?.step ?? (this.#records.at(-1)?.step ?? -1) + 1;
    const tracker = await this.#open();
    await tracker.rewind(step);
    const kept = this.#records.findIndex((own) => own.step >= step);
    this.#hashes.length = kept < 0 ? this.#records.length : Math.min(kept, first);
    this.#store();
  }

  async #open(): Promise<Tracker> {
    const { run, config, open } = this.#options;
    const save = (state: Readonly<Record<string, unknown>>) => {
      this.#state = state;
      this.#store();
    };
    this.#tracker ??= await open({ run, config, state: this.#state, save });
    return this.#tracker;
  }

  async #guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (this.#failures - 1));
      this.#waitUntil = performance.now() + wait;
      if (this.#failures === 1) this.#tell(error instanceof Error ? reasonOf(error) : String(error));
    }
  }

  #tell(found: string): void {
    const { name, observer } = this.#options;
    observer?.({
      type: "notice",
      code: "tracker-behind",
      message: `${name} does not take the run's metrics; the run goes on, and what is missing is sent when it does, at the latest with --resume`,
      found,
      remedy: `see that it is there and takes them (trackers.${name})`,
    });
  }

  get #path(): string {
    return join(this.#options.run, "trackers", `${this.#options.name}.json`);
  }

  #stored(): z.output<typeof stateSchema> | null {
    try {
      return stateSchema.parse(JSON.parse(fs.readFileSync(this.#path, "utf8")));
    } catch {
      // Nothing was sent, or it is not known what: everything is sent.
      return null;
    }
  }

  #store(): void {
    makeFolder(join(this.#options.run, "trackers"), "keep the tracker's state");
    const sent = this.#before ?? { sent: this.#hashes.length, digest: digestOf(this.#hashes) };
    const state = { sent: sent.sent, digest: sent.digest, tracker: this.#state };
    writeFileAtomic(this.#path, `${JSON.stringify(state)}\n`);
  }
}

function reasonOf(error: Error): string {
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return code === undefined ? error.message : `${error.message} (${String(code)})`;
}
