/** Fixtures: scripts/fixtures/tensor_files.py, files made by the reference implementation. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type NamedTensor,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "../../src/model/safetensors.js";

const fixtures = new URL("../fixtures/safetensors/", import.meta.url);

interface Fixture {
  metadata: Record<string, string>;
  tensors: Record<string, { dtype: string; shape: number[]; values: (number | string)[] }>;
}

const fixture = (name: string) =>
  JSON.parse(fs.readFileSync(new URL(`${name}.json`, fixtures), "utf8")) as Fixture;
const numbers = (values: (number | string)[]) =>
  Float32Array.from(values, (value) =>
    typeof value === "number" ? value : Number(value.replace("inf", "Infinity")),
  );

let folder: string;
let path: string;
beforeAll(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-test-"));
  path = join(folder, "t.safetensors");
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const tensor = (name: string, ...data: number[]): NamedTensor => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
});

describe("against the reference implementation", () => {
  it.each(["single", "mixed"])("reads its file (%s) to the bit", (name) => {
    const expected = fixture(name);
    const file = fileURLToPath(new URL(`${name}.safetensors`, fixtures));
    expect(readSafetensorsHeader(file).metadata).toEqual(expected.metadata);
    const read = readSafetensors(file);
    expect([...read.keys()].sort()).toEqual(Object.keys(expected.tensors).sort());
    for (const [key, { dtype, shape, values }] of Object.entries(expected.tensors)) {
      expect(read.get(key)).toEqual({ dtype, shape, data: numbers(values) });
    }
  });

  it("writes the same bytes", () => {
    const { metadata, tensors } = fixture("single");
    const ours = Object.entries(tensors).map(([name, { shape, values }]) => ({
      name,
      shape,
      data: numbers(values),
    }));
    writeSafetensors(path, ours.reverse(), metadata);
    expect(fs.readFileSync(path).equals(fs.readFileSync(new URL("single.safetensors", fixtures)))).toBe(true);
  });
});

describe("round trip", () => {
  const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
  const arbitrary = fc
    .tuple(fc.string({ unit: "grapheme" }), shape, fc.array(fc.float(), { minLength: 64, maxLength: 64 }))
    .filter(([name]) => name !== "__metadata__")
    .map(([name, dims, values]): NamedTensor => {
      const length = dims.reduce((a, b) => a * b, 1);
      // A view into a larger buffer, as weights are.
      return { name, shape: dims, data: Float32Array.from(values).subarray(64 - length) };
    });

  it("keeps a name that JavaScript gives a meaning of its own", () => {
    const metadata = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    writeSafetensors(path, [tensor("__proto__", 1), tensor("constructor", 2)], metadata);
    expect(Object.entries(readSafetensorsHeader(path).metadata)).toEqual([["__proto__", "x"]]);
    expect([...readSafetensors(path).keys()]).toEqual(["__proto__", "constructor"]);
  });

  it("keeps names, shapes, every bit of the data and the metadata", () => {
    const metadata = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitrary, { selector: ({ name }) => name, maxLength: 6 }),
        metadata,
        (tensors, about) => {
          writeSafetensors(path, tensors, about);
          const read = readSafetensors(path);
          expect(read.size).toBe(tensors.length);
          for (const { name, shape: dims, data } of tensors) {
            const found = read.get(name)!;
            expect([found.dtype, found.shape]).toEqual(["F32", dims]);
            expect(Buffer.from(found.data.buffer).equals(Buffer.from(Float32Array.from(data).buffer))).toBe(
              true,
            );
          }
          const header = readSafetensorsHeader(path);
          expect(header.metadata).toEqual(about);
          expect(header.dataStart % 8).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives bytes that do not depend on the order given", () => {
    const [a, b] = [tensor("a", 1, 2), tensor("b", 3)];
    writeSafetensors(path, [a, b], { x: "1", y: "2" });
    const first = fs.readFileSync(path);
    writeSafetensors(path, [b, a], { y: "2", x: "1" });
    expect(fs.readFileSync(path).equals(first)).toBe(true);
  });

  it("replaces a longer file", () => {
    writeSafetensors(path, [tensor("a", 1, 2, 3, 4)]);
    writeSafetensors(path, [tensor("b", 5)]);
    expect([...readSafetensors(path).keys()]).toEqual(["b"]);
  });
});

describe("writeSafetensors refuses", () => {
  it.each([
    ["data that do not match the shape", [{ name: "a", shape: [2, 2], data: new Float32Array(3) }]],
    ["a name taken twice", [tensor("a", 1), tensor("b", 1), tensor("a", 2)]],
    ["the reserved name", [tensor("__metadata__", 1)]],
  ])("%s, touching no file", (_, tensors) => {
    writeSafetensors(path, [tensor("kept", 1)]);
    expect(() => writeSafetensors(path, tensors)).toThrow(
      expect.objectContaining({ code: "safetensors-invalid-tensor", where: expect.stringContaining(path) }),
    );
    expect([...readSafetensors(path).keys()]).toEqual(["kept"]);
  });

  it.skipIf(!fs.existsSync("/dev/full"))("to go on where the disk is full", () => {
    const full = join(folder, "full");
    fs.symlinkSync("/dev/full", full);
    expect(() => writeSafetensors(full, [tensor("a", 1)])).toThrow(
      expect.objectContaining({ code: "disk-full", where: full }),
    );
  });
});

/** A file of this header and so many bytes of data. */
function craft(header: string | object, dataBytes: number, claimed?: number): void {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(claimed ?? json.length));
  fs.writeFileSync(path, Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]));
}

