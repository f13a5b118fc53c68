/**
 * What becomes of each setting of a run in another trainer. Every setting is entered once, with what the target calls it, or with why the target
 * has nothing for it: one that nobody entered is a mistake of the program.
 */
import { withValue } from "../../config/resolve-config.js";
import { configLeaves } from "../../run/run-config.js";

/**
 * `carried`: keys of the target say it. `data`: the files of prompts do. `vote`: the vote service does. `local`: it is about this machine or this
 * folder. `off`: it asks for nothing, and the target has nothing. `missing`: the target has no key for it.
 */
export type Fate = "carried" | "data" | "vote" | "local" | "off" | "missing";

export type Settings = Readonly<Record<string, unknown>>;

export interface Entry {
  /** Dotted, with all that is below it. */
  readonly key: string;
  readonly value: unknown;
  readonly fate: Fate;
  /** Keys of the target, dotted, with their values: instead of it, where it is missing. */
  readonly to: Settings;
  /** What is to be known of it. */
  readonly why: string | null;
}

/** A setting of the target that stands for no single setting of the run. */
export interface Fixed {
  readonly to: Settings;
  readonly why: string;
}

const covers = (entered: string, key: string): boolean => key === entered || key.startsWith(`${entered}.`);

export class Ledger {
  readonly entries: Entry[] = [];
  readonly fixed: Fixed[] = [];
  /** Of the target, nested as it has them. */
  settings: unknown = {};
  readonly #config: object;
  readonly #entered = new Set<string>();

  constructor(config: object) {
    this.#config = config;
  }

  /** The target has it. */
  carry(key: string, to: Settings, why?: string): void {
    this.#enter(key, "carried", to, why);
  }

  /** These are what the files of prompts were made by. */
  inData(...keys: readonly string[]): void {
    for (const key of keys) this.#enter(key, "data", {});
  }

  /** These are what the vote service is started with. */
  inVote(...keys: readonly string[]): void {
    for (const key of keys) this.#enter(key, "vote", {});
  }

  local(why: string, ...keys: readonly string[]): void {
    for (const key of keys) this.#enter(key, "local", {}, why);
  }

  /** The target has no key for it, which matters unless the value is `off`. `to` is set instead, if anything. */
  missing(
    key: string,
    why: string,
    { off, to = {} }: { readonly off?: unknown; readonly to?: Settings } = {},
  ): void {
    const idle = off !== undefined && JSON.stringify(valueAt(this.#config, key)) === JSON.stringify(off);
    this.#enter(key, idle ? "off" : "missing", to, idle ? undefined : why);
  }

  /** Settings that the target needs beside those of the run. */
  fix(to: Settings, why: string): void {
    this.#set(to);
    this.fixed.push({ to, why });
  }

  /** Whether a key of a configuration is one that this hand-off knows of, present or not. */
  knows(key: string): boolean {
    return [...this.#entered].some((entered) => covers(entered, key));
  }

  /** Keys of the configuration that were never entered. */
  forgotten(): string[] {
    return [...configLeaves(this.#config).keys()].filter((key) => !this.knows(key));
  }

  #enter(key: string, fate: Fate, to: Settings, why?: string): void {
    this.#entered.add(key);
    this.#set(to);
    const value = valueAt(this.#config, key);
    if (value !== undefined) this.entries.push({ key, value, fate, to, why: why ?? null });
  }

  #set(to: Settings): void {
    for (const [path, value] of Object.entries(to))
      if (value !== undefined) this.settings = withValue(this.settings, path.split("."), value);
  }
}

function valueAt(config: object, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], config);
}
