/** The tensors of the protocol: its public types are float32 and int64, and whole numbers stay within 2^53. */
import { SelftrainError } from "../../../errors.js";

export interface FloatTensor {
  readonly dtype: "float32";
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface IntTensor {
  readonly dtype: "int64";
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Tensor = FloatTensor | IntTensor;

export const floats = (data: Float32Array): FloatTensor => ({ dtype: "float32", shape: [data.length], data });
export const ints = (data: readonly number[]): IntTensor => ({ dtype: "int64", shape: [data.length], data });

/** What a message breaks. */
export const malformed = (message: string, found?: unknown, expected?: unknown): SelftrainError =>
  new SelftrainError({
    code: "tinker-message-malformed",
    message,
    ...(found === undefined ? {} : { found }),
    ...(expected === undefined ? {} : { expected }),
    remedy: "check that both ends speak the same version of the protocol",
  });

/** Compressed sparse rows: row r has the values crow[r] to crow[r + 1], at those columns. */
export interface SparseRows {
  readonly values: ArrayLike<number>;
  readonly crow: readonly number[];
  readonly col: readonly number[];
}

/** Elements of the largest tensor that a sparse one may stand for: its size is said, and not sent. */
const MOST_ELEMENTS = 2 ** 26;

/** All elements of a sparse matrix, row by row. Throws `tinker-message-malformed` where an index is outside of it. */
export function denseOf({ values, crow, col }: SparseRows, shape: readonly number[]): number[] {
  const [rows = 0, columns = 0] = shape.length === 1 ? [1, shape[0]] : shape;
  const fits =
    shape.length <= 2 &&
    rows * columns <= MOST_ELEMENTS &&
    crow.length === rows + 1 &&
    crow.at(-1) === values.length &&
    col.length === values.length;
  if (!fits) throw malformed("a sparse tensor does not fit its shape", shape.join(" × "));
  const dense = new Array<number>(rows * columns).fill(0);
  for (let row = 0; row < rows; row++)
    for (let i = crow[row]!; i < crow[row + 1]!; i++) {
      const column = col[i]!;
      if (!(column >= 0 && column < columns)) throw malformed("a sparse tensor has a column outside", column);
      dense[row * columns + column] = values[i]!;
    }
  return dense;
}
