/** Gradients of the operators that move data. */
import { type Dim, elements, type Value } from "../graph.js";
import { concat, expandLike, reshape, scatterElementsAdd, split, transpose } from "../ops/shape.js";
import { productDim } from "../shape.js";
import { type GradientRules, input, outputGrad } from "./gradient-rule.js";
import { unbroadcast } from "./unbroadcast.js";

const zeros = (like: Value): Value => expandLike(like.graph.float(0), like);

export const shapeRules: GradientRules = {
  Reshape: (node, grads) => [reshape(outputGrad(grads), input(node, 0).shape), null],

  Transpose: (node, grads) => {
    const perm = node.attributes.perm as readonly number[];
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    return [transpose(outputGrad(grads), inverse)];
  },

  Concat: (node, grads) => {
    const axis = node.attributes.axis as number;
    const sizes = node.inputs.map((v) => v?.shape[axis]);
    if (!sizes.every((s) => typeof s === "number"))
      throw new Error("gradient of a concat along a named axis");
    return split(outputGrad(grads), sizes as number[], axis);
  },

  Split: (node, grads) => {
    const filled = node.outputs.map((out, i) => grads[i] ?? zeros(out));
    return [concat(filled, node.attributes.axis as number), null];
  },

  Expand: (node, grads) => [unbroadcast(outputGrad(grads), input(node, 0).shape), null],

  Gather: (node, grads) => {
    const table = input(node, 0);
    const indices = input(node, 1);
    const width = elements(table.shape.slice(1));
    const rows = productDim(indices.shape);
    // Rows may be gathered more than once, so they are added; ScatterElements adds them in order.
    const grad = reshape(outputGrad(grads), [rows, width]);
    const flat = reshape(indices, [rows, 1]);
    const wide = table.graph.add({
      op: "Tile",
      inputs: [flat, table.graph.int([1, width])],
      outputs: [{ dtype: "int64", shape: [rows, width] }],
    })[0] as Value;
    const base = reshape(zeros(table), [table.shape[0] as Dim, width]);
    return [reshape(scatterElementsAdd(base, wide, grad, 0), table.shape), null];
  },

  GatherND: (node, grads) => {
    const x = input(node, 0);
    const [dx] = x.graph.add({
      op: "ScatterND",
      inputs: [zeros(x), input(node, 1), outputGrad(grads)],
      outputs: [x],
    });
    return [dx as Value, null];
  },

  GatherElements: (node, grads) => {
    const x = input(node, 0);
    return [scatterElementsAdd(zeros(x), input(node, 1), outputGrad(grads), x.shape.length - 1), null];
  },
};
