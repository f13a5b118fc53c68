/** A head in the weights that `config.json` calls tied: transformers 5.18 uses it where it differs from the embeddings, and so is it here. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportModel } from "../../src/apps/export/export-model.js";
import { exportConfigSchema } from "../../src/config/export-config.js";
import type { ModelConfig } from "../../src/model/config.js";
import { headAgainstConfig, readModelConfig } from "../../src/model/config-file.js";
import type { DtypeName } from "../../src/model/dtype.js";
import { EMBEDDING, HEAD, parameterSpecs } from "../../src/model/parameters.js";
import { readModel } from "../../src/model/read-model.js";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors.js";
import { shardBySize } from "../../src/model/storage.js";
import { writeModel } from "../../src/model/write-model.js";
import { Random } from "../../src/random.js";
import { resolveModel } from "../../src/run/model-folder.js";
import type { TrainerEvent } from "../../src/run/observer.js";
import { editJson } from "../edit-json.js";
import { temporaryFolder } from "../run/temporary.js";
import { models } from "./fixtures.js";

const temporary = temporaryFolder();
const here = (name: string) => join(temporary.path, name);

/** What a file says of its head: a value of the key, or nothing where the key is left out. */
function callTied(folder: string, said: true | undefined): void {
  editJson(join(folder, "config.json"), (json) => {
    const { tie_word_embeddings: _, ...rest } = json;
    return said === undefined ? rest : { ...rest, tie_word_embeddings: said };
  });
}

/** A copy of a fixture with a head of its own, stored so. Returns its configuration and weights as an honest folder would have them. */
function untied(
  variant: string,
  folder: string,
  dtype: DtypeName,
  shardMost: number | null,
): ReturnType<typeof readModel> {
  const tied = readModel(join(models, variant));
  fs.mkdirSync(folder);
  const { source } = tied.config;
  fs.writeFileSync(join(folder, "config.json"), JSON.stringify({ ...source, tie_word_embeddings: false }));
  const config: ModelConfig = readModelConfig(folder);
  const random = new Random(4);
  const known = new Map(parameterSpecs(tied.config).map((spec) => [spec.name, spec]));
  const weights = new Float32Array(parameterSpecs(config).reduce((sum, { size }) => sum + size, 0));
  for (const { name, offset, size } of parameterSpecs(config)) {
    const from = known.get(name);
    if (from) weights.set(tied.weights.subarray(from.offset, from.offset + size), offset);
    else for (let i = 0; i < size; i++) weights[offset + i] = 0.3 * random.normal();
  }
  writeModel(folder, config, weights, {
    dtype,
    shards: shardMost === null ? null : shardBySize(config, dtype, shardMost),
  });
  return readModel(folder);
}

const notices = async (folder: string) => {
  const events: TrainerEvent[] = [];
  const observer = (event: TrainerEvent) => events.push(event);
  await resolveModel(folder, { observer });
  await resolveModel(folder, { observer });
  return events;
};

describe.each([
  ["llama, one file", "gqa-tied", "float32", null, true],
  ["an untied llama", "mha-untied", "float32", null, true],
  ["shards", "qwen2", "float32", 3000, true],
  ["bfloat16", "qwen3", "bfloat16", null, true],
  ["float16 in shards", "mistral", "float16", 4000, true],
  ["gemma, called tied", "gemma", "float32", null, true],
  ["gemma, the key left out", "gemma", "float32", null, undefined],
] as const)("%s", (_, variant, dtype, shardMost, said) => {
  it("has the head of its files, says so once, and writes it", async () => {
    const { config, weights } = untied(variant, here("model"), dtype, shardMost);
    expect(await notices(here("model"))).toEqual([]);
    callTied(here("model"), said);
    const found = readModel(here("model"));
    expect(found.weights).toEqual(weights);
    expect(found.config).toEqual({
      ...config,
      source: expect.objectContaining({ tie_word_embeddings: false }),
    });
    const [notice, ...more] = await notices(here("model"));
    expect(notice).toMatchObject({ type: "notice", code: "model-head-untied" });
    expect(more).toEqual([]);
    await exportModel(exportConfigSchema.parse({ model: here("model"), output: here("out") }));
    expect(readModel(here("out")).weights).toEqual(weights);
    expect(headAgainstConfig(here("out"))).toBe(false);
  });
});

describe("a head that equals the embeddings", () => {
  it.each(["gqa-tied", "smollm2", "gemma"])("stays tied: %s", async (variant) => {
    fs.cpSync(join(models, variant), here("model"), { recursive: true });
    const path = join(here("model"), "model.safetensors");
    const tensors = readSafetensors(path);
    const { shape, data, dtype } = tensors.get(EMBEDDING)!;
    const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
    writeSafetensors(path, [...named, { name: HEAD, shape, data }], {}, dtype);
    expect(readModelConfig(here("model")).tiedHead).toBe(true);
    expect(readModel(here("model"))).toEqual(readModel(join(models, variant)));
    expect(await notices(here("model"))).toEqual([]);
    // One number of it, the last, is enough to be another head.
    const other = data.slice();
    other[other.length - 1]! += 0.5;
    writeSafetensors(path, [...named, { name: HEAD, shape, data: other }], {}, dtype);
    expect(readModelConfig(here("model")).tiedHead).toBe(false);
  });

  it("is not asked for where the weights are not there", () => {
    fs.mkdirSync(here("plan"));
    fs.cpSync(join(models, "gqa-tied", "config.json"), join(here("plan"), "config.json"));
    expect(readModelConfig(here("plan")).tiedHead).toBe(true);
  });

  it("of another shape is refused as any tensor is", () => {
    fs.cpSync(join(models, "gqa-tied"), here("model"), { recursive: true });
    const path = join(here("model"), "model.safetensors");
    const named = [...readSafetensors(path)].map(([name, tensor]) => ({ name, ...tensor }));
    writeSafetensors(path, [...named, { name: HEAD, shape: [2, 2], data: new Float32Array(4) }]);
    expect(() => readModel(here("model"))).toThrow(expect.objectContaining({ code: "weights-shape" }));
  });
});
