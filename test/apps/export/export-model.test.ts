/** What other programs make of the folder is in transformers.test.ts; here is what is in it. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportModel } from "../../../src/apps/export/export-model.js";
import { type ExportConfig, exportConfigSchema } from "../../../src/config/export-config.js";
import { writeAdapter } from "../../../src/model/adapter-files.js";
import { readModelConfig } from "../../../src/model/config-file.js";
import { adapterSpecs } from "../../../src/model/lora.js";
import { initialWeights, parameterSpecs } from "../../../src/model/parameters.js";
import { readModel } from "../../../src/model/read-model.js";
import { readWeights } from "../../../src/model/read-weights.js";
import { readStorage } from "../../../src/model/storage.js";
import { writeModel, writeModelConfig } from "../../../src/model/write-model.js";
import { Random } from "../../../src/random.js";
import { modelJson, models, variants } from "../../model/fixtures.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const here = (name: string) => join(temporary.path, name);

const run = (model: string, more: Partial<ExportConfig> = {}) =>
  exportModel(exportConfigSchema.parse({ model, output: here("out"), card: false, ...more }));

const weightsOf = (folder: string) => readWeights(folder, readModelConfig(folder));

describe("exportModel", () => {
  it.each(variants)("writes %s as it is stored, to the same bytes of every tensor", async (variant) => {
    const model = join(models, variant);
    const exported = await run(model);
    expect(readStorage(here("out"))).toEqual(readStorage(model));
    expect(weightsOf(here("out"))).toEqual(weightsOf(model));
    expect(JSON.parse(fs.readFileSync(join(here("out"), "config.json"), "utf8"))).toEqual(modelJson(variant));
    const files = fs.readdirSync(here("out")).sort();
    expect(files).toEqual(
      fs
        .readdirSync(model)
        .filter((name) => !name.startsWith("expected."))
        .sort(),
    );
    expect(exported).toMatchObject({ files, parameters: weightsOf(model).length });
    expect(exported.bytes).toBe(
      files.reduce((sum, file) => sum + fs.statSync(join(here("out"), file)).size, 0),
    );
  });

  it("writes the type asked for, and says so in config.json", async () => {
    expect(await run(join(models, "qwen3"), { dtype: "bfloat16" })).toMatchObject({ dtype: "bfloat16" });
    expect(readStorage(here("out"))).toEqual({ dtype: "bfloat16", shards: null });
    expect(modelJson("qwen3").dtype).toBe("float32");
    expect(readModelConfig(here("out")).source.dtype).toBe("bfloat16");
    // bfloat16 has eight bits of precision.
    const before = weightsOf(join(models, "qwen3"));
    weightsOf(here("out")).forEach((x, i) => {
      if (Math.abs(x - before[i]!) > 2 ** -8 * Math.abs(before[i]!)) throw new Error(`weight ${i}: ${x}`);
    });
  });

  it("spreads the weights over files of the size asked for", async () => {
    const { source } = readModelConfig(join(models, "qwen3"));
    fs.mkdirSync(here("wide"));
    fs.writeFileSync(
      join(here("wide"), "config.json"),
      JSON.stringify({ ...source, hidden_size: 256, intermediate_size: 512 }),
    );
    const config = readModelConfig(here("wide"));
    writeModel(here("wide"), config, initialWeights(config, 1));
    const { files } = await run(here("wide"), { maxShardSizeMiB: 1 });
    const shards = files.filter((name) => name.endsWith(".safetensors"));
    expect(shards.length).toBeGreaterThan(2);
    expect(shards[0]).toBe(`model-00001-of-0000${shards.length}.safetensors`);
    for (const shard of shards)
      expect(fs.statSync(join(here("out"), shard)).size).toBeLessThan(1.01 * 2 ** 20);
    expect(weightsOf(here("out"))).toEqual(weightsOf(here("wide")));
  });

  it("merges an adapter into its model, and lays it out as that lies", async () => {
    const base = join(models, "qwen2");
    const lora = { rank: 2, alpha: 4, targets: ["query", "down"] as const };
    const specs = adapterSpecs(readModelConfig(base), lora);
    const random = new Random(5);
    const weights = Float32Array.from({ length: specs.at(-1)!.offset + specs.at(-1)!.size }, () =>
      random.normal(),
    );
    fs.mkdirSync(here("adapter"));
    writeModelConfig(here("adapter"), readModelConfig(base));
    writeAdapter(here("adapter"), base, { lora, specs, weights });
    expect(await run(here("adapter"), { dtype: "float32" })).toMatchObject({ dtype: "float32" });
    const merged = weightsOf(here("out"));
    expect(merged).toEqual(readModel(here("adapter")).weights);
    expect(merged).not.toEqual(weightsOf(base));
    expect(readStorage(here("out")).shards).toEqual(readStorage(base).shards);
    expect(fs.readdirSync(here("out")).filter((name) => name.startsWith("adapter"))).toEqual([]);
  });

  it("carries along what belongs to the model, and nothing else, also through links", async () => {
    fs.cpSync(join(models, "gemma"), here("model"), { recursive: true });
    const companions = {
      "tokenizer.json": "{ }",
      "tokenizer_config.json": '{"chat_template": "é"}\n',
      "special_tokens_map.json": "{}",
      "chat_template.jinja": "{{ messages }}",
    };
    for (const [name, text] of Object.entries(companions)) {
      fs.writeFileSync(here(`blob-${name}`), text);
      fs.symlinkSync(here(`blob-${name}`), join(here("model"), name));
    }
    fs.mkdirSync(join(here("model"), "additional_chat_templates"));
    fs.writeFileSync(join(here("model"), "additional_chat_templates", "tools.jinja"), "{{ tools }}");
    fs.writeFileSync(join(here("model"), "optimizer.safetensors"), "much");
    const { files } = await run(here("model"));
    for (const [name, text] of Object.entries(companions)) {
      expect(fs.lstatSync(join(here("out"), name)).isFile()).toBe(true);
      expect(fs.readFileSync(join(here("out"), name), "utf8")).toBe(text);
    }
    expect(fs.readFileSync(join(here("out"), "additional_chat_templates/tools.jinja"), "utf8")).toBe(
      "{{ tools }}",
    );
    expect(files).toContain("generation_config.json");
    expect(files).not.toContain("optimizer.safetensors");
  });

  it("takes an empty folder, and refuses one that is not, touching nothing", async () => {
    fs.mkdirSync(here("out"));
    await run(join(models, "gemma"));
    const before = fs.readdirSync(here("out"));
    await expect(run(join(models, "qwen3"))).rejects.toMatchObject({ code: "output-not-empty" });
    expect(fs.readdirSync(here("out"))).toEqual(before);
  });

  it("leaves nothing where a weight does not fit the type", async () => {
    fs.cpSync(join(models, "gemma"), here("model"), { recursive: true });
    const config = readModelConfig(here("model"));
    const weights = initialWeights(config, 1);
    const { name, offset } = parameterSpecs(config).at(-1)!;
    weights[offset] = 1e6;
    writeModel(here("model"), config, weights);
    await expect(run(here("model"), { dtype: "float16" })).rejects.toMatchObject({
      code: "weights-overflow",
      where: expect.stringContaining(name),
    });
    expect(fs.readdirSync(temporary.path)).toEqual(["model"]);
  });
});
