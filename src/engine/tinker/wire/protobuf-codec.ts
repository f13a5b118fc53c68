/** The protocol's protobuf messages (package `tinker_public`), by field number. */
import {
  bfloat16Of,
  floatsAsBytes,
  floatsOf,
  int32AsBytes,
  int32Of,
  int64AsBytes,
  int64Of,
} from "./bytes.js";
import type { Codec } from "./codec.js";
import type {
  ForwardBackwardOutput,
  ForwardBackwardRequest,
  SampledSequence,
  WireDatum,
} from "./messages.js";
import { type ProtoField, ProtoWriter, protoFields, repeatedInts, textOf } from "./protobuf.js";
import { denseOf, ints, malformed, type Tensor } from "./tensor.js";

/** `DType`. */
const FLOAT32 = 1;
const INT64 = 2;
const INT32 = 3;
const BFLOAT16 = 4;
const ITEM: Readonly<Record<number, number>> = { [FLOAT32]: 4, [INT64]: 8, [INT32]: 4, [BFLOAT16]: 2 };

const tensorBytes = (tensor: Tensor): Uint8Array =>
  tensor.dtype === "float32" ? floatsAsBytes(tensor.data) : int64AsBytes(tensor.data);
const dtypeOf = ({ dtype }: Tensor): number => (dtype === "float32" ? FLOAT32 : INT64);

function tensorOf(bytes: Uint8Array, dtype: number, shape: (elements: number) => readonly number[]): Tensor {
  if (dtype === FLOAT32 || dtype === BFLOAT16) {
    const data = dtype === FLOAT32 ? floatsOf(bytes) : bfloat16Of(bytes);
    return { dtype: "float32", shape: shape(data.length), data };
  }
  if (dtype !== INT64 && dtype !== INT32) throw malformed("a tensor has no known type", dtype);
  const data = dtype === INT64 ? int64Of(bytes) : int32Of(bytes);
  return { dtype: "int64", shape: shape(data.length), data };
}

const bytesAt = (fields: readonly ProtoField[], number: number): Uint8Array =>
  fields.findLast((field) => field.number === number)?.bytes ?? new Uint8Array(0);
const valueAt = (fields: readonly ProtoField[], number: number): number =>
  fields.findLast((field) => field.number === number)?.value ?? 0;
const textAt = (fields: readonly ProtoField[], number: number): string => textOf(bytesAt(fields, number));
const has = (fields: readonly ProtoField[], number: number): boolean =>
  fields.some((field) => field.number === number);
const messagesAt = (fields: readonly ProtoField[], number: number): ProtoField[][] =>
  fields.filter((field) => field.number === number).map(({ bytes }) => protoFields(bytes));
/** Entries of a map by key. */
const mapAt = <T>(
  fields: readonly ProtoField[],
  number: number,
  read: (entry: ProtoField[]) => T,
): Record<string, T> =>
  Object.fromEntries(messagesAt(fields, number).map((entry) => [textAt(entry, 1), read(entry)]));
const doublesAt = (fields: readonly ProtoField[], number: number): Record<string, number> =>
  mapAt(fields, number, (entry) => valueAt(entry, 2));

function writeTensor(to: ProtoWriter, tensor: Tensor): void {
  to.bytes(1, tensorBytes(tensor)).int(3, dtypeOf(tensor)).packedInts(4, tensor.shape);
}

function readTensor(fields: readonly ProtoField[]): Tensor {
  const dtype = valueAt(fields, 3);
  const shape = repeatedInts(fields, 4);
  if (!has(fields, 2)) return tensorOf(bytesAt(fields, 1), dtype, (n) => (shape.length > 0 ? shape : [n]));
  const sparse = protoFields(bytesAt(fields, 2));
  const values = tensorOf(bytesAt(sparse, 1), dtype, (n) => [n]);
  const rows = { crow: int64Of(bytesAt(sparse, 2)), col: int64Of(bytesAt(sparse, 3)) };
  const dense = denseOf({ values: values.data, ...rows }, shape);
  if (values.dtype === "float32") return { dtype: "float32", shape, data: Float32Array.from(dense) };
  return { ...ints(dense), shape };
}

/** Somewhat more than a request's data take. */
const requestBytes = (data: readonly WireDatum[]): number =>
  data.reduce((sum, { tokens, inputs }) => {
    const tensors = Object.entries(inputs).reduce((own, [name, { dtype, data: values }]) => {
      return own + 2 * name.length + 40 + values.length * (dtype === "float32" ? 4 : 8);
    }, 0);
    return sum + 4 * tokens.length + tensors + 40;
  }, 256);

function readDatum(fields: readonly ProtoField[]): WireDatum {
  const tokens = messagesAt(fields, 1).flatMap((chunk) => {
    if (!has(chunk, 1)) throw malformed("a chunk of the input is no text", undefined, "encoded_text");
    return int32Of(bytesAt(protoFields(bytesAt(chunk, 1)), 1));
  });
  return { tokens, inputs: mapAt(fields, 2, (entry) => readTensor(protoFields(bytesAt(entry, 2)))) };
}

