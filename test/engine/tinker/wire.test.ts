/** The two wires. The hex is what Google's protobuf made of the SDK's own descriptor (tinker 0.25.0). */
import { describe, expect, it } from "vitest";
import { jsonCodec } from "../../../src/engine/tinker/wire/json-codec.js";
import type {
  ForwardBackwardOutput,
  ForwardBackwardRequest,
  SampleOutput,
} from "../../../src/engine/tinker/wire/messages.js";
import { protobufCodec } from "../../../src/engine/tinker/wire/protobuf-codec.js";
import { floats, ints } from "../../../src/engine/tinker/wire/tensor.js";
import { uniform } from "../../../src/random.js";
import { refusal } from "../contract/support.js";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (own: Uint8Array): string => Buffer.from(own).toString("hex");

const REQUEST =
  "0a036d2d3110ac021a670a100a0e0a0c05000000060000007011010012210a0a616476616e746167657312130a0c000000000000003f0000a0bf180122010312300a0d7461726765745f746f6b656e73121f0a180600000000000000701101000000000001000000000000001802220103220370706f2a1d0a12636c69705f6c6f775f7468726573686f6c64119a9999999999e93f";
const SPARSE =
  "0a016d10011a4e0a0c0a0a0a0805000000060000000a080a060a040700000012340a0777656967687473122912220a04000020401210000000000000000001000000000000001a0801000000000000001801220103220d63726f73735f656e74726f7079";
const OUTPUT =
  "0a0b41727261795265636f7264123a12360a086c6f6770726f6273122a0a0c000000bf0000c0bf000020c01218000000000000000008000000000000000c00000000000000180118021a130a086c6f73733a73756d11000000000000d0bf";
const BFLOAT16 =
  "0a0b41727261795265636f7264122a12260a086c6f6770726f6273121a0a0400bfc0bf12100000000000000000040000000000000018041801";
const SAMPLE =
  "0a14120809000000010000001a08000000be000040c00a0e08011204090000001a04000000be12080000c07f000080bf2004";

const request: ForwardBackwardRequest = {
  modelId: "m-1",
  seqId: 300,
  data: [
    {
      tokens: [5, 6, 70_000],
      inputs: {
        advantages: floats(Float32Array.of(0, 0.5, -1.25)),
        target_tokens: ints([6, 70_000, 1]),
      },
    },
  ],
  lossFn: "ppo",
  lossConfig: { clip_low_threshold: 0.8 },
  forwardOnly: false,
};
const output: ForwardBackwardOutput = {
  outputs: [{ logprobs: floats(Float32Array.of(-0.5, -1.5)) }, { logprobs: floats(Float32Array.of(-2.5)) }],
  metrics: { "loss:sum": -0.25 },
};
const sample: SampleOutput = {
  sequences: [
    { tokens: [9, 1], logprobs: Float32Array.of(-0.125, -3), stopReason: "stop" },
    { tokens: [9], logprobs: Float32Array.of(-0.125), stopReason: "length" },
  ],
  promptLogprobs: Float32Array.of(Number.NaN, -1),
};

