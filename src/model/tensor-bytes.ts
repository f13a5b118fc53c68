/**
 * Single-precision numbers to and from the bytes of a file, in pieces: no second copy of a tensor is ever in memory,
 * whatever type the file has.
 */
import fs from "node:fs";
import { SelftrainError } from "../errors.js";
import { writeFully } from "../io/fs/atomic.js";
import {
  type Narrow,
  narrowBfloat16,
  narrowFloat16,
  type Widen,
  widenBfloat16,
  widenFloat16,
} from "./float16.js";
import type { Dtype } from "./safetensors-header.js";

/** Numbers converted at a time. */
const PIECE = 1 << 18;

interface Half {
  readonly widen: Widen;
  readonly narrow: Narrow;
  /** The bits of the exponent, all set: infinity. */
  readonly infinity: number;
}

const HALVES: Readonly<Record<Exclude<Dtype, "F32">, Half>> = {
  F16: { widen: widenFloat16, narrow: narrowFloat16, infinity: 0x7c00 },
  BF16: { widen: widenBfloat16, narrow: narrowBfloat16, infinity: 0x7f80 },
};

const bytesOf = (data: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const bitsOf = (data: Float32Array): Uint32Array =>
  new Uint32Array(data.buffer, data.byteOffset, data.length);

/** Fills `data` from `position` of a file. Throws `safetensors-invalid` where the file ends before. */
export function readInto(fd: number, data: Float32Array, dtype: Dtype, position: number, path: string): void {
  if (dtype === "F32") {
    readFully(fd, bytesOf(data), position, path);
    return;
  }
  const { widen } = HALVES[dtype];
  const singles = bitsOf(data);
  const piece = new Uint16Array(Math.min(PIECE, data.length));
  for (let at = 0; at < data.length; at += PIECE) {
    const halves = piece.subarray(0, data.length - at);
    readFully(fd, bytesOf(halves), position + 2 * at, path);
    for (let i = 0; i < halves.length; i++) singles[at + i] = widen(halves[i] as number);
  }
}

/** Writes `data` where the file stands. Throws `weights-overflow` for a finite number that the type does not reach. */
export function writeFrom(fd: number, data: Float32Array, dtype: Dtype, where: string): void {
  if (dtype === "F32") {
    writeFully(fd, bytesOf(data));
    return;
  }
  const { narrow, infinity } = HALVES[dtype];
  const singles = bitsOf(data);
  const piece = new Uint16Array(Math.min(PIECE, data.length));
  for (let at = 0; at < data.length; at += PIECE) {
    const halves = piece.subarray(0, data.length - at);
    for (let i = 0; i < halves.length; i++) {
      const half = narrow(singles[at + i] as number);
      if ((half & infinity) === infinity && Number.isFinite(data[at + i])) {
        throw overflow(data[at + i] as number, at + i, dtype, where);
      }
      halves[i] = half;
    }
    writeFully(fd, bytesOf(halves));
  }
}

/** Fills `into` from a position; a call reads 2 GiB at most. */
export function readFully(fd: number, into: Uint8Array, position: number, path: string): void {
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

function overflow(value: number, element: number, dtype: Dtype, where: string): SelftrainError {
  return new SelftrainError({
    code: "weights-overflow",
    message: `a weight is too large for ${dtype}`,
    found: `${value} at element ${element}`,
    where,
    remedy: "write the model as float32, or as bfloat16, which has the same range",
  });
}
