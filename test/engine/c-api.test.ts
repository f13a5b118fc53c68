/** ONNX Runtime by its C interface: what is refused before a pointer is handed over, and what would end the process if it were not seen to. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIBRARY_VERSION, libraryPath, openLibrary } from "../../src/engine/onnx/c-api/library.js";
import { openRuntime } from "../../src/engine/onnx/c-api/runtime.js";
import { functionsOf } from "../../src/engine/onnx/c-api/table.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { floats, floatsOf, lasting, Tensor } from "../../src/engine/onnx/runtime/tensor.js";
import { SelftrainError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { add, matMul, mul, reduceSum } from "../../src/graph/ops/index.js";
import { GQA, temporaryFolder, temporaryModel } from "./tiny-model.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
const { held } = openRuntime();

/** y = x + x, over any number of rows of two. */
function doubling() {
  const g = new Graph("doubling");
  const x = g.input("x", "float32", ["N", 2]);
  g.output("y", add(x, x));
  return compile(g, 1);
}

describe("the library", () => {
  it("is of the version that the package pins", () => {
    const require = createRequire(import.meta.url);
    const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(own.dependencies["onnxruntime-node"]).toBe(LIBRARY_VERSION);
    expect(require("onnxruntime-node/package.json").version).toBe(LIBRARY_VERSION);
  });

  it("is looked for where the package has it, and refused by name where it has none", () => {
    expect(libraryPath("win32", "arm64")).toMatch(/win32.arm64.onnxruntime\.dll$/);
    expect(libraryPath("darwin", "arm64")).toMatch(/darwin.arm64.libonnxruntime\.1\.dylib$/);
    for (const [platform, arch] of [
      ["darwin", "x64"],
      ["linux", "riscv64"],
      ["freebsd", "x64"],
    ] as const)
      expect(() => libraryPath(platform, arch)).toThrow(
        expect.objectContaining({ code: "engine-platform", found: `${platform}-${arch}` }),
      );
  });

  it("is refused where it is missing, no library, another one, or of another version", () => {
    const folder = temporaryFolder();
    const text = join(folder, "text.so");
    writeFileSync(text, "no library");
    expect(() => openLibrary(join(folder, "none.so"))).toThrow(
      expect.objectContaining({ code: "engine-library-missing", remedy: expect.stringContaining("npm ci") }),
    );
    expect(() => openLibrary(text)).toThrow(
      expect.objectContaining({ code: "engine-library-broken", where: text }),
    );
    const duckdb = createRequire(createRequire(import.meta.url).resolve("@duckdb/node-api")).resolve(
      `@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`,
    );
    expect(() => openLibrary(duckdb)).toThrow(expect.objectContaining({ code: "engine-library-broken" }));
    expect(() => functionsOf(openLibrary(), "1.31.0")).toThrow(
      expect.objectContaining({ code: "engine-library-version", found: LIBRARY_VERSION, expected: "1.31.0" }),
    );
  });

  it("takes no number of threads that it would come to grief with", () => {
    const g = new Graph("threads");
    g.output("y", add(g.input("x", "float32", ["N"]), g.float(1)));
    for (const threads of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1, 1e9])
      expect(() => compile(g, threads)).toThrow(
        expect.objectContaining({ code: "engine-threads", found: threads }),
      );
  });
});

