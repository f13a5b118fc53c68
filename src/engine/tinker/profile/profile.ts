/** What is known of a server: the protocol is one, and its servers differ silently. docs/how-to/remote-engine.md has where each fact is from. */
import type { ServerKind } from "../../../tinker-servers.js";
import type { AdamParams } from "../../engine.js";

/**
 * What becomes of a sequence's T token losses and of the N sequences of an update: sums, or means. `token-mean` is one mean over all
 * tokens of all sequences.
 */
export type Reduction = "sum-sum" | "sum-mean" | "mean-sum" | "mean-mean" | "token-mean";

/** Losses by the protocol's names. `reinforce` stands for any weight a token: importance sampling at its own logprobs. */
export type NativeLoss = "cross_entropy" | "importance_sampling" | "ppo" | "cispo" | "gspo";

/** Which input of a datum tells a server what counts: `mask` and `weights` are 1 on completions; some servers take none. */
export type MaskKey = "mask" | "weights" | null;

/** The most that a server takes in one request. */
export interface ChunkLimits {
  readonly data: number;
  readonly bytes: number;
}

export interface Profile {
  readonly kind: ServerKind;
  /** How requests with data are sent, and how their results are asked for. */
  readonly requests: "json" | "protobuf";
  readonly results: "json" | "protobuf";
  /** The server does nothing twice that has one number. */
  readonly deduplicates: boolean;
  readonly reduction: Reduction | "probe";
  readonly losses: readonly NativeLoss[];
  /** KL terms, entropy bonus and dual clip are computed by the server. */
  readonly terms: boolean;
  /** Loss, clipped tokens and micro-batches are the server's, to the bit; else they are computed here, from the logprobs. */
  readonly figures: boolean;
  readonly adam: readonly (keyof AdamParams)[];
  /** What the server does whatever it is sent. */
  readonly fixedAdam: Partial<AdamParams>;
  readonly mask: MaskKey;
  /** Draws are made with the keys that a request has. */
  readonly keys: boolean;
  /** Whether gradients may be added up over several calls. */
  readonly accumulates: boolean;
  readonly base: "forward" | "prompt-logprobs" | null;
  readonly trains: readonly ("lora" | "full")[];
  /** α of adapters: as asked for, the server's own, or its own and unknown (null). */
  readonly alpha: number | "asked" | null;
  /** Projections that adapters reach: those asked for, of attention and feed-forward all or none, or all of them. */
  readonly targets: "asked" | "blocks" | "all";
  readonly limits: ChunkLimits;
  /**
   * Whether samples that were asked for stay those of the weights of then while the model is trained: of every sampler, or of the last one
   * until the next is made; null where they do not.
   */
  readonly overlap: "every" | "last" | null;
  /** Requests for samples under way. */
  readonly concurrency: number;
}

const ALL_ADAM: readonly (keyof AdamParams)[] = [
  "learningRate",
  "beta1",
  "beta2",
  "eps",
  "weightDecay",
  "gradClipNorm",
];
const UNCLIPPED = ALL_ADAM.filter((name) => name !== "gradClipNorm");

/** A server of which nothing is known: it is sent what all understand. */
const OTHER: Profile = {
  kind: "other",
  requests: "json",
  results: "json",
  deduplicates: false,
  reduction: "probe",
  losses: ["cross_entropy", "importance_sampling"],
  terms: false,
  figures: false,
  adam: ["learningRate"],
  fixedAdam: {},
  mask: null,
  keys: false,
  accumulates: false,
  base: "prompt-logprobs",
  trains: ["lora", "full"],
  alpha: null,
  targets: "blocks",
  limits: { data: 1024, bytes: 5_000_000 },
  overlap: null,
  concurrency: 64,
};

export const PROFILES: Readonly<Record<ServerKind, Profile>> = {
  other: OTHER,
  selftrain: {
    ...OTHER,
    kind: "selftrain",
    deduplicates: true,
    reduction: "sum-sum",
    losses: ["cross_entropy", "importance_sampling", "ppo", "cispo", "gspo"],
    terms: true,
    figures: true,
    adam: ALL_ADAM,
    mask: "mask",
    keys: true,
    accumulates: true,
    base: "forward",
    alpha: "asked",
    targets: "asked",
    // One request an update: what is computed together in the run's process is computed together there.
    limits: { data: 1_000_000, bytes: 256 * 2 ** 20 },
    // What was accepted is drawn before the step that comes after it.
    overlap: "last",
    concurrency: 256,
  },
  "skyrl-jax": {
    ...OTHER,
    kind: "skyrl-jax",
    deduplicates: true,
    losses: ["cross_entropy", "importance_sampling", "ppo", "cispo"],
    adam: UNCLIPPED,
    fixedAdam: { gradClipNorm: 0 },
    mask: "weights",
    trains: ["lora"],
    alpha: 32,
    targets: "all",
  },
  "skyrl-train": {
    ...OTHER,
    kind: "skyrl-train",
    deduplicates: true,
    adam: ["learningRate"],
    fixedAdam: { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, gradClipNorm: 1 },
    mask: "weights",
    base: null,
    alpha: 32,
    targets: "all",
    overlap: "last",
  },
  tuft: {
    ...OTHER,
    kind: "tuft",
    requests: "protobuf",
    reduction: "sum-sum",
    losses: ["cross_entropy", "importance_sampling", "ppo"],
    adam: UNCLIPPED,
    fixedAdam: { gradClipNorm: 0 },
    accumulates: true,
    trains: ["lora"],
    overlap: "every",
  },
  verl: {
    ...OTHER,
    kind: "verl",
    losses: ["cross_entropy", "importance_sampling"],
    adam: UNCLIPPED,
    fixedAdam: {},
    mask: "mask",
    trains: ["full"],
  },
  "open-rl": { ...OTHER, kind: "open-rl", adam: UNCLIPPED, fixedAdam: { gradClipNorm: 0 }, trains: ["lora"] },
  hosted: {
    ...OTHER,
    kind: "hosted",
    requests: "protobuf",
    results: "protobuf",
    reduction: "sum-sum",
    losses: ["cross_entropy", "importance_sampling", "ppo", "cispo"],
    adam: ALL_ADAM,
    accumulates: true,
    trains: ["lora"],
    overlap: "every",
    concurrency: 512,
  },
};
