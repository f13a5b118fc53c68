/**
 * A typed builder of ONNX graphs. Values carry their element type and shape; a dimension is a number or a name
 * (`"B"`), and equal names mean equal sizes at run time, so that one program serves every batch shape.
 *
 * Nodes are kept in creation order, which is a topological order: autodiff walks it backwards.
 */

export type DType = "float32" | "int64" | "int32" | "bool";
export type Dim = number | string;
export type Shape = readonly Dim[];
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** A tensor in a graph. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface Node {
  readonly op: string;
  /** Empty for standard operators, `com.microsoft` for ONNX Runtime's own. */
  readonly domain: string;
  /** `null` leaves an optional input out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Constant {
  readonly value: Value;
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

interface NodeSpec {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly { readonly dtype: DType; readonly shape: Shape }[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export class Graph {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly outputs: { name: string; value: Value }[] = [];
  readonly nodes: Node[] = [];
  readonly constants: Constant[] = [];
  readonly #constantsByKey = new Map<string, Value>();
  readonly #dims = new Map<string, Value>();
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Declares a graph input. Its named dimensions become known at run time. */
  input(name: string, dtype: DType, shape: Shape): Value {
    if (this.inputs.some((v) => v.name === name))
      throw new Error(`graph ${this.name}: input ${name} declared twice`);
    const value: Value = { graph: this, name, dtype, shape };
    this.inputs.push(value);
    return value;
  }

  /** Names a value as a graph output. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** Appends a node and returns its outputs. */
  add(spec: NodeSpec): Value[] {
    const outputs = spec.outputs.map(({ dtype, shape }) => this.#fresh(spec.op, dtype, shape));
    const { op, domain = "", inputs, attributes = {} } = spec;
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** A float32 constant; equal constants are stored once. */
  float(data: number | readonly number[], shape: readonly number[] = []): Value {
    const list = typeof data === "number" ? [data] : data;
    return this.#constant("float32", Float32Array.from(list), list, shape);
  }

  /** An int64 constant. */
  int(data: number | readonly number[], shape?: readonly number[]): Value {
    const list = typeof data === "number" ? [data] : data;
    const dims = shape ?? (typeof data === "number" ? [] : [list.length]);
    return this.#constant("int64", BigInt64Array.from(list.map(BigInt)), list, dims);
  }

  /** A constant of another graph. */
  copyOf({ dtype, shape }: Value, data: Constant["data"]): Value {
    return this.#constant(
      dtype,
      data,
      Array.from(data as ArrayLike<number | bigint>, Number),
      shape as number[],
    );
  }

  /** The numbers of a constant that this graph made. */
  constantNumbers(value: Value): number[] {
    const constant = this.constants.find((c) => c.value.name === value.name);
    if (!constant) throw new Error(`graph ${this.name}: ${value.name} is not a constant`);
    return Array.from(constant.data as ArrayLike<number | bigint>, Number);
  }

  /** The run-time size of a dimension as a one-element int64 vector. */
  dim(dim: Dim): Value {
    if (typeof dim === "number") return this.int([dim]);
    const known = this.#dims.get(dim);
    if (known) return known;
    const source = this.inputs.find((v) => v.shape.includes(dim));
    if (!source) throw new Error(`graph ${this.name}: dimension ${dim} belongs to no input`);
    const axis = source.shape.indexOf(dim);
    const [size] = this.add({
      op: "Shape",
      inputs: [source],
      outputs: [{ dtype: "int64", shape: [1] }],
      attributes: { start: axis, end: axis + 1 },
    });
    this.#dims.set(dim, size as Value);
    return size as Value;
  }

  /** Whether the size of a dimension can be had at run time. */
  knows(dim: Dim): boolean {
    return typeof dim === "number" || this.inputs.some((v) => v.shape.includes(dim));
  }

  #constant(dtype: DType, data: Constant["data"], list: readonly number[], shape: readonly number[]): Value {
    const key = `${dtype}[${shape}]${list}`;
    const known = this.#constantsByKey.get(key);
    if (known) return known;
    const value = this.#fresh("const", dtype, shape);
    this.constants.push({ value, data });
    this.#constantsByKey.set(key, value);
    return value;
  }

  #fresh(stem: string, dtype: DType, shape: Shape): Value {
    return { graph: this, name: `${stem}_${this.#count++}`, dtype, shape };
  }
}

/** Number of elements of a shape, given the sizes of its named dimensions; a name may be a product, `B*T`. */
export function elements(shape: Shape, sizes: Readonly<Record<string, number>> = {}): number {
  let product = 1;
  for (const factor of shape.flatMap((dim): Dim[] => (typeof dim === "number" ? [dim] : dim.split("*")))) {
    const size = typeof factor === "number" ? factor : (sizes[factor] ?? Number(factor));
    if (Number.isNaN(size)) throw new Error(`size of dimension ${factor} not given`);
    product *= size;
  }
  return product;
}
