/** Checkpoints in one file and in shards, of all types, and everything that can be wrong with them. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { INDEX, SINGLE } from "../../src/model/checkpoint-files.js";
import { readModelConfig } from "../../src/model/config-file.js";
import { storedDtype } from "../../src/model/dtype.js";
import { initialWeights, parameterSpecs } from "../../src/model/parameters.js";
import { readWeights } from "../../src/model/read-weights.js";
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from "../../src/model/safetensors.js";
import { readStorage, shardBySize } from "../../src/model/storage.js";
import { writeModel } from "../../src/model/write-model.js";
import { temporaryFolder } from "../run/temporary.js";
import { models, variants } from "./fixtures.js";

const temporary = temporaryFolder();

function copyOf(variant: string): string {
  const folder = join(temporary.path, variant);
  fs.cpSync(join(models, variant), folder, { recursive: true });
  return folder;
}

const reading = (folder: string) => () => readWeights(folder, readModelConfig(folder));
const refusal = (details: Record<string, unknown>) => expect.objectContaining(details);

describe.each(variants)("%s", (variant) => {
  const folder = join(models, variant);
  const config = readModelConfig(folder);

  it("is read to the bit, whatever its type and its files", () => {
    const weights = readWeights(folder, config);
    const { shards } = readStorage(folder);
    for (const { name, offset, size } of parameterSpecs(config)) {
      const { data } = readSafetensors(join(folder, shards?.get(name) ?? SINGLE)).get(name)!;
      expect(Buffer.from(data.buffer).equals(Buffer.from(weights.slice(offset, offset + size).buffer))).toBe(
        true,
      );
    }
  });

  it("is written in the same layout and type, the same numbers", () => {
    const weights = readWeights(folder, config);
    const storage = readStorage(folder);
    writeModel(temporary.path, config, weights, storage);
    expect(readStorage(temporary.path)).toEqual(storage);
    expect(readWeights(temporary.path, readModelConfig(temporary.path))).toEqual(weights);
    const files = (of: string) =>
      fs
        .readdirSync(of)
        .filter((name) => /^model|^config/.test(name))
        .sort();
    expect(files(temporary.path)).toEqual(files(folder));
    if (!storage.shards) return;
    const index = (of: string) => JSON.parse(fs.readFileSync(join(of, INDEX), "utf8")) as unknown;
    expect(index(temporary.path)).toEqual(index(folder));
  });
});

describe("new weights", () => {
  it.each(variants)("of %s start its norms at one and its biases at zero", (variant) => {
    const config = readModelConfig(join(models, variant));
    const weights = initialWeights(config, 3);
    for (const { name, shape, offset, size } of parameterSpecs(config)) {
      if (shape.length > 1) continue;
      const expected = name.endsWith(".bias") || variant === "gemma" ? 0 : 1;
      expect(new Set(weights.subarray(offset, offset + size)), name).toEqual(new Set([expected]));
    }
  });

  it("keep q, k, v, their biases, and gate, up neighbours", () => {
    const config = readModelConfig(join(models, "llama-biases"));
    const specs = parameterSpecs(config);
    const at = (part: string) => specs.findIndex(({ name }) => name === `model.layers.1.${part}`);
    const [q, qBias, gate, gateBias] = [
      "self_attn.q_proj.weight",
      "self_attn.q_proj.bias",
      "mlp.gate_proj.weight",
      "mlp.gate_proj.bias",
    ].map(at) as [number, number, number, number];
    expect(["k", "v"].map((x) => at(`self_attn.${x}_proj.weight`))).toEqual([q + 1, q + 2]);
    expect(["k", "v"].map((x) => at(`self_attn.${x}_proj.bias`))).toEqual([qBias + 1, qBias + 2]);
    expect([at("mlp.up_proj.weight"), at("mlp.up_proj.bias")]).toEqual([gate + 1, gateBias + 1]);
  });
});

describe("shards", () => {
  const config = readModelConfig(join(models, "qwen3"));

  it("hold at most what is asked for, or one tensor", () => {
    const most = 4000;
    const map = shardBySize(config, "bfloat16", most)!;
    const bytes = new Map<string, number[]>();
    for (const { name, size } of parameterSpecs(config)) {
      const file = map.get(name)!;
      bytes.set(file, [...(bytes.get(file) ?? []), 2 * size]);
    }
    expect(bytes.size).toBeGreaterThan(2);
    expect([...bytes.keys()][1]).toBe(`model-00002-of-0000${bytes.size}.safetensors`);
    for (const sizes of bytes.values()) {
      expect(sizes.length === 1 || sizes.reduce((a, b) => a + b) <= most).toBe(true);
    }
  });

  it("are none where everything fits one file", () => {
    expect(shardBySize(config, "float32", 2 ** 30)).toBeNull();
  });
});

describe("readWeights", () => {
  const lastShard = "model-00002-of-00002.safetensors";

  it("names the shard that is missing, and a tensor in it", () => {
    const folder = copyOf("qwen2");
    fs.rmSync(join(folder, lastShard));
    expect(reading(folder)).toThrow(
      refusal({
        code: "weights-file-missing",
        where: join(folder, lastShard),
        message: expect.stringMatching(/for (model|lm_head)\./),
      }),
    );
  });

  it("names the files that a folder without weights should have", () => {
    const folder = copyOf("qwen3");
    fs.rmSync(join(folder, SINGLE));
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-file-missing", message: expect.stringContaining(INDEX) }),
    );
  });

  it.each([
    ["no JSON", "{"],
    ["no map", '{"metadata":{}}'],
    ["a file elsewhere", '{"weight_map":{"lm_head.weight":"../model.safetensors"}}'],
  ])("refuses an index with %s", (_, text) => {
    const folder = copyOf("qwen2");
    fs.writeFileSync(join(folder, INDEX), text);
    expect(reading(folder)).toThrow(refusal({ code: "weights-index-invalid", where: join(folder, INDEX) }));
  });

  it("refuses shards that the index does not describe", () => {
    const folder = copyOf("qwen2");
    const index = JSON.parse(fs.readFileSync(join(folder, INDEX), "utf8")) as {
      weight_map: Record<string, string>;
    };
    const name = "model.norm.weight";
    const other = [...new Set(Object.values(index.weight_map))].find(
      (file) => file !== index.weight_map[name],
    )!;
    const save = (map: Record<string, string>) =>
      fs.writeFileSync(join(folder, INDEX), JSON.stringify({ weight_map: map }));
    const where = join(folder, index.weight_map[name]!);
    save({ ...index.weight_map, [name]: other });
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-index-invalid", found: other, where: `${where}: ${name}` }),
    );
    const { [name]: _, ...rest } = index.weight_map;
    save(rest);
    expect(reading(folder)).toThrow(refusal({ code: "weights-index-invalid", found: "not in the index" }));
    save({ ...index.weight_map, "model.none": other });
    expect(reading(folder)).not.toThrow();
  });

  /** Changes the tensors of a folder's one file. */
  function edit(folder: string, change: (tensors: ReturnType<typeof readSafetensors>) => void): string {
    const path = join(folder, SINGLE);
    const tensors = readSafetensors(path);
    change(tensors);
    const list = [...tensors].map(([name, { shape, data }]) => ({ name, shape, data }));
    writeSafetensors(path, list, { format: "pt" });
    return path;
  }

  it("names a missing tensor", () => {
    const folder = copyOf("qwen3");
    const name = "model.layers.1.self_attn.q_norm.weight";
    const path = edit(folder, (tensors) => tensors.delete(name));
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-missing", where: path, message: expect.stringContaining(name) }),
    );
  });

  it("names a tensor too many, but passes over buffers", () => {
    const folder = copyOf("qwen3");
    const extra = { shape: [1], dtype: "F32" as const, data: Float32Array.of(NaN) };
    edit(folder, (tensors) => tensors.set("model.layers.0.self_attn.rotary_emb.inv_freq", extra));
    expect(reading(folder)).not.toThrow();
    const path = edit(folder, (tensors) => tensors.set("model.layers.2.input_layernorm.weight", extra));
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-superfluous", where: `${path}: model.layers.2.input_layernorm.weight` }),
    );
  });

  it("passes over the head of a tied model, and asks for that of an untied one", () => {
    const tied = copyOf("qwen3");
    const expected = reading(tied)();
    edit(tied, (tensors) => tensors.set("lm_head.weight", tensors.get("model.embed_tokens.weight")!));
    expect(reading(tied)()).toEqual(expected);
    const untied = copyOf("mha-untied");
    edit(untied, (tensors) => tensors.delete("lm_head.weight"));
    expect(reading(untied)).toThrow(
      refusal({ code: "weights-missing", message: expect.stringContaining("lm_head.weight") }),
    );
  });

  it("names a tensor of another shape", () => {
    const folder = copyOf("gemma");
    const name = "model.norm.weight";
    const path = edit(folder, (tensors) => tensors.set(name, { ...tensors.get(name)!, shape: [2, 12] }));
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-shape", where: `${path}: ${name}`, found: "[2,12]", expected: "[24]" }),
    );
  });

  it.each([NaN, Infinity, -Infinity])("names a tensor that holds %s", (value) => {
    const folder = copyOf("gemma");
    const name = "model.layers.1.mlp.up_proj.weight";
    const path = edit(folder, (tensors) => {
      tensors.get(name)!.data[17] = value;
    });
    expect(reading(folder)).toThrow(
      refusal({ code: "weights-not-finite", where: `${path}: ${name}`, found: `${value} at element 17` }),
    );
  });

  it("names a type that it does not read", () => {
    const folder = copyOf("mistral");
    const path = join(folder, SINGLE);
    const bytes = fs.readFileSync(path);
    const at = bytes.indexOf('"F16"');
    bytes.write('"I16"', at);
    fs.writeFileSync(path, bytes);
    expect(reading(folder)).toThrow(
      refusal({
        code: "safetensors-unsupported-dtype",
        found: "I16",
        where: expect.stringMatching(new RegExp(`^${path}: `)),
      }),
    );
  });

  it("names a shard that is cut off, and allocates nothing before", () => {
    const folder = copyOf("qwen2");
    const path = join(folder, lastShard);
    fs.truncateSync(path, fs.statSync(path).size - 1);
    expect(reading(folder)).toThrow(
      refusal({ code: "safetensors-invalid", where: expect.stringContaining(path) }),
    );
  });
});