describe("what is held", () => {
  it("is let go: passing tensors with their run, lasting ones with their program", async () => {
    const before = { ...held };
    const program = doubling();
    const more = (values: number) => ({
      ...before,
      sessions: before.sessions + 1,
      values: before.values + values,
    });
    const [one, other] = [0, 0].map(() => lasting(floats(new Float32Array(4), [2, 2])));
    await program.run({ x: floats(new Float32Array(4), [2, 2]) });
    expect(held).toEqual(more(0));
    for (const x of [one!, one!, other!]) {
      await program.run({ x });
      expect(held).toEqual(more(1));
    }
    await program.aside.run({ x: one! }, { y: one! });
    expect(held).toEqual(more(1));
    await program.run({ x: other! }, { y: one! });
    expect(held).toEqual(more(2));
    program.release();
    program.release();
    expect(held).toEqual(before);
    await expect(program.run({ x: one! })).rejects.toThrow("released");
    expect(held).toEqual(before);
  });

  it("is let go where a run is refused or fails", async () => {
    const before = { ...held };
    const g = new Graph("failing");
    const x = g.input("x", "float32", ["N", 1]);
    // Of so many rows the product is larger than any address space.
    g.output("y", reduceSum(mul(x, g.input("t", "float32", [1, "M"])), [1]));
    const program = compile(g, 1);
    const rows = 2 ** 24;
    const feeds = {
      x: floats(new Float32Array(rows), [rows, 1]),
      t: floats(new Float32Array(rows), [1, rows]),
    };
    await expect(program.run(feeds)).rejects.toMatchObject({ code: "engine-runtime" });
    await expect(program.aside.run(feeds)).rejects.toMatchObject({ code: "engine-runtime" });
    await expect(program.run({ x: feeds.x })).rejects.toThrow("not fed t");
    program.release();
    expect(held).toEqual(before);
  });

  it("is nothing once an engine is closed", async () => {
    const before = { ...held };
    const core = new OnnxCore({ model: { folder: temporaryModel(GQA) }, threads: 2, memoryBudgetMiB: 1024 });
    const data = Array.from({ length: 200 }, () => ({
      prompt: [2, 3, 4],
      completion: [5, 6, 7, 8, 9],
      weights: new Float32Array(5).fill(1),
      policyVersion: 0,
    }));
    await core.forwardBackward(data, { kind: "cross-entropy" });
    const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.9, eps: 1e-8, weightDecay: 0, gradClipNorm: 1 };
    await core.optimStep(adam);
    await core.sample("current", [{ prompt: [2, 3], n: 2, keys: [[1], [2]] }], {
      maxTokens: 9,
      temperature: 1,
    });
    expect(held.sessions).toBeGreaterThan(before.sessions);
    core.close();
    expect(held).toEqual(before);
  });
});

describe("arrays", () => {
  it("may be small, and are moved by no collection, before a run or during one", async () => {
    const program = doubling();
    for (let i = 0; i < 40; i++) {
      const [x, y] = [Float32Array.of(i, 1), new Float32Array(2)].map((data) => floats(data, [1, 2]));
      gc();
      const running = (i % 2 === 0 ? program : program.aside).run({ x: x! }, { y: y! });
      gc();
      await running;
      expect([...y!.data]).toEqual([2 * i, 2]);
    }
    program.release();
  });

  it("of memory that threads share are read and written where they lie, also in part", async () => {
    const program = doubling();
    const memory = new Float32Array(new SharedArrayBuffer(40)).fill(3);
    const part = floats(memory.subarray(2, 6), [2, 2]);
    await program.run({ x: part }, { y: part });
    await program.aside.run({ x: part }, { y: part });
    expect([...memory]).toEqual([3, 3, 12, 12, 12, 12, 3, 3, 3, 3]);
    program.release();
  });

  it("that have lost their memory are refused", async () => {
    const program = doubling();
    const [passing, kept] = [0, 0].map(() => floats(new Float32Array(4), [2, 2]));
    const x = lasting(kept!);
    await program.run({ x });
    for (const { data } of [passing!, x])
      structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] });
    await expect(program.run({ x })).rejects.toThrow("lost its memory");
    await expect(program.run({ x: passing! })).rejects.toThrow("lost its memory");
    program.release();
  });

  it("and shapes may be anything: they are refused or computed with", async () => {
    const program = doubling();
    const size = fc.oneof(fc.nat(4), fc.constantFrom(-1, 0.5, Number.NaN, 2 ** 31, 2 ** 53, Infinity));
    const data = fc
      .tuple(fc.constantFrom(Float32Array, BigInt64Array, Int32Array, Uint8Array), fc.nat(12))
      .map(([Kind, length]) => new Kind(length));
    const tensor = fc.record({
      dtype: fc.constantFrom("float32", "int64", "int32", "bool"),
      data,
      dims: fc.array(size, { maxLength: 12 }),
    });
    let computed = 0;
    const attempt = async (
      given: { x: typeof tensor; y: typeof tensor } extends infer _ ? unknown[] : never,
    ) => {
      try {
        const [x, y] = (given as { dtype: "float32"; data: Float32Array; dims: number[] }[]).map(
          ({ dtype, data, dims }) => new Tensor(dtype, data, dims),
        );
        const outputs = await program.run({ x: x! }, { y: y! });
        expect(floatsOf(outputs, "y").length).toBe(x!.data.length);
        computed++;
      } catch (error) {
        expect((error as Error).message).toMatch(/is no \w+ tensor|expected float32/);
      }
    };
    const fitting = fc.nat(4).map((n) => ({ dtype: "float32", data: new Float32Array(2 * n), dims: [n, 2] }));
    const any = fc.oneof(tensor, fitting);
    await fc.assert(
      fc.asyncProperty(any, any, (x, y) => attempt([x, y])),
      { numRuns: 2000 },
    );
    expect(computed).toBeGreaterThan(10);
    program.release();
  });
});

