/**
 * The keys and values of the tokens sampled so far, owned here and lent to the decode program, which adds each new token where it
 * belongs.
 *
 * A lane is what one head of one row has cached: a window of `capacity` columns, of which the last is for the token to come and
 * those before the row's first token are masked. Lanes lie one behind another with no room between them, and all windows move on by
 * a column a step: the column that leaves a lane at its front is where the lane before it gets its next token. So a decode step reads
 * memory from end to end. With room for two columns between lanes attention took three times as long, since processors read ahead
 * only where nothing is left out.
 */
import type { ModelConfig } from "../../../model/config.js";
import { type CacheNames, cachedWidth, cacheNames } from "../programs/sampling.js";
import { Scratch } from "../runtime/scratch.js";
import { floats, floatsOf, movable, type Tensor, type Tensors } from "../runtime/tensor.js";
import { LaneMask } from "./lane-mask.js";
import type { Placement, RowCache } from "./row-cache.js";
import type { Lent } from "./step-feeds.js";

/**
 * Lanes are a multiple of so many columns: vector instructions add column by column as many sums side by side, so that those of a row are
 * the same to the last bit however long the lanes are that it lies in.
 */
const ALIGNED = 16;

const aligned = (columns: number): number => Math.ceil(columns / ALIGNED) * ALIGNED;

/**
 * Columns beyond those in use with which lanes are laid, before they are aligned: every step reads them, and when they are used up all
 * lanes are moved, which takes about four times as long as reading them. So many make the two cost the least together.
 */
const spare = (columns: number): number => Math.max(0, Math.ceil(Math.sqrt(8 * columns)) - ALIGNED / 2);

/** The most columns by which windows move on before lanes are laid anew. */
const mostMoved = (longest: number): number => spare(longest) + ALIGNED;

/** The most columns that a row of `longest` tokens takes: more than it has tokens where lanes had to become so much longer at once. */
export const cacheColumns = (longest: number): number =>
  aligned(longest) - ALIGNED + aligned(mostMoved(longest) / 2);

interface LentCache extends Lent {
  readonly mask: LaneMask;
  /** A part of each buffer, where the lanes lie now. */
  readonly windows: readonly Tensor[];
}

export class KvCache implements RowCache {
  readonly #kvHeads: number;
  /** Floats of a column. */
  readonly #width: number;
  readonly #names: readonly CacheNames[];
  readonly #scratch = new Scratch();
  #buffers: Float32Array[] = [];
  #longest = 0;
  #capacity = 0;
  /** Columns by which the windows have moved on since lanes were laid. */
  #moved = 0;
  /** Tokens of each row. */
  #lengths: number[] = [];
  /** Of lanes as they are laid; made when first needed. */
  #lent: LentCache | null = null;

