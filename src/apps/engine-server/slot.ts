/** The one engine of a server, which one model holds at a time. Who comes later waits until it is given back. */
import type { Sampler } from "../../engine/engine.js";
import type { DeviceChoice } from "../../engine/onnx/c-api/session.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { LoraSource } from "../../engine/onnx/policy/open-policy.js";

export interface SlotOptions {
  readonly folder: string;
  readonly bases: readonly string[];
  readonly device?: DeviceChoice | undefined;
  readonly threads?: number | undefined;
  readonly memoryBudgetMiB: number;
  readonly gradientCheckpointing: "auto" | "always" | "never";
}

interface Opened {
  readonly engine: OnnxEngine;
  readonly lora: LoraSource | null;
  base: Promise<Sampler> | null;
}

interface Waiting {
  readonly owner: string;
  readonly begin: () => void;
  readonly cancel: () => void;
}

export class Slot {
  readonly #options: SlotOptions;
  #opened: Promise<Opened> | null = null;
  /** The model whose weights these are; null where they are the base's still. */
  #owner: string | null = null;
  #waiting: Waiting[] = [];

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Opens the model, so that what is wrong with it shows before anybody asks. Throws as `OnnxEngine.create` does. */
  async open(): Promise<void> {
    await this.#open(null);
  }

  /** The engine for a new model, with the weights that the server was started with. Resolves when it is free. */
  async take(owner: string, lora: LoraSource | null): Promise<OnnxEngine> {
    if (this.#owner !== null)
      await new Promise<void>((begin, reject) => {
        const cancel = () => reject(new Error("the session that asked for the model has ended"));
        this.#waiting.push({ owner, begin, cancel });
      });
    else this.#owner = owner;
    try {
      return (await this.#fresh(lora)).engine;
    } catch (error) {
      this.#hand();
      throw error;
    }
  }

  /** Given back, or not waited for any more. Harmless where it is not held. */
  async release(owner: string): Promise<void> {
    const [own, others] = [true, false].map((is) => this.#waiting.filter((w) => (w.owner === owner) === is));
    this.#waiting = others!;
    for (const { cancel } of own!) cancel();
    if (this.#owner !== owner) return;
    const opened = this.#opened;
    this.#opened = null;
    await (await opened)?.engine.close();
    this.#hand();
  }

  /** The policy that every model begins with. */
  async base(): Promise<Sampler> {
    const opened = await (this.#opened ?? this.#open(null));
    opened.base ??= opened.engine.baseSampler();
    return opened.base;
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#waiting.splice(0)) cancel();
    await (await this.#opened?.catch(() => null))?.engine.close();
  }

  #hand(): void {
    const next = this.#waiting.shift();
    // At once: nobody who comes now gets between.
    this.#owner = next?.owner ?? null;
    next?.begin();
  }

  /** Nobody has trained it: it is taken as it is, unless it lacks the adapter. */
  async #fresh(lora: LoraSource | null): Promise<Opened> {
    const opened = await this.#opened?.catch(() => null);
    if (opened && opened.lora === null && lora === null) return opened;
    await opened?.engine.close();
    return this.#open(lora);
  }

  #open(lora: LoraSource | null): Promise<Opened> {
    const { folder, bases, ...settings } = this.#options;
    this.#opened = OnnxEngine.create({ model: { folder, bases }, lora, ...settings }).then((engine) => ({
      engine,
      lora,
      base: null,
    }));
    return this.#opened;
  }
}
