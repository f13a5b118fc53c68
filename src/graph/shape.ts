/** Arithmetic on shapes whose dimensions may be named. */
import type { Dim, Shape } from "./graph.js";

/** NumPy broadcasting of two shapes. Throws when two dimensions are neither equal nor 1. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    out.push(x === 1 ? y : x);
  }
  return out;
}

/** Axis counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new Error(`axis ${axis} of a tensor of rank ${rank}`);
  return positive;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The shape with one axis replaced. */
export function withAxis(shape: Shape, axis: number, dim: Dim): Shape {
  return shape.map((d, i) => (i === axis ? dim : d));
}

/** The number of elements of a shape as one dimension; named sizes give a product name such as `B*T`. */
export function productDim(shape: Shape): Dim {
  if (shape.every((d) => typeof d === "number"))
    return shape.reduce<number>((product, d) => product * (d as number), 1);
  return shape.filter((d) => d !== 1).join("*");
}
