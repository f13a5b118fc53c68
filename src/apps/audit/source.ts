/** What an audit reads, whoever trained: steps of groups in the monitor's neutral shape, and what cannot be had of them. */
import type { AnsweredGroup } from "../../core/monitor/group.js";

/** A prompt's votes at one step, what was paid for them, and the truth where it is known. */
export interface AuditGroup extends AnsweredGroup {
  /** The rollouts that were rewarded, which may be fewer than those that voted; null where no reward is known. */
  readonly paid: { readonly answers: readonly (string | null)[]; readonly rewards: readonly number[] } | null;
  /** The one answer that was rewarded; null where none was, or several. */
  readonly label: string | null;
  readonly truth: string | null;
}

export interface AuditStep {
  readonly step: number;
  readonly groups: readonly AuditGroup[];
  /** What the trainer logged of the step: numbers alone, those that are none left out. */
  readonly logged: Readonly<Record<string, number>>;
  /** Mean over rollouts of the KL to the reference, summed over the tokens (nats a sequence); null where it is not known. */
  readonly sequenceKl: number | null;
}

/** One vote of an evaluation on prompts that come back. */
export interface ProbeVotes {
  readonly step: number;
  readonly votes: readonly {
    readonly promptId: string;
    readonly prompt: string;
    readonly majority: string | null;
    readonly truth: string | null;
  }[];
}

/** Something that an audit does not say, and why. */
export interface Omission {
  readonly what: string;
  readonly why: string;
}

/** An alarm that a monitor raised while the run went on. */
export interface RecordedAlarm {
  readonly step: number;
  readonly monitor: string;
  readonly series: string;
  /** What it did. */
  readonly action: string;
}

/** A prompt at a step. */
export interface PromptAt {
  readonly step: number;
  readonly promptId: string;
}

export interface PromptSample extends PromptAt {
  readonly prompt: string;
  /** A completion with the majority's answer, or else the first; null where texts are not kept. */
  readonly completion: string | null;
}

export type SourceFormat = "run" | "jsonl" | "trl" | "verl";

export interface AuditSource {
  readonly path: string;
  readonly format: SourceFormat;
  /** What a reader should know of how the groups came about, a sentence each. Complete once the steps were read. */
  readonly notices: readonly string[];
  /** What the source cannot give. Complete once the steps were read. */
  readonly omissions: readonly Omission[];
  /** In ascending order, one at a time. */
  steps(): AsyncIterable<AuditStep>;
  /** Evaluations on the probe in step order; empty without one. */
  probes(): Promise<readonly ProbeVotes[]>;
  /** In step order; empty where nothing was watched, or nothing was found. */
  alarms(): readonly RecordedAlarm[];
  /** Prompt and completion of `majority`'s answer for each place; those that are not found are left out. */
  samples(
    places: readonly (PromptAt & { readonly majority: string | null; readonly probe: boolean })[],
  ): Promise<PromptSample[]>;
}
