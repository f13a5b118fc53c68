/** The two heavy messages of the Tinker protocol, which travel as JSON or protobuf; all others are small, and always JSON. */
import type { Tensor } from "./tensor.js";

/** A datum as the protocol has it, shifted: position i of the input predicts `target_tokens[i]`. */
export interface WireDatum {
  /** The input's tokens, chunks joined. */
  readonly tokens: readonly number[];
  /** `target_tokens`, and what the loss needs beside them, each of the input's length. */
  readonly inputs: Readonly<Record<string, Tensor>>;
}

export interface ForwardBackwardRequest {
  readonly modelId: string;
  readonly seqId: number;
  readonly data: readonly WireDatum[];
  readonly lossFn: string;
  readonly lossConfig: Readonly<Record<string, number>>;
  /** Scores alone: no gradient is added. */
  readonly forwardOnly: boolean;
}

export interface ForwardBackwardOutput {
  /** `logprobs` of each datum, and what else the server gives. */
  readonly outputs: readonly Readonly<Record<string, Tensor>>[];
  /** Keys are `name:reduction`, as `loss:sum`. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface SampledSequence {
  readonly tokens: readonly number[];
  readonly logprobs: Float32Array;
  readonly stopReason: "stop" | "length";
}

export interface SampleOutput {
  readonly sequences: readonly SampledSequence[];
  /** One a prompt token, NaN for the first; null where they were not asked for. */
  readonly promptLogprobs: Float32Array | null;
}
