/** Operators that work element by element, with NumPy broadcasting. */
import { type GradientRule, type GradientRules, input, output, outputGrad } from "../gradient-rule.js";
import type { DType, Value } from "../graph.js";
import { broadcast } from "../shape.js";
import { unbroadcast } from "./reduce.js";

function binary(op: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  const [y] = a.graph.add({ op, inputs: [a, b], outputs: [{ dtype, shape: broadcast(a.shape, b.shape) }] });
  return y as Value;
}

function unary(op: string, x: Value): Value {
  const [y] = x.graph.add({ op, inputs: [x], outputs: [x] });
  return y as Value;
}

export const add = (a: Value, b: Value): Value => binary("Add", a, b);
export const sub = (a: Value, b: Value): Value => binary("Sub", a, b);
export const mul = (a: Value, b: Value): Value => binary("Mul", a, b);
export const div = (a: Value, b: Value): Value => binary("Div", a, b);
export const minimum = (a: Value, b: Value): Value => binary("Min", a, b);
export const maximum = (a: Value, b: Value): Value => binary("Max", a, b);
export const less = (a: Value, b: Value): Value => binary("Less", a, b, "bool");
export const lessOrEqual = (a: Value, b: Value): Value => binary("LessOrEqual", a, b, "bool");

export const neg = (x: Value): Value => unary("Neg", x);
export const exp = (x: Value): Value => unary("Exp", x);
export const log = (x: Value): Value => unary("Log", x);
export const sqrt = (x: Value): Value => unary("Sqrt", x);
export const reciprocal = (x: Value): Value => unary("Reciprocal", x);
export const sigmoid = (x: Value): Value => unary("Sigmoid", x);
export const tanh = (x: Value): Value => unary("Tanh", x);

/** `condition ? a : b`, element by element. */
export function where(condition: Value, a: Value, b: Value): Value {
  const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
  const [y] = a.graph.add({ op: "Where", inputs: [condition, a, b], outputs: [{ dtype: a.dtype, shape }] });
  return y as Value;
}

/** To another element type. No gradient flows through it. */
export function cast(x: Value, dtype: DType): Value {
  const to = { float32: 1, int64: 7, bool: 9 }[dtype];
  const [y] = x.graph.add({
    op: "Cast",
    inputs: [x],
    outputs: [{ dtype, shape: x.shape }],
    attributes: { to },
  });
  return y as Value;
}

/** The value itself, through which no gradient flows. */
export const stopGradient = (x: Value): Value => cast(x, x.dtype);

/** x·σ(x) (Elfwing et al. 2017), one fused kernel: ONNX Runtime's QuickGelu with α = 1. */
export function silu(x: Value): Value {
  const [y] = x.graph.add({
    op: "QuickGelu",
    domain: "com.microsoft",
    inputs: [x],
    outputs: [x],
    attributes: { alpha: { float: 1 } },
  });
  return y as Value;
}

/** A rule that hands each input its share, summed over the axes along which it was broadcast. */
function broadcasting(share: (a: Value, b: Value, grad: Value) => readonly [Value, Value]): GradientRule {
  return (node, grads) => {
    const a = input(node, 0);
    const b = input(node, 1);
    const [da, db] = share(a, b, outputGrad(grads));
    return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
  };
}

/** Passes the gradient to whichever input was chosen; at a tie to the second. */
const choosing = (chooseFirst: (a: Value, b: Value) => Value): GradientRule =>
  broadcasting((a, b, grad) => {
    const zero = grad.graph.float(0);
    const first = chooseFirst(a, b);
    return [where(first, grad, zero), where(first, zero, grad)];
  });

export const elementwiseRules: GradientRules = {
  Add: broadcasting((_a, _b, grad) => [grad, grad]),
  Sub: broadcasting((_a, _b, grad) => [grad, neg(grad)]),
  Mul: broadcasting((a, b, grad) => [mul(grad, b), mul(grad, a)]),
  Div: broadcasting((a, b, grad) => [div(grad, b), neg(div(mul(grad, a), mul(b, b)))]),
  Min: choosing((a, b) => less(a, b)),
  Max: choosing((a, b) => less(b, a)),

  Neg: (_node, grads) => [neg(outputGrad(grads))],
  Exp: (node, grads) => [mul(outputGrad(grads), output(node))],
  Log: (node, grads) => [div(outputGrad(grads), input(node, 0))],
  Sqrt: (node, grads) => {
    const y = output(node);
    return [div(outputGrad(grads), add(y, y))];
  },
  Reciprocal: (node, grads) => {
    const y = output(node);
    return [neg(mul(outputGrad(grads), mul(y, y)))];
  },
  // σ' = σ − σ²
  Sigmoid: (node, grads) => {
    const y = output(node);
    return [mul(outputGrad(grads), sub(y, mul(y, y)))];
  },
  // tanh' = 1 − tanh²
  Tanh: (node, grads) => {
    const y = output(node);
    return [mul(outputGrad(grads), sub(y.graph.float(1), mul(y, y)))];
  },
  // With s = x·σ(x): s' = σ + s − s·σ = σ + s·(1 − σ)
  QuickGelu: (node, grads) => {
    const x = input(node, 0);
    const s = output(node);
    const sig = sigmoid(x);
    return [mul(outputGrad(grads), add(sig, sub(s, mul(s, sig))))];
  },
  Where: (node, grads) => {
    const condition = input(node, 0);
    const grad = outputGrad(grads);
    const zero = grad.graph.float(0);
    return [
      null,
      unbroadcast(where(condition, grad, zero), input(node, 1).shape),
      unbroadcast(where(condition, zero, grad), input(node, 2).shape),
    ];
  },
};
