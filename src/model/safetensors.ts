/**
 * Tensors in a single safetensors file (https://github.com/huggingface/safetensors), written and read as F32, F16 and
 * BF16. Both ends assume a little-endian machine, as ONNX Runtime's own binaries do.
 */
import fs from "node:fs";
import { SelftrainError } from "../errors.js";
import { writeFully } from "../io/fs/atomic.js";
import { guardFs } from "../io/fs/fs-errors.js";
import { refuseLfsPointer } from "../io/fs/git-lfs.js";
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
import { readFully, readInto, writeFrom } from "./tensor-bytes.js";

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
 * Writes tensors durably. The bytes are a function of the tensors and the metadata: the order of the tensors (by name,
 * in code-unit order) and of the metadata does not depend on the order given. Half precision rounds to the nearest.
 *
 * Throws `safetensors-invalid-tensor` where data do not match their shape, or a name is taken twice or reserved, and
 * `weights-overflow` where a number is too large for the type.
 */
export function writeSafetensors(
  path: string,
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
  dtype: Dtype = "F32",
): void {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const header = formatHeader(layOut(sorted, dtype, path), metadata);
  guardFs("write the tensors", path, () => {
    const fd = fs.openSync(path, "w");
    try {
      writeFully(fd, header);
      for (const { name, data } of sorted) writeFrom(fd, data, dtype, `${path}: ${name}`);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** The header alone: names, types, shapes and metadata, without reading the data. */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  return withFile(path, (fd) => readHeader(fd, path));
}

/**
 * All tensors of a file by name, each in memory of its own. Throws `safetensors-invalid` where the file is damaged
 * or truncated, `safetensors-unsupported-dtype` for types other than F32, F16 and BF16.
 */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  readSafetensorsInto(path, ({ name, dtype, shape }) => {
    const data = new Float32Array(elements(shape));
    tensors.set(name, { shape, dtype, data });
    return data;
  });
  return tensors;
}

/**
 * Reads tensors to where `place` says, or passes over one where it says null. `done` is told of each that was read.
 * Errors: those of `readSafetensors`.
 */
export function readSafetensorsInto(
  path: string,
  place: (entry: TensorEntry) => Float32Array | null,
  done?: (entry: TensorEntry, data: Float32Array) => void,
): void {
  withFile(path, (fd) => {
    const { entries, dataStart } = readHeader(fd, path);
    for (const entry of entries) {
      const data = place(entry);
      if (!data) continue;
      readInto(fd, data, entry.dtype, dataStart + entry.begin, path);
      done?.(entry, data);
    }
  });
}

function layOut(tensors: readonly NamedTensor[], dtype: Dtype, path: string): TensorEntry[] {
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
    position += data.length * dtypeBytes[dtype];
    return { name, dtype, shape, begin, end: position };
  });
}

/** Does something with an open file of tensors. */
export function withFile<T>(path: string, use: (fd: number) => T): T {
  refuseLfsPointer(path);
  return guardFs("read the tensors", path, () => {
    const fd = fs.openSync(path, "r");
    try {
      return use(fd);
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
