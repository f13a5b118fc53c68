/** The same messages as JSON. float32 survive: what is written of one reads back as the same number. */
import type { Codec } from "./codec.js";
import {
  type Fields,
  fieldsOf,
  float32Of,
  integerOf,
  integersOf,
  listOf,
  numbersOf,
  parseJson,
  stringOf,
} from "./fields.js";
import { JsonWriter } from "./json-writer.js";
import type { SampledSequence, WireDatum } from "./messages.js";
import { denseOf, malformed, type Tensor } from "./tensor.js";

function writeTensor(writer: JsonWriter, { dtype, shape, data }: Tensor): void {
  writer.text('{"data":');
  if (dtype === "float32") writer.floats(data);
  else writer.integers(data);
  writer.text(`,"dtype":"${dtype}","shape":`).integers(shape).text("}");
}

const writeTensors = (writer: JsonWriter, tensors: Readonly<Record<string, Tensor>>): JsonWriter =>
  writer.object(tensors, (tensor) => writeTensor(writer, tensor));

function readTensor(value: unknown, name: string): Tensor {
  const {
    data,
    dtype,
    shape: given,
    sparse_crow_indices: crow,
    sparse_col_indices: col,
  } = fieldsOf(value, name);
  const dense = (values: readonly unknown[]): readonly unknown[] => {
    if (crow === undefined || crow === null) return values;
    const rows = { crow: integersOf(crow, name), col: integersOf(col, name) };
    return denseOf({ values: float64Of(values, name), ...rows }, integersOf(given, name));
  };
  const values = dense(listOf(data, name));
  const shape = given === undefined || given === null ? [values.length] : integersOf(given, name);
  // Servers that say no type mean that of the numbers; only targets are whole.
  const whole = dtype === "int64" || (dtype === undefined && name === "target_tokens");
  if (whole) return { dtype: "int64", shape, data: integersOf(values, name) };
  if (dtype !== undefined && dtype !== "float32") throw malformed(`${name} has no known type`, String(dtype));
  return { dtype: "float32", shape, data: float32Of(values, name) };
}

const float64Of = (values: readonly unknown[], name: string): number[] =>
  values.map((one) => {
    if (typeof one !== "number") throw malformed(`${name} holds no numbers`, typeof one);
    return one;
  });

const tensorsOf = (value: unknown, what: string): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(fieldsOf(value, what)).map(([name, own]) => [name, readTensor(own, name)]),
  );

/** The tokens of an input. Errors: `tinker-message-malformed` where a chunk is no text. */
export function tokensOfChunks(input: unknown, what: string): number[] {
  return listOf(fieldsOf(input, what).chunks, `${what}.chunks`).flatMap((chunk) => {
    const { type = "encoded_text", tokens } = fieldsOf(chunk, `${what}.chunks`);
    if (type !== "encoded_text")
      throw malformed(`a chunk of ${what} is no text`, String(type), "encoded_text");
    return integersOf(tokens, `${what}.tokens`);
  });
}

export const chunksOf = (tokens: readonly number[]) => ({ chunks: [{ type: "encoded_text", tokens }] });

const readDatum = (value: unknown): WireDatum => {
  const { model_input: input, loss_fn_inputs: inputs } = fieldsOf(value, "a datum");
  return { tokens: tokensOfChunks(input, "model_input"), inputs: tensorsOf(inputs, "loss_fn_inputs") };
};

function readSequence(value: unknown): SampledSequence {
  const { tokens, logprobs, stop_reason: reason } = fieldsOf(value, "a sample");
  if (reason !== "stop" && reason !== "length")
    throw malformed("a sample ended for no known reason", String(reason), "stop or length");
  return {
    tokens: integersOf(tokens, "tokens"),
    // None is as bad as none of the right length, and is refused as that.
    logprobs: float32Of(logprobs ?? [], "logprobs"),
    stopReason: reason,
  };
}

export const jsonCodec: Codec = {
  name: "json",
  contentType: "application/json",

  encodeRequest({ modelId, seqId, data, lossFn, lossConfig, forwardOnly }) {
    const writer = new JsonWriter();
    writer.text(`{"model_id":${JSON.stringify(modelId)},"seq_id":${seqId},`);
    writer.text(forwardOnly ? '"forward_input":{"data":' : '"forward_backward_input":{"data":');
    writer.list(data, ({ tokens, inputs }) => {
      writer.text('{"model_input":{"chunks":[{"type":"encoded_text","tokens":').integers(tokens);
      writer.text('}]},"loss_fn_inputs":');
      writeTensors(writer, inputs).text("}");
    });
    writer.text(',"loss_fn":').value(lossFn);
    if (Object.keys(lossConfig).length > 0) writer.text(',"loss_fn_config":').value(lossConfig);
    return writer.text("}}").finish();
  },

  decodeRequest(body) {
    const request = fieldsOf(parseJson(body, "the request"), "the request");
    const forwardOnly = request.forward_input !== undefined;
    const input: Fields = fieldsOf(request.forward_input ?? request.forward_backward_input, "the input");
    return {
      modelId: stringOf(request.model_id, "model_id"),
      seqId: integerOf(request.seq_id, "seq_id"),
      data: listOf(input.data, "data").map(readDatum),
      lossFn: stringOf(input.loss_fn, "loss_fn"),
      lossConfig: numbersOf(input.loss_fn_config, "loss_fn_config"),
      forwardOnly,
    };
  },

  encodeForwardBackward({ outputs, metrics }) {
    const writer = new JsonWriter().text('{"loss_fn_output_type":"ArrayRecord","loss_fn_outputs":');
    writer.list(outputs, (own) => writeTensors(writer, own));
    return writer.text(',"metrics":').value(metrics).text("}").finish();
  },

  decodeForwardBackward(body) {
    const answer = fieldsOf(parseJson(body, "the answer"), "the answer");
    return {
      outputs: listOf(answer.loss_fn_outputs, "loss_fn_outputs").map((own) => tensorsOf(own, "an output")),
      metrics: numbersOf(answer.metrics, "metrics"),
    };
  },

  encodeSample({ sequences, promptLogprobs }) {
    const writer = new JsonWriter().text('{"type":"sample","sequences":');
    writer.list(sequences, ({ tokens, logprobs, stopReason }) => {
      writer.text('{"tokens":').integers(tokens).text(',"logprobs":').floats(logprobs);
      writer.text(`,"stop_reason":"${stopReason}"}`);
    });
    writer.text(',"prompt_logprobs":');
    if (promptLogprobs === null) writer.text("null");
    else writer.floats(promptLogprobs);
    return writer.text("}").finish();
  },

  decodeSample(body) {
    const { sequences, prompt_logprobs: prompt } = fieldsOf(parseJson(body, "the answer"), "the answer");
    return {
      sequences: listOf(sequences, "sequences").map(readSequence),
      promptLogprobs: prompt ? float32Of(prompt, "prompt_logprobs") : null,
    };
  },
};
