/** Gradients of the element-by-element operators. */
import type { Value } from "../graph.js";
import { add, div, less, mul, neg, sigmoid, sub, tanh, where } from "../ops/elementwise.js";
import { type GradientRule, type GradientRules, input, output, outputGrad } from "./gradient-rule.js";
import { unbroadcast } from "./unbroadcast.js";

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
  // With t = tanh(u), u = √(2/π)·(x + 0.044715·x³): y' = (1 + t)/2 + x·(1 − t²)·u'/2
  FastGelu: (node, grads) => {
    const x = input(node, 0);
    const c = (value: number) => x.graph.float(value);
    const root = Math.sqrt(2 / Math.PI);
    const square = mul(x, x);
    const t = tanh(mul(x, add(mul(square, c(0.044715 * root)), c(root))));
    const slope = add(mul(square, c(1.5 * 0.044715 * root)), c(0.5 * root));
    const curved = mul(mul(x, sub(c(1), mul(t, t))), slope);
    return [mul(outputGrad(grads), add(add(mul(t, c(0.5)), c(0.5)), curved))];
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