describe("protobuf, against the official implementation", () => {
  it("writes its bytes, and reads them", () => {
    expect(hex(protobufCodec.encodeRequest(request))).toBe(REQUEST);
    expect(protobufCodec.decodeRequest(bytes(REQUEST))).toEqual(request);
    const scoring = { ...request, forwardOnly: true };
    expect(hex(protobufCodec.encodeRequest(scoring))).toBe(`${REQUEST}3001`);
    expect(protobufCodec.decodeRequest(bytes(`${REQUEST}3001`))).toEqual(scoring);
    expect(hex(protobufCodec.encodeForwardBackward(output))).toBe(OUTPUT);
    expect(protobufCodec.decodeForwardBackward(bytes(OUTPUT))).toEqual(output);
    expect(protobufCodec.decodeSample(bytes(SAMPLE))).toEqual(sample);
    // But for the cache hits, which a server counts.
    expect(`${hex(protobufCodec.encodeSample(sample))}2004`).toBe(SAMPLE);
  });

  it("reads what we never write: sparse tensors, chunks, brain floats", () => {
    expect(protobufCodec.decodeRequest(bytes(SPARSE)).data).toEqual([
      { tokens: [5, 6, 7], inputs: { weights: { ...floats(Float32Array.of(0, 2.5, 0)), shape: [3] } } },
    ]);
    expect(protobufCodec.decodeForwardBackward(bytes(BFLOAT16)).outputs).toEqual([
      { logprobs: floats(Float32Array.of(-0.5, -1.5)) },
    ]);
  });

  it("refuses every message that is cut off, and arrays that are", () => {
    const whole = bytes(OUTPUT);
    for (let end = 1; end < whole.length; end++) {
      const cut = whole.subarray(0, end);
      let read: ForwardBackwardOutput | null = null;
      try {
        read = protobufCodec.decodeForwardBackward(cut);
      } catch (error) {
        expect(error).toEqual(refusal("tinker-message-malformed"));
      }
      // Between two fields a message may end; what was read is then whole.
      if (read?.outputs.length) expect(read.outputs).toEqual(output.outputs);
    }
    expect(() => protobufCodec.decodeSample(bytes("0a0312010a"))).toThrow(
      refusal("tinker-message-malformed"),
    );
  });
});

describe.each([jsonCodec, protobufCodec])("the wire $name", (codec) => {
  it("gives back what it was given, float32 to the bit", () => {
    const awkward = Float32Array.of(0.1, 1 / 3, -1.1754943508222875e-38, 3.4028234663852886e38, 1e-45);
    const own = { ...request, data: [{ tokens: [1, 2, 3, 4, 5], inputs: { weights: floats(awkward) } }] };
    expect(codec.decodeRequest(codec.encodeRequest(own))).toEqual(own);
    expect(codec.decodeRequest(codec.encodeRequest({ ...own, forwardOnly: true, lossConfig: {} }))).toEqual({
      ...own,
      forwardOnly: true,
      lossConfig: {},
    });
    expect(codec.decodeForwardBackward(codec.encodeForwardBackward(output))).toEqual(output);
    const nothing = { outputs: [], metrics: {} };
    expect(codec.decodeForwardBackward(codec.encodeForwardBackward(nothing))).toEqual(nothing);
    expect(codec.decodeSample(codec.encodeSample(sample))).toEqual(sample);
    const unscored = { ...sample, promptLogprobs: null };
    expect(codec.decodeSample(codec.encodeSample(unscored))).toEqual(unscored);
  });
});

