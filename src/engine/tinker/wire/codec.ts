/** A wire: how the two heavy messages become bytes and come back. Both ends use the same ones. */
import type { ForwardBackwardOutput, ForwardBackwardRequest, SampleOutput } from "./messages.js";

export interface Codec {
  readonly name: "json" | "protobuf";
  readonly contentType: string;
  encodeRequest(request: ForwardBackwardRequest): Uint8Array;
  /** Throws `tinker-message-malformed`, as do the others that decode. */
  decodeRequest(body: Uint8Array): ForwardBackwardRequest;
  encodeForwardBackward(output: ForwardBackwardOutput): Uint8Array;
  decodeForwardBackward(body: Uint8Array): ForwardBackwardOutput;
  encodeSample(output: SampleOutput): Uint8Array;
  decodeSample(body: Uint8Array): SampleOutput;
}
