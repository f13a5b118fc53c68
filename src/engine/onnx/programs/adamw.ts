/** One AdamW step on a stretch of parameters, element by element: on all threads, and each operator vectorised. */
import { Graph, type Shape, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";

/** The scalars of a step, by the names of the program's inputs. */
export interface AdamScalars {
  readonly beta1: number;
  /** (1 − β1) times the factor of clipping. */
  readonly fresh1: number;
  readonly beta2: number;
  /** √(1 − β2) times the factor of clipping: it is squared with the gradient. */
  readonly fresh2: number;
  /** 1 − learning rate · weight decay. */
  readonly keep: number;
  /** Learning rate / (1 − β1ᵗ). */
  readonly stepSize: number;
  /** 1/√(1 − β2ᵗ). */
  readonly correction: number;
  readonly eps: number;
}

/** Outputs [K] that may be given the memory of the inputs they replace. */
export const NEW = "new-";

/**
 * m ← β1·m + (1 − β1)·g, v ← β2·v + (1 − β2)·g², w ← keep·w − stepSize·m / (√v·correction + ε), over K parameters, or those of another shape.
 */
export function adamwProgram(shape: Shape = ["K"]): Graph {
  const g = new Graph("adamw");
  const vector = (name: string): Value => g.input(name, "float32", shape);
  const scalar = (name: keyof AdamScalars): Value => g.input(name, "float32", []);
  const [weights, grad, mean, variance] = [
    vector("weights"),
    vector("grad"),
    vector("mean"),
    vector("variance"),
  ];
  const m = ops.add(ops.mul(mean, scalar("beta1")), ops.mul(grad, scalar("fresh1")));
  const scaled = ops.mul(grad, scalar("fresh2"));
  const v = ops.add(ops.mul(variance, scalar("beta2")), ops.mul(scaled, scaled));
  const denominator = ops.add(ops.mul(ops.sqrt(v), scalar("correction")), scalar("eps"));
  const change = ops.div(ops.mul(m, scalar("stepSize")), denominator);
  g.output(`${NEW}weights`, ops.sub(ops.mul(weights, scalar("keep")), change));
  g.output(`${NEW}mean`, m);
  g.output(`${NEW}variance`, v);
  return g;
}
