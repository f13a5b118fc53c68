/**
 * A head in the files of a model whose `config.json` says that it is tied to the embeddings. Transformers (5.18) believes the file: where the
 * two differ, the model has a head of its own.
 */
import { fileOfTensor } from "./checkpoint-files.js";
import { EMBEDDING, HEAD } from "./parameters.js";
import { readSafetensorsHeader, withFile } from "./safetensors.js";
import { type Dtype, dtypeBytes, elements } from "./safetensors-header.js";
import { readInto } from "./tensor-bytes.js";

/** Numbers compared at a time. */
const PIECE = 1 << 18;

interface Stored {
  readonly path: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Byte of the file. */
  readonly position: number;
}

/** Whether the folder has a head that differs from the embeddings. False where its weights are not there, as in a plan. */
export function hasOwnHead(folder: string): boolean {
  const head = stored(folder, HEAD);
  const embedding = head && stored(folder, EMBEDDING);
  return head !== null && embedding !== null && !sameNumbers(head, embedding);
}

function stored(folder: string, name: string): Stored | null {
  const path = fileOfTensor(folder, name);
  if (path === null) return null;
  const { entries, dataStart } = readSafetensorsHeader(path);
  const entry = entries.find((one) => one.name === name);
  return entry ? { path, dtype: entry.dtype, shape: entry.shape, position: dataStart + entry.begin } : null;
}

function sameNumbers(a: Stored, b: Stored): boolean {
  if (a.shape.join() !== b.shape.join()) return false;
  return withFile(a.path, (fdA) =>
    withFile(b.path, (fdB) => {
      const size = elements(a.shape);
      const [ofA, ofB] = [new Float32Array(Math.min(PIECE, size)), new Float32Array(Math.min(PIECE, size))];
      for (let at = 0; at < size; at += PIECE) {
        const left = Math.min(PIECE, size - at);
        const read = (fd: number, { dtype, position, path }: Stored, into: Float32Array) => {
          readInto(fd, into.subarray(0, left), dtype, position + at * dtypeBytes[dtype], path);
        };
        read(fdA, a, ofA);
        read(fdB, b, ofB);
        for (let i = 0; i < left; i++) if (ofA[i] !== ofB[i]) return false;
      }
      return true;
    }),
  );
}
