/** A graph as the bytes of an ONNX model (onnx.proto3, IR version 10, operator set 21). */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Attribute, Constant, Dim, DType, Graph, Node, Value } from "./graph.js";

/** TensorProto.DataType, which are also the numbers of ONNXTensorElementDataType. */
export const ELEMENT_TYPE: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

type Write = (w: BinaryWriter) => void;

function message(w: BinaryWriter, field: number, write: Write): void {
  w.tag(field, WireType.LengthDelimited).fork();
  write(w);
  w.join();
}

function string(w: BinaryWriter, field: number, text: string): void {
  w.tag(field, WireType.LengthDelimited).string(text);
}

function integer(w: BinaryWriter, field: number, value: number): void {
  w.tag(field, WireType.Varint).int64(value);
}

function writeDim(w: BinaryWriter, dim: Dim): void {
  if (typeof dim === "number") integer(w, 1, dim);
  else string(w, 2, dim);
}

function writeValueInfo(w: BinaryWriter, name: string, value: Value): void {
  string(w, 1, name);
  message(w, 2, (type) =>
    message(type, 1, (tensor) => {
      integer(tensor, 1, ELEMENT_TYPE[value.dtype]);
      message(tensor, 2, (shape) => {
        for (const dim of value.shape) message(shape, 1, (d) => writeDim(d, dim));
      });
    }),
  );
}

function writeConstant(w: BinaryWriter, { value, data }: Constant): void {
  for (const dim of value.shape) integer(w, 1, dim as number);
  integer(w, 2, ELEMENT_TYPE[value.dtype]);
  string(w, 8, value.name);
  w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeAttribute(w: BinaryWriter, name: string, attribute: Attribute): void {
  string(w, 1, name);
  if (typeof attribute === "number") {
    integer(w, 3, attribute);
    integer(w, 20, ATTRIBUTE_TYPE.int);
  } else if (typeof attribute === "string") {
    string(w, 4, attribute);
    integer(w, 20, ATTRIBUTE_TYPE.string);
  } else if ("float" in attribute) {
    w.tag(2, WireType.Bit32).float(attribute.float);
    integer(w, 20, ATTRIBUTE_TYPE.float);
  } else {
    for (const item of attribute) integer(w, 8, item);
    integer(w, 20, ATTRIBUTE_TYPE.ints);
  }
}

function writeNode(w: BinaryWriter, node: Node): void {
  for (const input of node.inputs) string(w, 1, input?.name ?? "");
  for (const output of node.outputs) string(w, 2, output.name);
  string(w, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(w, 5, (a) => writeAttribute(a, name, attribute));
  }
  string(w, 7, node.domain);
}

/** Nodes that an output depends on, in order: what autodiff built and nobody uses is left out. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set(graph.outputs.map((o) => o.value.name));
  const live: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((o) => needed.has(o.name))) continue;
    for (const input of node.inputs) if (input) needed.add(input.name);
    live.push(node);
  }
  return live.reverse();
}

/**
 * The live nodes with outputs under their public names. A node writes a value under the name of the output that it is,
 * which saves a copy; what no node makes (an input, a constant) or is published twice goes through an Identity.
 */
function published(graph: Graph): Node[] {
  const nodes = liveNodes(graph);
  const made = new Set(nodes.flatMap((node) => node.outputs.map((v) => v.name)));
  const names = new Map<string, string>();
  const copies: Node[] = [];
  for (const { name, value } of graph.outputs) {
    if (made.has(value.name) && !names.has(value.name)) names.set(value.name, name);
    else
      copies.push({
        op: "Identity",
        domain: "",
        inputs: [value],
        outputs: [{ ...value, name }],
        attributes: {},
      });
  }
  const rename = <V extends Value | null>(v: V): V =>
    v && names.has(v.name) ? { ...v, name: names.get(v.name)! } : v;
  return [
    ...nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    ...copies.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
  ];
}

/** ONNX model bytes of a graph. */
export function serialize(graph: Graph): Uint8Array {
  const w = new BinaryWriter();
  integer(w, 1, 10);
  string(w, 2, "selftrain");
  message(w, 7, (g) => {
    for (const node of published(graph)) message(g, 1, (n) => writeNode(n, node));
    string(g, 2, graph.name);
    for (const constant of graph.constants) message(g, 5, (c) => writeConstant(c, constant));
    for (const input of graph.inputs) message(g, 11, (i) => writeValueInfo(i, input.name, input));
    for (const { name, value } of graph.outputs) message(g, 12, (o) => writeValueInfo(o, name, value));
  });
  for (const [domain, version] of [["", 21] as const, ["com.microsoft", 1] as const]) {
    message(w, 8, (o) => {
      string(o, 1, domain);
      integer(o, 2, version);
    });
  }
  return w.finish();
}
