/** The transpose of broadcasting. */
import type { Shape, Value } from "../graph.js";
import { reduceSum } from "../ops/reduce.js";
import { reshape } from "../ops/shape.js";
import { sameShape } from "../shape.js";

/** Sums a gradient over the axes along which its value was broadcast. */
export function unbroadcast(grad: Value, shape: Shape): Value {
  if (sameShape(grad.shape, shape)) return grad;
  const lead = grad.shape.length - shape.length;
  const axes = grad.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  const summed = axes.length === 0 ? grad : reduceSum(grad, axes, true);
  return reshape(summed, shape);
}
