/**
 * The gradient on a graphics device. WebGPU lets no command write what it reads: each sum has two tensors, which micro-batches read and
 * write in turn.
 */
import type { ParameterSpec } from "../../../model/parameters.js";
import { inLayerZero } from "../policy/layer-names.js";
import type { Policy } from "../policy/policy.js";
import { GRADIENT, SUM } from "../programs/training.js";
import type { Runnable } from "../runtime/program.js";
import { type AnyTensor, integers, shortIntegers, type Tensors } from "../runtime/tensor.js";
import type { Sum } from "../training/gradient.js";
import type { Gradients } from "../training/gradients.js";
import { type DeviceTensor, type Gpu, longs, scalar } from "./gpu.js";
import { addRowsProgram, addSpreadRowsProgram } from "./programs.js";

/** Equal to no token. */
const NO_TOKEN = -1;
/** Pairs of a distinct token and a position that are compared at a time: 80 MiB of zeros and ones. */
const MOST_PAIRS = 2 ** 24;

interface Pair {
  readonly now: DeviceTensor;
  readonly next: DeviceTensor;
}

export class DeviceGradient implements Sum, Gradients {
  readonly specs: readonly ParameterSpec[];
  readonly #gpu: Gpu;
  readonly #largestBinding: number;
  readonly #pairs = new Map<string, Pair>();
  /** Whether there is a gradient: that of no data is zero. */
  #used = false;
  /** Whether the tensors hold zeros, or what was added to them. */
  #begun = false;

  constructor(gpu: Gpu, { trained }: Policy, largestBinding: number) {
    this.#gpu = gpu;
    this.#largestBinding = largestBinding;
    this.specs = trained.specs;
  }

  get used(): boolean {
    return this.#used;
  }

  take(): readonly Sum[] {
    this.#used = true;
    return [this];
  }

  clear(): void {
    this.#used = false;
    this.#begun = false;
  }

  async run(program: Runnable, feeds: Tensors, into: Tensors, layer?: number): Promise<Tensors> {
    const sums: Record<string, AnyTensor> = {};
    const targets: Record<string, AnyTensor> = {};
    const shown = new Map<string, string>();
    for (const { name } of this.specs) {
      const own = layer === undefined ? name : inLayerZero(name, layer);
      if (own === null) continue;
      const { now, next } = await this.pairOf(name);
      sums[`${SUM}${own}`] = now;
      targets[`${GRADIENT}${own}`] = next;
      shown.set(`${GRADIENT}${own}`, name);
    }
    const outputs = await program.run({ ...feeds, ...sums }, { ...into, ...targets });
    for (const [output, name] of shown) if (outputs[output]) this.#turn(name);
    return outputs;
  }

  async addRows(table: string, tokens: ArrayLike<number>, rows: AnyTensor, scale = 1): Promise<void> {
    if (!this.specs.some(({ name }) => name === table)) return;
    const distinct = [...new Set(Array.from(tokens))];
    const most = Math.max(1, Math.floor(MOST_PAIRS / tokens.length));
    for (let at = 0; at < distinct.length; at += most)
      await this.#addRowsOf(distinct.slice(at, at + most), table, tokens, rows, scale);
  }

  /** Of these tokens alone. */
  async #addRowsOf(
    distinct: readonly number[],
    table: string,
    tokens: ArrayLike<number>,
    rows: AnyTensor,
    scale: number,
  ): Promise<void> {
    const { now, next } = await this.pairOf(table);
    const width = rows.dims.at(-1) as number;
    const rank = rows.dims.length;
    const vocabulary = now.dims[0] as number;
    const spread = Float32Array.BYTES_PER_ELEMENT * vocabulary * width > this.#largestBinding;
    const listed = spread ? [...distinct, NO_TOKEN] : distinct;
    const feeds = {
      sum: now,
      rows,
      tokens: shortIntegers(Int32Array.from(tokens), [1, tokens.length]),
      distinct: shortIntegers(Int32Array.from(listed), [listed.length, 1]),
      scale: scalar(scale),
      ...(spread
        ? { row: integers(rowOfEach(vocabulary, distinct), [vocabulary]) }
        : { indices: longs(distinct, [distinct.length, 1]) }),
    };
    const program = spread
      ? this.#gpu.programs(`add-spread-rows/${rank}/${width}`, () => addSpreadRowsProgram(rank, width))
      : this.#gpu.programs(`add-rows/${rank}/${width}`, () => addRowsProgram(rank, width));
    await program.run(feeds, { added: next });
    this.#turn(table);
  }

  /** The sum of one parameter, and the tensor that the next is written to. */
  async pairOf(name: string): Promise<Pair> {
    if (!this.#begun) await this.#begin();
    return this.#pairs.get(name) as Pair;
  }

  /** After a step that has written zeros to the tensors that come next. */
  usedUp(): void {
    for (const { name } of this.specs) this.#turn(name);
    this.#used = false;
  }

  /** All sums, in the layout of what is trained. */
  values(): Float32Array {
    const values = new Float32Array(this.specs.reduce((sum, { size }) => sum + size, 0));
    for (const { name, offset, size } of this.specs) {
      const pair = this.#begun ? this.#pairs.get(name) : undefined;
      if (pair) this.#gpu.fetch(pair.now, values.subarray(offset, offset + size));
    }
    return values;
  }

  #turn(name: string): void {
    const { now, next } = this.#pairs.get(name) as Pair;
    this.#pairs.set(name, { now: next, next: now });
  }

  async #begin(): Promise<void> {
    for (const { name, shape } of this.specs) {
      const pair = this.#pairs.get(name) ?? { now: this.#gpu.tensor(shape), next: this.#gpu.tensor(shape) };
      this.#pairs.set(name, pair);
      await this.#gpu.clear(pair.now);
    }
    this.#begun = true;
  }
}

/** Of each token of a vocabulary its place among the distinct ones; of the others, the place after the last. */
function rowOfEach(vocabulary: number, distinct: readonly number[]): BigInt64Array {
  const rows = new BigInt64Array(vocabulary).fill(BigInt(distinct.length));
  distinct.forEach((token, i) => {
    rows[token] = BigInt(i);
  });
  return rows;
}
