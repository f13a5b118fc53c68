/** What a command is, as data: for the reference, which is made from it as the help is. */
import type { SchemaNode } from "../config/schema-tree.js";
import type { Flag } from "./flags.js";

/** A flag that is no key of a config: how it is spelled, and what it does. */
export interface RunningFlag {
  readonly names: string;
  readonly about: string;
}

export interface CommandAbout {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  /** Commands below this one. */
  readonly commands: readonly CommandAbout[];
  /** What it takes; absent of a command that only holds others. */
  readonly takes?: {
    readonly tree: SchemaNode;
    /** Keys that are given by position, in their order. */
    readonly positional: readonly string[];
    /** All keys but those. */
    readonly flags: readonly Flag[];
    readonly running: readonly RunningFlag[];
    /** Whether a config file may hold the keys. */
    readonly configFile: boolean;
  };
}