const f32 = (begin: number, end: number, ...shape: number[]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("readSafetensors refuses", () => {
  it.each<[string, string, string | object, number, number?]>([
    ["a header length beyond the file", "length of the header", "{}", 0, 3],
    ["an absurd header length", "length of the header", "{}", 0, 2 ** 52],
    ["a header length of 0", "length of the header", "{}", 0, 0],
    ["a header that is no JSON", "not JSON", '{"a":', 0],
    ["a header that is no UTF-8", "not JSON", "{}", 1, 3],
    ["a header that is no object", "not a JSON object", "[]  ", 0],
    ["a header that begins with a space", "not a JSON object", " {} ", 0],
    ["metadata that are no text", "metadata", { __metadata__: { a: 1 } }, 0],
    ["a missing field", "wrongly", { a: { dtype: "F32", shape: [1] } }, 4],
    ["an unknown field", "wrongly", { a: { ...f32(0, 4, 1), extra: 1 } }, 4],
    ["a negative extent", "wrongly", { a: f32(0, 4, -1) }, 4],
    ["a fractional offset", "wrongly", { a: f32(0, 4.5, 1) }, 5],
    ["a range that does not match the shape", "does not match", { a: f32(0, 8, 3) }, 8],
    ["a range that ends before it begins", "does not match", { a: f32(8, 0, 2) }, 8],
    ["overlapping ranges", "overlap", { a: f32(0, 8, 2), b: f32(4, 12, 2) }, 12],
    ["a gap", "gap", { a: f32(0, 4, 1), b: f32(8, 12, 1) }, 12],
    ["a gap at the beginning", "gap", { a: f32(4, 8, 1) }, 8],
    ["truncated data", "truncated", { a: f32(0, 8, 2) }, 7],
    ["bytes after the last tensor", "after the last", { a: f32(0, 8, 2) }, 9],
    [
      "two tensors of one name",
      "same name",
      '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061" :{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      0,
    ],
  ])("%s", (_, message, header, dataBytes, claimed) => {
    craft(header, dataBytes, claimed);
    if (message === "not JSON" && claimed)
      fs.writeFileSync(path, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]));
    expect(() => readSafetensors(path)).toThrow(
      expect.objectContaining({
        code: "safetensors-invalid",
        message: expect.stringContaining(message),
        where: expect.stringContaining(path),
      }),
    );
  });

  it("names the tensor that is wrong", () => {
    craft({ fine: f32(0, 4, 1), broken: f32(4, 12, 3) }, 12);
    expect(() => readSafetensors(path)).toThrow(
      expect.objectContaining({ where: `${path}: broken`, expected: "12 bytes for F32 [3]" }),
    );
  });

  it("types that it does not convert", () => {
    craft({ a: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8);
    expect(() => readSafetensors(path)).toThrow(
      expect.objectContaining({ code: "safetensors-unsupported-dtype", found: "I64", where: `${path}: a` }),
    );
  });

  it("a file cut off anywhere", () => {
    writeSafetensors(path, [tensor("a", 1, 2), tensor("b", 3)]);
    const whole = fs.readFileSync(path);
    for (let size = 0; size < whole.length; size++) {
      fs.writeFileSync(path, whole.subarray(0, size));
      expect(() => readSafetensors(path)).toThrow(expect.objectContaining({ code: "safetensors-invalid" }));
    }
  });

  it("a file that is not there", () => {
    const missing = join(folder, "missing.safetensors");
    expect(() => readSafetensors(missing)).toThrow(
      expect.objectContaining({ code: "file-missing", where: missing }),
    );
  });

  it("nothing of what names may hold", () => {
    const names = ['"quoted"', "{a:[1]}", "__proto__", "constructor", "back\\slash", "1", "0"];
    writeSafetensors(
      path,
      names.map((name, i) => tensor(name, i)),
    );
    const read = readSafetensors(path);
    expect(names.map((name) => read.get(name)?.data[0])).toEqual(names.map((_, i) => i));
  });
});
