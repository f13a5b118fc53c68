/**
 * Tensors in a single safetensors file (https://github.com/huggingface/safetensors), written as F32, read from F32,
 * F16 and BF16. Both ends assume a little-endian machine, as ONNX Runtime's own binaries do.
 */
import fs from "node:fs";
import { SelftrainError } from "../errors.js";
import { writeFully } from "../fs/atomic.js";
import { guardFs } from "../fs/fs-errors.js";
import { bfloat16ToFloat32, float16ToFloat32 } from "./float16.js";
import {
  type Dtype,
  dtypeBytes,
  elements,
  formatHeader,
  headerLength,
  parseHeader,
  prefixBytes,
  type SafetensorsHeader,
  type TensorEntry,
} from "./safetensors-header.js";

/** A tensor to write: row-major data of `shape`. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor read: its data in single precision, whatever `dtype` says that the file has. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly data: Float32Array;
}

/**
 * Writes tensors as F32, durably. The bytes are a function of the tensors and the metadata: the order of the
 * tensors (by name, in code-unit order) and of the metadata does not depend on the order given.
 *
 * Throws `safetensors-invalid-tensor` where data do not match their shape, or a name is taken twice or reserved.
 */
export function writeSafetensors(
  path: string,
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const header = formatHeader(layOut(sorted, path), metadata);
  guardFs("write the tensors", path, () => {
    const fd = fs.openSync(path, "w");
    try {
      writeFully(fd, header);
      for (const { data } of sorted) {
        writeFully(fd, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** The header alone: names, types, shapes and metadata, without reading the data. */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  return withFile(path, readHeader);
}

/**
 * All tensors of a file by name, each in memory of its own. Throws `safetensors-invalid` where the file is damaged
 * or truncated, `safetensors-unsupported-dtype` for types other than F32, F16 and BF16.
 */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  return withFile(path, (fd) => {
    const { entries, dataStart } = readHeader(fd, path);
    return new Map(entries.map((entry) => [entry.name, readTensor(fd, entry, dataStart, path)]));
  });
}

function layOut(tensors: readonly NamedTensor[], path: string): TensorEntry[] {
  let position = 0;
  return tensors.map(({ name, shape, data }, i) => {
    const refuse = (message: string, found: unknown, expected: unknown) =>
      new SelftrainError({
        code: "safetensors-invalid-tensor",
        message,
        found,
        expected,
        where: `${path}: ${name}`,
        remedy: "Correct the tensors that are to be written.",
      });
    if (name === "__metadata__") throw refuse("This name is reserved.", name, "another name");
    if (tensors[i - 1]?.name === name) throw refuse("Two tensors have this name.", name, "distinct names");
    if (elements(shape) !== data.length) {
      throw refuse("The data do not match the shape.", data.length, `${elements(shape)} for [${shape}]`);
    }
    const begin = position;
    position += data.byteLength;
    return { name, dtype: "F32", shape, begin, end: position };
  });
}

function withFile<T>(path: string, use: (fd: number, path: string) => T): T {
  return guardFs("read the tensors", path, () => {
    const fd = fs.openSync(path, "r");
    try {
      return use(fd, path);
    } finally {
      fs.closeSync(fd);
    }
  });
}

function readHeader(fd: number, path: string): SafetensorsHeader {
  const fileBytes = fs.fstatSync(fd).size;
  const prefix = new Uint8Array(prefixBytes);
  readFully(fd, prefix.subarray(0, Math.min(fileBytes, prefixBytes)), 0, path);
  const json = new Uint8Array(headerLength(prefix, fileBytes, path));
  readFully(fd, json, prefixBytes, path);
  return parseHeader(json, fileBytes, path);
}

function readTensor(fd: number, entry: TensorEntry, dataStart: number, path: string): StoredTensor {
  const { dtype, shape, begin, end } = entry;
  const bytes = new Uint8Array(end - begin);
  readFully(fd, bytes, dataStart + begin, path);
  return { shape, dtype, data: toFloat32(dtype, bytes.buffer) };
}

function toFloat32(dtype: Dtype, buffer: ArrayBuffer): Float32Array {
  if (dtype === "F32") return new Float32Array(buffer);
  const bits = new Uint16Array(buffer, 0, buffer.byteLength / dtypeBytes[dtype]);
  return dtype === "F16" ? float16ToFloat32(bits) : bfloat16ToFloat32(bits);
}

/** Fills `into` from a position; a call reads 2 GiB at most. */
function readFully(fd: number, into: Uint8Array, position: number, path: string): void {
  const mostBytes = 1 << 30;
  let done = 0;
  while (done < into.byteLength) {
    const read = fs.readSync(fd, into, done, Math.min(mostBytes, into.byteLength - done), position + done);
    if (read === 0) {
      throw new SelftrainError({
        code: "safetensors-invalid",
        message: "The file became shorter while it was read.",
        where: path,
        remedy: "Wait until whatever writes the file is done, then read it again.",
      });
    }
    done += read;
  }
}
