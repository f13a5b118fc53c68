/** Programs of one layer are made for layer 0; another layer's tensors are handed to them under that layer's names. */
import type { AnyTensor } from "../runtime/tensor.js";

/** The name that a tensor of a layer has in layer 0, or null where it is none of that layer's. */
export function inLayerZero(name: string, layer: number): string | null {
  const mark = `model.layers.${layer}.`;
  return name.includes(mark) ? name.replace(mark, "model.layers.0.") : null;
}

/** Tensors of each layer under their names in layer 0. */
export function byLayer(
  tensors: Readonly<Record<string, AnyTensor>>,
  layers: number,
): readonly Readonly<Record<string, AnyTensor>>[] {
  return Array.from({ length: layers }, (_, layer) =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) => {
        const renamed = inLayerZero(name, layer);
        return renamed === null ? [] : [[renamed, tensor]];
      }),
    ),
  );
}
