import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/config.js";
import { hfConfig, llamaConfig, readModelConfig } from "../../src/model/config-file.js";
import { temporaryFolder } from "../run/temporary.js";
import { modelJson, variants } from "./fixtures.js";

const parse = (variant: string, changes: object = {}) =>
  parseModelConfig({ ...modelJson(variant), ...changes });
const without = (variant: string, ...keys: string[]) =>
  parseModelConfig(
    Object.fromEntries(Object.entries(modelJson(variant)).filter(([key]) => !keys.includes(key))),
  );

describe("architectures", () => {
  it("differ from Llama where they do", () => {
    expect(parse("mha-untied")).toMatchObject({
      qkvBias: false,
      outputBias: false,
      mlpBias: false,
      qkNorm: false,
    });
    expect(parse("llama-biases")).toMatchObject({ qkvBias: true, outputBias: true, mlpBias: true });
    expect(parse("qwen2")).toMatchObject({ qkvBias: true, outputBias: false, mlpBias: false });
    expect(parse("qwen3")).toMatchObject({ qkvBias: false, qkNorm: true });
    expect(parse("qwen3", { attention_bias: true })).toMatchObject({ qkvBias: true, outputBias: true });
    expect(parse("gemma")).toMatchObject({
      normOffset: 1,
      embeddingScale: Math.sqrt(24),
      activation: "gelu-tanh",
    });
  });

  it("have their own values for keys that a file leaves out", () => {
    expect(without("gemma", "head_dim", "tie_word_embeddings", "hidden_act")).toMatchObject({
      headDim: 256,
      tiedHead: true,
      activation: "gelu-tanh",
    });
    expect(without("qwen3", "head_dim").headDim).toBe(128);
    expect(without("mistral", "sliding_window").slidingWindow).toBe(4096);
    expect(without("mha-untied", "head_dim", "num_key_value_heads", "tie_word_embeddings")).toMatchObject({
      headDim: 8,
      kvHeads: 4,
      tiedHead: false,
    });
  });

  it("keep the context within the window", () => {
    expect(parse("mistral")).toMatchObject({ slidingWindow: 24, contextLength: 24 });
    expect(parse("mistral", { sliding_window: null })).toMatchObject({
      slidingWindow: null,
      contextLength: 64,
    });
    expect(parse("mistral", { sliding_window: 100 }).contextLength).toBe(64);
    const window = { use_sliding_window: true, sliding_window: 8, layer_types: null };
    expect(parse("qwen2", { ...window, use_sliding_window: false }).contextLength).toBe(64);
    expect(parse("qwen2", { ...window, max_window_layers: 1 }).contextLength).toBe(8);
    expect(parse("qwen2", { ...window, max_window_layers: 2 }).contextLength).toBe(64);
    const types = ["full_attention", "sliding_attention"];
    expect(parse("qwen2", { ...window, layer_types: types }).contextLength).toBe(8);
  });

  it("are refused by name, with what works, where they are not among them", () => {
    expect(() => parse("mha-untied", { model_type: "gpt2" })).toThrow(
      expect.objectContaining({
        code: "model-architecture-unsupported",
        found: "gpt2",
        expected: expect.stringMatching(/^llama \(Llama 2 and 3, SmolLM2\), .*qwen3 \(Qwen 3\)/),
      }),
    );
  });

  it.each<[string, object, string]>([
    ["an activation", { hidden_act: "relu" }, "model-architecture-unsupported"],
    ["quantised weights", { quantization_config: { bits: 4 } }, "model-architecture-unsupported"],
    ["heads in no whole groups", { num_key_value_heads: 3 }, "model-architecture-unsupported"],
    ["a head of odd width", { head_dim: 7 }, "model-architecture-unsupported"],
    ["types of no layers", { layer_types: [] }, "model-config-invalid"],
    ["a layer type", { layer_types: ["linear_attention"] }, "model-architecture-unsupported"],
    ["attention in both directions", { use_bidirectional_attention: true }, "model-architecture-unsupported"],
    ["a size that is none", { hidden_size: -1 }, "model-config-invalid"],
    ["more layers than any model has", { num_hidden_layers: 2 ** 40 }, "model-config-invalid"],
  ])("refuse %s", (_, changes, code) => {
    expect(() => parse("mha-untied", changes)).toThrow(expect.objectContaining({ code }));
  });
});

describe("config.json", () => {
  const temporary = temporaryFolder();
  const write = (name: string, text: string) => fs.writeFileSync(join(temporary.path, name), text);

  it.each(variants)("of %s is written back as it was, but for the type", (variant) => {
    const json = { ...modelJson(variant), kept: { as: [1, null] } };
    expect(hfConfig(parseModelConfig(json), "bfloat16")).toEqual({ ...json, dtype: "bfloat16" });
    const { dtype, ...older } = json as typeof json & { dtype: string };
    expect(hfConfig(parseModelConfig({ ...older, torch_dtype: dtype }), "float16")).toEqual({
      ...older,
      torch_dtype: "float16",
    });
  });

  it("of a new model says what it was made of", () => {
    const { source: _, ...config } = parse("gqa-tied");
    const made = llamaConfig(config);
    expect(parseModelConfig(hfConfig(made, "float32"))).toEqual(made);
    expect(made).toMatchObject({ kvHeads: 2, tiedHead: true, contextLength: 64, eosTokens: [1] });
  });

  it("leaves it to generation_config.json what ends a sequence", () => {
    write("config.json", JSON.stringify({ ...modelJson("qwen2"), eos_token_id: 7 }));
    expect(readModelConfig(temporary.path).eosTokens).toEqual([7]);
    write("generation_config.json", JSON.stringify({ eos_token_id: [7, 9] }));
    expect(readModelConfig(temporary.path).eosTokens).toEqual([7, 9]);
    write("generation_config.json", JSON.stringify({ temperature: 1 }));
    expect(readModelConfig(temporary.path).eosTokens).toEqual([7]);
    write("generation_config.json", JSON.stringify({ eos_token_id: "</s>" }));
    expect(() => readModelConfig(temporary.path)).toThrow(
      expect.objectContaining({ where: join(temporary.path, "generation_config.json") }),
    );
  });

  it("pads with a token of the vocabulary, whatever it says", () => {
    expect(parse("qwen2", { pad_token_id: 5 }).padToken).toBe(5);
    expect(parse("qwen2", { pad_token_id: -1 }).padToken).toBe(0);
    expect(parse("qwen2", { pad_token_id: 40 }).padToken).toBe(0);
  });

  it("is named where it is missing or damaged", () => {
    const where = join(temporary.path, "config.json");
    const reads = (code: string) =>
      expect(() => readModelConfig(temporary.path)).toThrow(expect.objectContaining({ code, where }));
    reads("model-not-found");
    write("config.json", '{"model_type":');
    reads("model-config-invalid");
  });
});
