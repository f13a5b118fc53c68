/** Arrays with a shape, which programs read and write where they lie. */
import type { DType } from "../../../graph/graph.js";
import { ELEMENT_TYPE } from "../../../graph/serialize.js";
import { addressOf, createValue, MOST_DIMS, releaseValue } from "../c-api/value.js";

const ARRAYS = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const satisfies Readonly<Record<DType, unknown>>;

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** What programs read and write, wherever it lies. */
export interface AnyTensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  /**
   * Whether a program that was given it keeps it until it is given another in its place, or is released: for what comes again from run
   * to run.
   */
  readonly lasting: boolean;
  /** The handle of the value, to be let go once for each time that it was taken. */
  hold(): bigint;
  /** The handle while somebody holds it. */
  readonly handle: bigint;
  letGo(): void;
}

export type Tensors = Readonly<Record<string, AnyTensor>>;

/** A tensor over an array. */
export class Tensor<T extends TensorData = TensorData> implements AnyTensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly lasting: boolean;
  /** Where its elements lie, from `#begin` on. */
  readonly #array: T;
  readonly #arrayLength: number;
  readonly #length: number;
  #begin = 0;
  /** Of the array, once it is known. */
  #address: bigint | null = null;
  /** Of those that hold it the number, and where there are any its handle. */
  #holders = 0;
  #handle = 0n;

  /** Over an array, which may be a part of a larger one and lie in memory that threads share; or over as much as it takes of `room`. */
  constructor(dtype: DType, array: T, dims: readonly number[], lasting = false, room = false) {
    let fits = dims.length <= MOST_DIMS && array instanceof ARRAYS[dtype];
    for (const dim of dims) fits &&= Number.isSafeInteger(dim) && dim >= 0;
    const length = count(dims);
    if (!fits || (room ? array.length < length : array.length !== length))
      throw new Error(`an array of ${array.length} elements is no ${dtype} tensor [${dims}]`);
    // Small arrays lie where garbage is collected, and are moved there, until somebody asks for their buffer.
    void array.buffer;
    this.dtype = dtype;
    this.dims = dims;
    this.lasting = lasting;
    this.#array = array;
    this.#arrayLength = array.length;
    this.#length = length;
  }

  get data(): T {
    const { length } = this.#array;
    return length === this.#length
      ? this.#array
      : (this.#array.subarray(this.#begin, this.#begin + this.#length) as T);
  }

  /** Has it lie elsewhere in its array, so many elements from there. Not while it is held. */
  moveTo(begin: number): void {
    const fits = Number.isInteger(begin) && begin >= 0 && begin + this.#length <= this.#arrayLength;
    if (this.#holders > 0 || !fits)
      throw new Error(
        `a tensor [${this.dims}] cannot be moved to ${begin} in an array of ${this.#arrayLength}`,
      );
    this.#begin = begin;
  }

  /** Throws where the array has lost its memory. */
  hold(): bigint {
    this.#check();
    if (this.#holders === 0) {
      this.#address ??= addressOf(this.#array);
      const { BYTES_PER_ELEMENT: bytes } = this.#array;
      const address = this.#address + BigInt(this.#begin * bytes);
      this.#handle = createValue(address, this.#length * bytes, ELEMENT_TYPE[this.dtype], this.dims);
    }
    this.#holders++;
    return this.#handle;
  }

  get handle(): bigint {
    this.#check();
    return this.#handle;
  }

  letGo(): void {
    if (--this.#holders === 0) releaseValue(this.#handle);
  }

  /** Throws where the array has lost its memory: a buffer can be handed to another thread. */
  #check(): void {
    if (this.#array.length !== this.#arrayLength)
      throw new Error(`a tensor [${this.dims}] has lost its memory`);
  }
}

function count(dims: readonly number[]): number {
  let product = 1;
  for (const dim of dims) product *= dim;
  return product;
}

export const floats = (data: Float32Array, dims: readonly number[]) => new Tensor("float32", data, dims);
export const integers = (data: BigInt64Array, dims: readonly number[]) => new Tensor("int64", data, dims);
export const shortIntegers = (data: Int32Array, dims: readonly number[]) => new Tensor("int32", data, dims);
export const boolean = (value: boolean) => new Tensor("bool", Uint8Array.of(Number(value)), []);

/** A tensor that can be moved about in an array. */
export const movable = (array: Float32Array, dims: readonly number[]) =>
  new Tensor("float32", array, dims, false, true);

export const zeros = (dtype: DType, dims: readonly number[]): Tensor =>
  new Tensor(dtype, new ARRAYS[dtype](count(dims)), dims);

/** The tensor as one that comes again from run to run. */
export const lasting = <T extends TensorData>({ dtype, data, dims }: Tensor<T>): Tensor<T> =>
  new Tensor(dtype, data, dims, true);

/** The array of a tensor that is one over an array. */
export const arrayOf = <T extends TensorData>(tensor: AnyTensor | undefined): T =>
  (tensor as Tensor<T> | undefined)?.data as T;

/** The data of a float32 output. */
export const floatsOf = (outputs: Tensors, name: string): Float32Array => arrayOf(outputs[name]);