  constructor(config: ModelConfig) {
    this.#kvHeads = config.kvHeads;
    this.#width = cachedWidth(config);
    this.#names = cacheNames(config.layers);
  }

  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Buffers grow only when they must. */
  reset(rows: number, prompt: number, longest: number): void {
    const needed = this.#floats(rows, longest);
    if ((this.#buffers[0]?.length ?? 0) < needed) {
      // The old ones go first: both at once might not fit.
      this.shrink(0, 0);
      this.#buffers = this.#names.map(() => new Float32Array(needed));
    }
    this.#longest = longest;
    this.#capacity = this.#capacityFor(prompt);
    this.#moved = 0;
    this.#lent = null;
    this.#lengths = new Array(rows).fill(0);
    // What is masked must be finite all the same.
    for (const buffer of this.#buffers)
      buffer.fill(0, 0, rows * this.#kvHeads * this.#capacity * this.#width);
  }

  shrink(rows: number, longest: number): void {
    if ((this.#buffers[0]?.length ?? 0) <= this.#floats(rows, longest)) return;
    this.#buffers = [];
    this.#lent = null;
  }

  prefill(prompts: number, time: number): Tensors {
    const shape = [prompts, this.#kvHeads, time, this.#width];
    const size = prompts * this.#kvHeads * time * this.#width;
    return Object.fromEntries(
      this.#names.map(({ fresh }) => [fresh, floats(this.#scratch.take(fresh, size), shape)]),
    );
  }

  setPrompts(prefill: Tensors, time: number, placements: readonly Placement[]): void {
    for (const placement of placements) this.#setPrompt(prefill, time, placement);
  }

  #setPrompt(prefill: Tensors, time: number, { row, prompt, length }: Placement): void {
    this.#lengths[row] = length;
    this.#names.forEach(({ fresh }, i) => {
      const source = floatsOf(prefill, fresh);
      for (let head = 0; head < this.#kvHeads; head++) {
        const from = (prompt * this.#kvHeads + head) * time * this.#width;
        const to = this.#start(row * this.#kvHeads + head, length);
        (this.#buffers[i] as Float32Array).set(source.subarray(from, from + length * this.#width), to);
      }
    });
  }

  get rowFloats(): number {
    return this.#rowFloats(Math.max(...this.#lengths));
  }

  read(row: number, into: Float32Array): Float32Array {
    const length = this.#lengths[row] as number;
    const cached = into.subarray(0, this.#rowFloats(length));
    this.#eachLane(row, length, cached, (buffer, at, part) =>
      part.set(buffer.subarray(at, at + part.length)),
    );
    return cached;
  }

  write(row: number, cached: Float32Array): void {
    const length = cached.length / this.#rowFloats(1);
    this.#lengths[row] = length;
    this.#eachLane(row, length, cached, (buffer, at, part) => buffer.set(part, at));
  }

  grow(): void {
    this.#lengths.forEach((length, row) => {
      this.#lent?.mask.show(row, length);
      this.#lengths[row] = length + 1;
    });
    this.#moved++;
  }

  /** In lanes as short as they may be. */
  keep(rows: readonly number[]): void {
    const lengths = rows.map((row) => this.#lengths[row] as number);
    const longest = Math.max(0, ...lengths);
    if (longest === this.#capacity) this.#widen();
    const capacity = Math.min(this.#capacity, this.#capacityFor(longest));
    const lanes = rows.flatMap((row) => this.#lanesOf(row));
    // Never to the right of where a lane was: the first can go first.
    this.#lay(
      capacity,
      lanes.map((from, to) => ({ from, to })),
    );
    this.#lengths = lengths;
  }

  /** The same tensors until lanes are laid anew, moved on with the windows. */
  tensors(): Lent {
    if (Math.max(...this.#lengths) === this.#capacity) this.#widen();
    this.#lent ??= this.#lend();
    for (const tensor of this.#lent.windows) tensor.moveTo(this.#moved * this.#width);
    return this.#lent;
  }

  #lend(): LentCache {
    const mask = new LaneMask(this.#lengths, this.#capacity);
    const shape = [this.#lengths.length, this.#kvHeads, this.#capacity, this.#width];
    const windows = this.#buffers.map((buffer) => movable(buffer, shape));
    const named = (of: "cache" | "fresh") =>
      Object.fromEntries(windows.map((tensor, i) => [(this.#names[i] as CacheNames)[of], tensor]));
    return { mask, windows, feeds: { ...mask.tensors, ...named("cache") }, into: named("fresh") };
  }

  /** Floats of a row's keys and values. */
  #rowFloats(length: number): number {
    return this.#names.length * this.#kvHeads * this.#width * length;
  }

  /** Lane by lane of a row of `length` tokens: where its tokens lie in which buffer, and the part of `cached` that has them. */
  #eachLane(
    row: number,
    length: number,
    cached: Float32Array,
    visit: (buffer: Float32Array, at: number, part: Float32Array) => void,
  ): void {
    const size = length * this.#width;
    const lanes = this.#lanesOf(row);
    for (const [b, buffer] of this.#buffers.entries())
      for (const [h, lane] of lanes.entries()) {
        const begin = (b * lanes.length + h) * size;
        visit(buffer, this.#start(lane, length), cached.subarray(begin, begin + size));
      }
  }

  /** Floats of a buffer for so many rows of at most so many tokens. */
  #floats(rows: number, longest: number): number {
    return (rows * this.#kvHeads * cacheColumns(longest) + mostMoved(longest)) * this.#width;
  }

  /** Columns of lanes that are laid when rows have at most `length` tokens: one more is to come. */
  #capacityFor(length: number): number {
    return aligned(Math.min(this.#longest, length + 1 + spare(length + 1)));
  }

  #lanesOf(row: number): number[] {
    return Array.from({ length: this.#kvHeads }, (_, head) => row * this.#kvHeads + head);
  }

  /** Where the first of `length` tokens of a lane lies. */
  #start(lane: number, length: number): number {
    return (lane * this.#capacity + this.#moved + this.#capacity - 1 - length) * this.#width;
  }

  /** Makes room for a column more, and some to spare. */
  #widen(): void {
    const lanes = this.#lengths.flatMap((_, row) => this.#lanesOf(row));
    // Wider by half of what the windows have moved on: then no lane is laid over one that is yet to be moved, if the last goes first.
    const capacity = Math.max(this.#capacityFor(this.#capacity), aligned(this.#capacity + this.#moved / 2));
    this.#lay(capacity, lanes.map((lane) => ({ from: lane, to: lane })).reverse());
  }

  /** Lays lanes anew, in the order given, each with its tokens at its end. */
  #lay(capacity: number, lanes: readonly { readonly from: number; readonly to: number }[]): void {
    const width = this.#width;
    const moves = lanes.map(({ from, to }) => {
      const length = this.#lengths[Math.floor(from / this.#kvHeads)] as number;
      return { lane: to * capacity * width, length: length * width, from: this.#start(from, length) };
    });
    type Move = (typeof moves)[number];
    const begin = ({ lane, length }: Move) => lane + (capacity - 1) * width - length;
    for (const buffer of this.#buffers) {
      const clear = (move: Move) => buffer.fill(0, move.lane, begin(move));
      // What lies before a lane's tokens is cleared once the lane after it in order has been moved from there.
      moves.forEach((move, i) => {
        buffer.copyWithin(begin(move), move.from, move.from + move.length);
        if (i > 0) clear(moves[i - 1] as Move);
      });
      if (moves.length > 0) clear(moves.at(-1) as Move);
    }
    this.#capacity = capacity;
    this.#moved = 0;
    this.#lent = null;
  }
}