describe("JSON", () => {
  const read = (value: unknown) => () => jsonCodec.decodeRequest(Buffer.from(JSON.stringify(value)));
  const input = (datum: object) => ({
    model_id: "m",
    seq_id: 1,
    forward_backward_input: { data: [datum], loss_fn: "cross_entropy" },
  });

  it("has the fields of the protocol, and its texts as JSON has them", () => {
    const named = { ...request, modelId: 'a "name"\n✓', lossConfig: { a: 1e-7, "b\\": -2 } };
    const { data, shape } = floats(Float32Array.of(0, 0.5, -1.25));
    expect(JSON.parse(Buffer.from(jsonCodec.encodeRequest(named)).toString())).toEqual({
      model_id: named.modelId,
      seq_id: 300,
      forward_backward_input: {
        data: [
          {
            model_input: { chunks: [{ type: "encoded_text", tokens: [5, 6, 70_000] }] },
            loss_fn_inputs: {
              advantages: { data: [...data], dtype: "float32", shape },
              target_tokens: { data: [6, 70_000, 1], dtype: "int64", shape: [3] },
            },
          },
        ],
        loss_fn: "ppo",
        loss_fn_config: named.lossConfig,
      },
    });
    expect(JSON.parse(Buffer.from(jsonCodec.encodeSample(sample)).toString())).toEqual({
      type: "sample",
      sequences: [
        { tokens: [9, 1], logprobs: [-0.125, -3], stop_reason: "stop" },
        { tokens: [9], logprobs: [-0.125], stop_reason: "length" },
      ],
      prompt_logprobs: [null, -1],
    });
  });

  it("writes every float32 in at most nine digits that read back as it, and every whole number", () => {
    // Each exponent with mantissas at its ends and in between, both signs; then neighbours of the powers of ten.
    const bits = Uint32Array.from({ length: 255 * 64 }, (_, i) => {
      const mantissa = [0, 1, 2 ** 23 - 1][i % 64] ?? Math.floor(uniform(5, i) * 2 ** 23);
      return (uniform(6, i) < 0.5 ? 0 : 2 ** 31) + Math.floor(i / 64) * 2 ** 23 + mantissa;
    });
    const tens = Array.from({ length: 20 }, (_, i) => 10 ** (i - 9)).flatMap((ten) => {
      const at = new Uint32Array(Float32Array.of(ten).buffer)[0]!;
      return [at - 1, at, at + 1];
    });
    const all = new Float32Array(Uint32Array.of(...bits, ...tens).buffer);
    const repeated = Float32Array.from({ length: 3 * all.length }, (_, i) => all[Math.floor(i / 3)]!);
    const written = jsonCodec.encodeSample({ sequences: [], promptLogprobs: repeated });
    const back = jsonCodec.decodeSample(written).promptLogprobs!;
    expect(back.findIndex((value, i) => value !== repeated[i])).toBe(-1);
    const texts = /"prompt_logprobs":\[(.*)\]/.exec(Buffer.from(written).toString())![1]!.split(",");
    const plain = texts.filter((own) => !own.includes("e") && Math.abs(Number(own)) < 1e9);
    expect(plain.filter((own) => own.replace(/^-?(?:0\.0*)?/, "").replace(".", "").length > 9)).toEqual([]);
    const whole = [0, 9, 10, 99_999, 999_999_999, 1e9, 2 ** 31, -1, -(2 ** 53) + 1, 2 ** 53 - 1];
    const own = { ...request, data: [{ tokens: whole, inputs: { target_tokens: ints(whole) } }] };
    expect(jsonCodec.decodeRequest(jsonCodec.encodeRequest(own))).toEqual(own);
  });

  it("takes tensors without a type, and sparse ones", () => {
    const datum = {
      model_input: { chunks: [{ tokens: [1] }, { type: "encoded_text", tokens: [2] }] },
      loss_fn_inputs: {
        target_tokens: { data: [2, 3] },
        weights: {
          data: [0.5],
          dtype: "float32",
          shape: [2],
          sparse_crow_indices: [0, 1],
          sparse_col_indices: [1],
        },
      },
    };
    expect(read(input(datum))().data).toEqual([
      { tokens: [1, 2], inputs: { target_tokens: ints([2, 3]), weights: floats(Float32Array.of(0, 0.5)) } },
    ]);
  });

  it.each([
    [[]],
    [input({ model_input: {}, loss_fn_inputs: {} })],
    [input({ model_input: { chunks: [{ type: "image" }] }, loss_fn_inputs: {} })],
    [input({ model_input: { chunks: [{ tokens: [1.5] }] }, loss_fn_inputs: {} })],
    [input({ model_input: { chunks: [] }, loss_fn_inputs: { weights: { data: ["a"] } } })],
    [input({ model_input: { chunks: [] }, loss_fn_inputs: { weights: { data: [1], dtype: "float64" } } })],
    [
      input({
        model_input: { chunks: [] },
        loss_fn_inputs: {
          weights: {
            data: [1],
            dtype: "float32",
            shape: [1e9, 1e9],
            sparse_crow_indices: [0],
            sparse_col_indices: [0],
          },
        },
      }),
    ],
  ])("refuses %j", (value) => {
    expect(read(value)).toThrow(refusal("tinker-message-malformed"));
  });
});
