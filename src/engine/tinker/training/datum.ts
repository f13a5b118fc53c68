/** Data of the loop as the protocol has them: joined and shifted, so that position i of the input predicts target i. */
import type { Datum } from "../../engine.js";
import type { ChunkLimits, MaskKey } from "../profile/profile.js";
import type { WireDatum } from "../wire/messages.js";
import { floats, ints, type Tensor } from "../wire/tensor.js";

/** Values of completion tokens (T) at all P + T − 1 positions: the prompt's are 0. */
function placed(prompt: number, values: ArrayLike<number>): Tensor {
  const all = new Float32Array(prompt - 1 + values.length);
  all.set(values, prompt - 1);
  return floats(all);
}

/** `values` are inputs of the loss by name, T each. The completion has a token at least. */
export function wireDatum(
  { prompt, completion }: Pick<Datum, "prompt" | "completion">,
  values: Readonly<Record<string, ArrayLike<number>>>,
  mask: MaskKey,
): WireDatum {
  const named = mask === null ? values : { [mask]: new Float32Array(completion.length).fill(1), ...values };
  return {
    tokens: prompt.concat(completion.slice(0, -1)),
    inputs: {
      target_tokens: ints(prompt.slice(1).concat(completion)),
      ...Object.fromEntries(Object.entries(named).map(([name, own]) => [name, placed(prompt.length, own)])),
    },
  };
}

/** Bytes that a datum takes in a message, near enough to keep messages under a limit. */
export const datumBytes = ({ tokens, inputs }: WireDatum): number =>
  tokens.length * (4 + 8 * Object.keys(inputs).length) + 64;

/** Data in as few requests as the limits allow, in their order. */
export function chunksOfData(data: readonly WireDatum[], { data: most, bytes }: ChunkLimits): WireDatum[][] {
  const chunks: WireDatum[][] = [];
  let size = 0;
  for (const datum of data) {
    const own = datumBytes(datum);
    const last = chunks.at(-1);
    if (last && last.length < most && size + own <= bytes) {
      last.push(datum);
      size += own;
    } else {
      chunks.push([datum]);
      size = own;
    }
  }
  return chunks;
}
