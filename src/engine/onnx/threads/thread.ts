/** A worker thread that answers calls, as its owner sees it. */
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { SelftrainError } from "../../../errors.js";
import { type Call, fromWire, type Reply } from "./protocol.js";

export type OnProgress = ((done: number, total: number) => void) | undefined;

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress: OnProgress;
}

/** Milliseconds that the thread has to end by itself. */
const GRACE = 10_000;

export class Thread {
  readonly #worker: Worker;
  /** Settles when the thread has ended. */
  readonly #gone: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #failure: Error | null = null;

  /** Starts a module that calls `serve`, with data for it. */
  constructor(module: URL, data: unknown) {
    // A thread inherits the flags of its process. With --input-type among them Node refuses to start a file, but not a module that imports it;
    // and in text given with `eval` it would leave out what --import names.
    const source = `await import(${JSON.stringify(module.href)})`;
    const entry = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    this.#worker = new Worker(entry, { workerData: data });
    this.#worker.on("message", (reply: Reply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#gone = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#fail(
          new SelftrainError({
            code: "engine-thread-ended",
            message: "a thread of the engine ended",
            found: `exit code ${code}`,
            expected: "a thread that runs until the engine is closed",
            remedy:
              "see whether memory ran out; lower engine.threads or engine.memoryBudgetMiB, then go on with --resume",
          }),
        );
        resolve();
      });
    });
  }

  /** Calls are served one at a time, in order. Errors: those of the method, and why the thread has ended. */
  call(method: string, args: readonly unknown[] = [], onProgress?: OnProgress): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  /** Ends the thread after the calls before; those after are refused with `engine-closed`. */
  async close(): Promise<void> {
    if (!this.#failure) await this.call("close").catch(() => {});
    this.#failure ??= new SelftrainError({
      code: "engine-closed",
      message: "the engine was closed",
      remedy: "make a new one",
    });
    // A thread that is terminated inside native code takes the process with it; one that was closed ends by itself.
    const timer = new AbortController();
    await Promise.race([this.#gone, setTimeout(GRACE, undefined, { signal: timer.signal })]).finally(() =>
      timer.abort(),
    );
    await this.#worker.terminate();
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === "progress") {
      pending.onProgress?.(reply.done, reply.total);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === "result") pending.resolve(reply.result);
    else pending.reject(fromWire(reply.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
