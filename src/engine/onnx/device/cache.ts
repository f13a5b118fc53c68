/**
 * Keys and values on a graphics device: a row's tokens from the first column on, in tensors of one capacity, which decode steps add to
 * where they lie. When rows retire the others are gathered into smaller tensors.
 */
import type { ModelConfig } from "../../../model/config.js";
import { type CacheNames, cachedWidth, cacheNames } from "../programs/sampling.js";
import { integers, lasting, shortIntegers, type Tensors } from "../runtime/tensor.js";
import type { Placement, RowCache } from "../sampling/row-cache.js";
import type { Lent } from "../sampling/step-feeds.js";
import { type DeviceTensor, type Gpu, longs } from "./gpu.js";
import { keepProgram, placeProgram } from "./programs.js";
import type { DeviceRows } from "./rows.js";

/** Capacities are multiples of so many columns: programs are made for few of them. */
const ALIGNED = 16;

/** Columns of a row that comes to have so many tokens. */
export const deviceColumns = (longest: number): number => Math.ceil(longest / ALIGNED) * ALIGNED;

interface LentCache extends Lent {
  /** Tokens of each row, and one more than the most. */
  readonly past: Int32Array;
  readonly total: Int32Array;
}

export class DeviceCache implements RowCache {
  readonly #gpu: Gpu;
  readonly #rows: DeviceRows;
  readonly #kvHeads: number;
  readonly #width: number;
  readonly #names: readonly CacheNames[];
  #tensors: DeviceTensor[] = [];
  #lengths: number[] = [];
  #lent: LentCache | null = null;

  constructor(gpu: Gpu, rows: DeviceRows, config: ModelConfig) {
    this.#gpu = gpu;
    this.#rows = rows;
    this.#kvHeads = config.kvHeads;
    this.#width = cachedWidth(config);
    this.#names = cacheNames(config.layers);
  }

  get lengths(): readonly number[] {
    return this.#lengths;
  }

  async reset(rows: number, _prompt: number, longest: number): Promise<void> {
    this.#lengths = new Array(rows).fill(0);
    this.#lent = null;
    const dims = this.#dims(rows, deviceColumns(longest));
    if (String(this.#tensors[0]?.dims) !== String(dims)) {
      this.#release();
      this.#tensors = this.#names.map(() => this.#gpu.tensor(dims));
    }
    // Columns that have no token yet count for nothing, and must be finite all the same.
    for (const tensor of this.#tensors) await this.#gpu.clear(tensor);
  }

  shrink(): void {
    this.#release();
  }

  prefill(prompts: number, time: number): Tensors {
    const dims = this.#dims(prompts, time);
    return Object.fromEntries(this.#names.map(({ fresh }) => [fresh, this.#rows.take(fresh, dims)]));
  }

  async setPrompts(prefill: Tensors, time: number, placements: readonly Placement[]): Promise<void> {
    this.#lent = null;
    for (const { row, length } of placements) this.#lengths[row] = length;
    const rows = placements.map(({ row }) => row);
    const shared = {
      from: longs(
        placements.map(({ prompt }) => prompt),
        [rows.length],
      ),
      to: longs(rows, [rows.length, 1]),
      pads: integers(BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 0n, BigInt(this.#columns - time), 0n), [8]),
    };
    const program = this.#gpu.programs("place", () => placeProgram(this.#kvHeads, this.#width));
    for (const [i, { fresh }] of this.#names.entries()) {
      const cache = this.#tensors[i] as DeviceTensor;
      const placed = this.#gpu.tensor(cache.dims);
      await program.run({ ...shared, cache, prompts: prefill[fresh] as DeviceTensor }, { placed });
      this.#replace(i, placed);
    }
  }

  /** No row leaves a device: there is one stream on it. */
  get rowFloats(): number {
    return 0;
  }

  read(): never {
    throw new Error("rows stay on the device");
  }

  write(): never {
    throw new Error("rows stay on the device");
  }

  tensors(): Lent {
    this.#lent ??= this.#lend();
    this.#lent.past.set(this.#lengths);
    this.#lent.total[0] = Math.max(...this.#lengths) + 1;
    return this.#lent;
  }

  grow(): void {
    this.#lengths.forEach((length, row) => {
      this.#lengths[row] = length + 1;
    });
  }

  async keep(rows: readonly number[]): Promise<void> {
    this.#lengths = rows.map((row) => this.#lengths[row] as number);
    this.#lent = null;
    if (rows.length === 0) return;
    const kept = { rows: longs(rows, [rows.length]) };
    const program = this.#gpu.programs("keep", () => keepProgram(this.#kvHeads, this.#width));
    for (const [i, cache] of this.#tensors.entries()) {
      const fewer = this.#gpu.tensor(this.#dims(rows.length, this.#columns));
      await program.run({ ...kept, cache }, { kept: fewer });
      this.#replace(i, fewer);
    }
  }

  #lend(): LentCache {
    const rows = this.#lengths.length;
    const past = lasting(shortIntegers(new Int32Array(rows), [rows]));
    const total = lasting(shortIntegers(new Int32Array(1), []));
    const named = (of: "cache" | "fresh") =>
      Object.fromEntries(this.#names.map((names, i) => [names[of], this.#tensors[i] as DeviceTensor]));
    return {
      past: past.data,
      total: total.data,
      feeds: { ...named("cache"), past, total },
      into: named("fresh"),
    };
  }

  get #columns(): number {
    return this.#tensors[0]?.dims[2] as number;
  }

  #dims(rows: number, columns: number): number[] {
    return [rows, this.#kvHeads, columns, this.#width];
  }

  #replace(i: number, tensor: DeviceTensor): void {
    this.#gpu.release(this.#tensors[i] as DeviceTensor);
    this.#tensors[i] = tensor;
  }

  #release(): void {
    for (const tensor of this.#tensors.splice(0)) this.#gpu.release(tensor);
  }
}
