/**
 * Low-rank adapters (Hu et al. 2022, LoRA): a frozen projection W gains the product of two small matrices, y = x·Wᵀ + (α/r)·(x·Aᵀ)·Bᵀ
 * with A [r, in] and B [out, r]. B starts at zero, so that training starts at the model itself. Parameters bear the names that
 * PEFT gives them.
 */
import type { Graph, Value } from "../graph/graph.js";
import * as ops from "../graph/ops/index.js";
import { Random } from "../random.js";
import type { ModelConfig } from "./config.js";
import type { Project } from "./layer.js";
import { layerParameter, layOut, type ParameterSpec, type Projection, parameterSpecs } from "./parameters.js";

export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly Projection[];
}

/** What PEFT puts before the name of a wrapped module. */
const PEFT = "base_model.model.";

type Half = "A" | "B";

/** PEFT's name of one matrix of an adapter, and of the projection's weight without its ending. */
export function adapterName(layer: number, part: Projection, half: Half): string {
  const module = layerParameter(layer, part).replace(/\.weight$/, "");
  return `${PEFT}${module}.lora_${half}.weight`;
}

/** The factor of the low-rank product. */
const loraScale = ({ alpha, rank }: LoraConfig): number => alpha / rank;

/** Every matrix of an adapter in storage order, laid out in one contiguous array of its own. */
export function adapterSpecs(config: ModelConfig, { rank, targets }: LoraConfig): ParameterSpec[] {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const named: [string, readonly number[]][] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    for (const part of targets) {
      const [out, width] = shapes.get(layerParameter(layer, part)) as [number, number];
      named.push(
        [adapterName(layer, part, "A"), [rank, width]],
        [adapterName(layer, part, "B"), [out, rank]],
      );
    }
  }
  return layOut(named);
}

/** A as PyTorch's `kaiming_uniform_(a=√5)` draws it, uniform within ±1/√in; B zero: float32, in the layout of `adapterSpecs`. */
export function initialAdapter(specs: readonly ParameterSpec[], seed: number): Float32Array {
  const weights = new Float32Array(specs.reduce((sum, { size }) => sum + size, 0));
  specs.forEach(({ name, shape, offset, size }, index) => {
    if (!name.endsWith("lora_A.weight")) return;
    const bound = 1 / Math.sqrt(shape[1] as number);
    const random = new Random(seed, index);
    for (let i = offset; i < offset + size; i++) weights[i] = bound * (2 * random.next() - 1);
  });
  return weights;
}

/** Declares the adapter's matrices as graph inputs of their names. */
export function adapterInputs(g: Graph, config: ModelConfig, lora: LoraConfig): ReadonlyMap<string, Value> {
  return new Map(
    adapterSpecs(config, lora).map(({ name, shape }) => [name, g.input(name, "float32", shape)]),
  );
}

/** A layer's projections with the adapter's added where it has any. */
export function adapted(
  plain: Project,
  layer: number,
  lora: LoraConfig,
  adapter: ReadonlyMap<string, Value>,
): Project {
  return (part, x) => {
    const y = plain(part, x);
    const a = adapter.get(adapterName(layer, part, "A"));
    const b = adapter.get(adapterName(layer, part, "B"));
    if (!a || !b) return y;
    return ops.add(y, ops.matMul(ops.linear(x, a), b, { transB: true, alpha: loraScale(lora) }));
  };
}

/** Adds the adapter's products to the weights they belong to, in place: a model that needs no adapter. */
export function mergeAdapter(
  config: ModelConfig,
  weights: Float32Array,
  lora: LoraConfig,
  adapter: { readonly specs: readonly ParameterSpec[]; readonly weights: Float32Array },
): void {
  const places = new Map(parameterSpecs(config).map((spec) => [spec.name, spec]));
  const halves = new Map(
    adapter.specs.map(({ name, offset, size }) => [name, adapter.weights.subarray(offset, offset + size)]),
  );
  const { rank } = lora;
  const scale = loraScale(lora);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const part of lora.targets) {
      const { shape, offset } = places.get(layerParameter(layer, part)) as ParameterSpec;
      const [out, width] = shape as readonly [number, number];
      const a = halves.get(adapterName(layer, part, "A")) as Float32Array;
      const b = halves.get(adapterName(layer, part, "B")) as Float32Array;
      for (let row = 0; row < out; row++) {
        const target = weights.subarray(offset + row * width, offset + (row + 1) * width);
        for (let r = 0; r < rank; r++) {
          const factor = scale * (b[row * rank + r] as number);
          if (factor === 0) continue;
          for (let i = 0; i < width; i++)
            target[i] = (target[i] as number) + factor * (a[r * width + i] as number);
        }
      }
    }
  }
}
