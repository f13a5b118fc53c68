/** Operators that work element by element, with NumPy broadcasting. */
import type { DType, Value } from "../graph.js";
import { broadcast } from "../shape.js";

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
export const equal = (a: Value, b: Value): Value => binary("Equal", a, b, "bool");
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
  const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[dtype];
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

/** x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2 (Hendrycks & Gimpel 2016), one fused kernel: ONNX Runtime's FastGelu. */
export function geluTanh(x: Value): Value {
  const [y] = x.graph.add({ op: "FastGelu", domain: "com.microsoft", inputs: [x], outputs: [x] });
  return y as Value;
}