describe("writeModel", () => {
  it("refuses a number that the type does not reach, naming the tensor", () => {
    const config = readModelConfig(join(models, "gemma"));
    const weights = initialWeights(config, 1);
    const { name, offset } = parameterSpecs(config)[3]!;
    weights[offset + 2] = 65520;
    const write = (dtype: "float16" | "bfloat16") => () =>
      writeModel(temporary.path, config, weights, { dtype, shards: null });
    expect(write("float16")).toThrow(
      refusal({
        code: "weights-overflow",
        found: "65520 at element 2",
        where: expect.stringContaining(name),
      }),
    );
    weights[offset + 2] = 65519;
    write("float16")();
    expect(readWeights(temporary.path, config)[offset + 2]).toBe(65504);
    weights[offset + 2] = 3.4e38;
    expect(write("bfloat16")).toThrow(refusal({ code: "weights-overflow" }));
  });

  it.each(["float16", "bfloat16"] as const)("writes %s in pieces as at once", (dtype) => {
    // More numbers than are converted at a time.
    const data = Float32Array.from({ length: 300_000 }, (_, i) => Math.sin(i));
    const path = join(temporary.path, "t.safetensors");
    writeSafetensors(path, [{ name: "t", shape: [300_000], data }], {}, storedDtype[dtype]);
    expect(readSafetensorsHeader(path).entries[0]).toMatchObject({ dtype: storedDtype[dtype], end: 600_000 });
    const back = readSafetensors(path).get("t")!.data;
    const step = dtype === "float16" ? 2 ** -11 : 2 ** -8;
    back.forEach((x, i) => {
      if (Math.abs(x - data[i]!) > step * Math.abs(data[i]!) + 2 ** -25)
        throw new Error(`element ${i}: ${x}`);
    });
  });
});
