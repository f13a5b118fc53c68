/** The optimiser's step on a graphics device: norm, clipping and AdamW where weights, gradient and moments lie. */
import type { AdamParams } from "../../engine.js";
import { type AdamState, adamScalars, adamState } from "../optimiser/adamw.js";
import { normOf } from "../optimiser/gradient-norm.js";
import { gradientMissing, type Optimising } from "../optimiser/optimiser.js";
import type { Placed } from "../policy/placed.js";
import { NEW } from "../programs/adamw.js";
import { type AnyTensor, floatsOf } from "../runtime/tensor.js";
import { notFinite } from "../training/gradient.js";
import type { DeviceTensor, Gpu } from "./gpu.js";
import type { DeviceGradient } from "./gradient.js";
import { CLEARED, squaresProgram, steppingProgram } from "./programs.js";
import { DeviceStorage } from "./storage.js";

interface Moments {
  readonly mean: DeviceStorage;
  readonly variance: DeviceStorage;
}

export class DeviceOptimiser implements Optimising {
  readonly state: AdamState;
  readonly #gpu: Gpu;
  readonly #trained: Placed;
  readonly #gradient: DeviceGradient;
  /** Made with the first step, or the first state that is loaded. */
  #moments: Moments | null = null;

  constructor(gpu: Gpu, trained: Placed, gradient: DeviceGradient) {
    this.#gpu = gpu;
    this.#trained = trained;
    this.#gradient = gradient;
    this.state = adamState(trained.weights.length);
  }

  async norm(): Promise<number> {
    const gradient = this.#gradient;
    if (!gradient.used) throw gradientMissing();
    const { specs } = this.#trained;
    const feeds: Record<string, AnyTensor> = {};
    for (const { name } of specs) feeds[name] = (await gradient.pairOf(name)).now;
    const outputs = await this.#gpu.programs("squares", () => squaresProgram(specs)).run(feeds);
    let values: Float32Array | null = null;
    const norm = normOf(floatsOf(outputs, "squares"), () => {
      values = gradient.values();
      return values;
    });
    if (Number.isFinite(norm)) return norm;
    const refusal = notFinite(specs, values ?? gradient.values(), this.state.step + 1);
    gradient.clear();
    throw refusal;
  }

  async step(adam: AdamParams, gradNorm: number): Promise<void> {
    const { keepOf, ...numbers } = adamScalars({ adam, step: ++this.state.step, gradNorm });
    const { mean, variance } = this.#placed;
    const kept = new Map<number, DeviceTensor>();
    const onDevice = (value: number) => this.#gpu.tensorOf(Float32Array.of(value), []);
    const scalars = Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, onDevice(value)]),
    );
    for (const spec of this.#trained.specs) {
      const { name, shape } = spec;
      const rank = shape.length;
      const keep = kept.get(keepOf(spec)) ?? onDevice(keepOf(spec));
      kept.set(keepOf(spec), keep);
      const { now, next } = await this.#gradient.pairOf(name);
      const own = {
        weights: this.#trained.tensors[name] as AnyTensor,
        mean: mean.tensors[name] as AnyTensor,
        variance: variance.tensors[name] as AnyTensor,
      };
      const into = Object.fromEntries(Object.entries(own).map(([name, tensor]) => [`${NEW}${name}`, tensor]));
      await this.#gpu
        .programs(`adamw/${rank}`, () => steppingProgram(rank))
        .run({ ...scalars, ...own, keep, grad: now }, { ...into, [CLEARED]: next });
    }
    for (const scalar of [...Object.values(scalars), ...kept.values()]) this.#gpu.release(scalar);
    this.#gradient.usedUp();
  }

  toArrays(): void {
    this.#moments?.mean.toArray();
    this.#moments?.variance.toArray();
  }

  toTensors(): void {
    this.#moments?.mean.toTensors();
    this.#moments?.variance.toTensors();
  }

  get #placed(): Moments {
    const { specs } = this.#trained;
    const place = (weights: Float32Array) => new DeviceStorage(this.#gpu, { specs, weights });
    this.#moments ??= { mean: place(this.state.mean), variance: place(this.state.variance) };
    return this.#moments;
  }
}