/** The tensors of one name, datum after datum, with the bytes where each begins and ends. */
function writeField(record: ProtoWriter, name: string, tensors: readonly (Tensor | undefined)[]): void {
  const parts = tensors.map((tensor) => (tensor ? tensorBytes(tensor) : new Uint8Array(0)));
  const offsets = [0];
  for (const part of parts) offsets.push(offsets.at(-1)! + part.length);
  const data = new Uint8Array(offsets.at(-1)!);
  for (const [i, part] of parts.entries()) data.set(part, offsets[i]!);
  const known = tensors.find((tensor) => tensor !== undefined)!;
  record.entry(2, name, (entry) =>
    entry.message(2, (batched) =>
      batched
        .bytes(1, data)
        .bytes(2, int64AsBytes(offsets))
        .int(3, dtypeOf(known))
        .packedInts(4, known.shape.slice(1)),
    ),
  );
}

/** The datums of one record, as many as it says. */
function readRecord(fields: readonly ProtoField[]): Record<string, Tensor>[] {
  const columns = mapAt(fields, 2, (entry) => {
    const batched = protoFields(bytesAt(entry, 2));
    const dtype = valueAt(batched, 3);
    const trailing = repeatedInts(batched, 4);
    const row = trailing.reduce((product, size) => product * size, 1);
    const data = bytesAt(batched, 1);
    const offsets = int64Of(bytesAt(batched, 2));
    const wrong = offsets.some((at, i) => at < (offsets[i - 1] ?? 0) || at > data.length);
    if (wrong || ITEM[dtype] === undefined) throw malformed("a batch of tensors has offsets outside of it");
    return offsets
      .slice(1)
      .map((end, i) => tensorOf(data.subarray(offsets[i], end), dtype, (n) => [n / row, ...trailing]));
  });
  const count = valueAt(fields, 3) || (Object.values(columns)[0]?.length ?? 0);
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => {
        if (column.length !== count) throw malformed(`an answer has too few ${name}`, column.length, count);
        return [name, column[i]!];
      }),
    ),
  );
}

const sequenceOf = (fields: readonly ProtoField[]): SampledSequence => {
  const reason = valueAt(fields, 1);
  if (reason !== 0 && reason !== 1) throw malformed("a sample ended for no known reason", reason);
  return {
    stopReason: reason === 0 ? "stop" : "length",
    tokens: int32Of(bytesAt(fields, 2)),
    logprobs: floatsOf(bytesAt(fields, 3)),
  };
};

export const protobufCodec: Codec = {
  name: "protobuf",
  contentType: "application/x-protobuf",

  encodeRequest({ modelId, seqId, data, lossFn, lossConfig, forwardOnly }) {
    const request = new ProtoWriter(requestBytes(data)).text(1, modelId).int(2, seqId);
    for (const { tokens, inputs } of data)
      request.message(3, (datum) => {
        datum.message(1, (chunk) => chunk.message(1, (text) => text.bytes(1, int32AsBytes(tokens))));
        for (const [name, tensor] of Object.entries(inputs))
          datum.entry(2, name, (entry) => entry.message(2, (value) => writeTensor(value, tensor)));
      });
    request.text(4, lossFn);
    for (const [name, value] of Object.entries(lossConfig))
      request.entry(5, name, (entry) => entry.double(2, value));
    return request.int(6, forwardOnly ? 1 : 0).finish();
  },

  decodeRequest(body): ForwardBackwardRequest {
    const fields = protoFields(body);
    return {
      modelId: textAt(fields, 1),
      seqId: valueAt(fields, 2),
      data: messagesAt(fields, 3).map(readDatum),
      lossFn: textAt(fields, 4),
      lossConfig: doublesAt(fields, 5),
      forwardOnly: valueAt(fields, 6) !== 0,
    };
  },

  encodeForwardBackward({ outputs, metrics }) {
    const output = new ProtoWriter().text(1, "ArrayRecord");
    if (outputs.length > 0)
      output.message(2, (record) => {
        const names = new Set(outputs.flatMap((own) => Object.keys(own)));
        for (const name of names)
          writeField(
            record,
            name,
            outputs.map((own) => own[name]),
          );
        record.int(3, outputs.length);
      });
    for (const [name, value] of Object.entries(metrics))
      output.entry(3, name, (entry) => entry.double(2, value));
    return output.finish();
  },

  decodeForwardBackward(body): ForwardBackwardOutput {
    const fields = protoFields(body);
    return { outputs: messagesAt(fields, 2).flatMap(readRecord), metrics: doublesAt(fields, 3) };
  },

  encodeSample({ sequences, promptLogprobs }) {
    const response = new ProtoWriter();
    for (const { tokens, logprobs, stopReason } of sequences)
      response.message(1, (sequence) =>
        sequence
          .int(1, stopReason === "stop" ? 0 : 1)
          .bytes(2, int32AsBytes(tokens))
          .bytes(3, floatsAsBytes(logprobs)),
      );
    if (promptLogprobs !== null) response.bytes(2, floatsAsBytes(promptLogprobs));
    return response.finish();
  },

  decodeSample(body) {
    const fields = protoFields(body);
    return {
      sequences: messagesAt(fields, 1).map(sequenceOf),
      promptLogprobs: has(fields, 2) ? floatsOf(bytesAt(fields, 2)) : null,
    };
  },
};