describe("a program", () => {
  it("runs once at a time, and is not released meanwhile", async () => {
    const program = doubling();
    const x = floats(Float32Array.of(1, 2), [1, 2]);
    const running = program.aside.run({ x });
    await expect(program.run({ x })).rejects.toThrow("is running");
    expect(() => program.release()).toThrow("is running");
    expect([...floatsOf(await running, "y")]).toEqual([2, 4]);
    program.release();
  });

  it("runs beside others from one thread", async () => {
    const programs = Array.from({ length: 6 }, doubling);
    const run = async (program: (typeof programs)[number], i: number) => {
      for (let k = 0; k < 50; k++) {
        const outputs = await program.aside.run({ x: floats(Float32Array.of(i, k), [1, 2]) });
        expect([...floatsOf(outputs, "y")]).toEqual([2 * i, 2 * k]);
      }
    };
    await Promise.all(programs.map(run));
    for (const program of programs) program.release();
  });

  it("may be a thousand layers deep: the stacks that it is made and run on are large enough", async () => {
    const g = new Graph("deep");
    const weights = g.input("weights", "float32", [2, 2]);
    let y = g.input("x", "float32", ["N", 2]);
    for (let layer = 0; layer < 1000; layer++) y = matMul(y, weights);
    g.output("y", y);
    const program = compile(g, 1);
    const feeds = {
      x: floats(Float32Array.of(3, 4), [1, 2]),
      weights: floats(Float32Array.of(0, 1, 1, 0), [2, 2]),
    };
    for (const way of [program, program.aside])
      expect([...floatsOf(await way.run(feeds), "y")]).toEqual([3, 4]);
    program.release();
  });

  it("that is broken is an error with what the runtime says, and nothing is printed", async () => {
    const script = `
      const { compile } = await import("./dist/engine/onnx/runtime/program.js");
      const { floats, integers } = await import("./dist/engine/onnx/runtime/tensor.js");
      const { Graph } = await import("./dist/graph/graph.js");
      const { gatherRows } = await import("./dist/graph/ops/index.js");
      const g = new Graph("broken");
      g.output("y", gatherRows(g.input("x", "float32", ["N", 2]), g.input("rows", "int64", ["M"])));
      const feeds = { x: floats(new Float32Array(2), [1, 2]), rows: integers(BigInt64Array.of(7n), [1]) };
      await compile(g, 1).run(feeds).catch((error) => console.log(error.code, error.found));
      g.add({ op: "NoSuchOperator", inputs: [], outputs: [] });
      g.output("z", g.add({ op: "NoSuchOperator", inputs: [], outputs: [{ dtype: "float32", shape: [] }] })[0]);
      try { compile(g, 1) } catch (error) { console.log(error.code, error.found) }
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "-e",
      script,
    ]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^engine-runtime .*Gather.*\nengine-runtime .*NoSuchOperator/s);
  });

  it("leaves nothing behind in thousands of runs with collections in between", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      "scripts/soak.mjs",
      "4000",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 4000, held: { sessions: 0, values: 0 } });
  });
});

describe("a model folder", () => {
  it("may claim anything in its config: it is refused, or the engine computes", async () => {
    const folder = temporaryModel(GQA);
    const path = join(folder, "config.json");
    const sound = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const value = fc.oneof(
      fc.integer({ min: -2, max: 40 }),
      fc.constantFrom(0.5, 2 ** 31, 2 ** 40, 1e308, null, true, "16", [], {}, [1, 2]),
    );
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(sound)), value, { minKeys: 1, maxKeys: 2 });
    const prompt = [2, 3, 4, 5, 6, 7];
    let computed = 0;
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        writeFileSync(path, JSON.stringify({ ...sound, ...change }));
        try {
          const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 512 });
          const [logprobs] = await core.logprobs("current", [{ prompt, completion: [3, 4] }]);
          expect(logprobs!.length).toBe(2);
          core.close();
          computed++;
        } catch (error) {
          expect(error).toBeInstanceOf(SelftrainError);
        }
      }),
      { numRuns: 80 },
    );
    expect(computed).toBeGreaterThan(0);
  });
});
