/**
 * Rotary tables against transformers (scripts/fixtures/models.py), up to position 131,071: to 1e-6, and where PyTorch's
 * power is off by a unit in the last place of a frequency, to what that makes of the angle.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/config.js";
import { ropeTables } from "../../src/model/rope.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { modelJson, models } from "./fixtures.js";

interface Setting {
  readonly head_dim: number;
  readonly max_position_embeddings: number;
}

const settings = JSON.parse(readFileSync(join(models, "rope.json"), "utf8")) as Record<string, Setting>;
const tensors = readSafetensors(join(models, "rope.safetensors"));

/** A Llama with one head of the setting's width. */
const withRope = (setting: object) =>
  parseModelConfig({
    ...modelJson("mha-untied"),
    hidden_size: 128,
    num_attention_heads: 1,
    num_key_value_heads: 1,
    rope_parameters: null,
    ...setting,
  });

describe("rotary tables", () => {
  it.each(Object.keys(settings))("of %s are those of transformers", (name) => {
    const { rope, contextLength } = withRope(settings[name]!);
    const { cos, sin } = ropeTables(rope, contextLength);
    const half = rope.frequencies.length;
    const positions = [...tensors.keys()].flatMap((key) =>
      key.startsWith(`${name}.cos.`) ? [Number(key.slice(name.length + 5))] : [],
    );
    expect(positions.length).toBeGreaterThanOrEqual(5);
    for (const p of positions) {
      for (const [table, ours] of [
        ["cos", cos],
        ["sin", sin],
      ] as const) {
        const expected = tensors.get(`${name}.${table}.${p}`)!.data;
        expected.forEach((x, i) => {
          const tolerance = 1e-6 + 2 ** -23 * p * rope.frequencies[i]!;
          expect(Math.abs(x - ours[p * half + i]!), `${table} ${i} at ${p}`).toBeLessThan(tolerance);
        });
      }
    }
  });
});

describe("rotary settings", () => {
  const scaling = { factor: 2, rope_theta: 500 };

  it("are the same in the old spelling and in the new", () => {
    const old = withRope({ rope_theta: 500, rope_scaling: { type: "linear", factor: 2 } });
    expect(withRope({ rope_parameters: { ...scaling, rope_type: "linear" } }).rope).toEqual(old.rope);
    expect(withRope({ rope_theta: 500 }).rope).not.toEqual(old.rope);
  });

  it.each([
    ["longrope", { ...scaling, rope_type: "longrope" }, "model-architecture-unsupported"],
    ["a part of the head", { rope_theta: 500, partial_rotary_factor: 0.5 }, "model-architecture-unsupported"],
    ["no factor", { rope_type: "linear" }, "model-config-invalid"],
    ["no number", { rope_theta: "much" }, "model-config-invalid"],
    [
      "bands that meet",
      {
        ...scaling,
        rope_type: "llama3",
        low_freq_factor: 4,
        high_freq_factor: 4,
        factor: 1e300,
      },
      "model-config-invalid",
    ],
  ])("are refused: %s", (_, parameters, code) => {
    expect(() => withRope({ rope_parameters: parameters })).toThrow(expect.objectContaining({ code }));
  });
});

describe("keys that are there and say nothing", () => {
  it.each(["mha-untied", "mistral", "qwen2", "qwen3", "gemma"])(
    "are as if they were not there: %s",
    (variant) => {
      const of = (changes: object) => {
        const { rope_scaling: _, rope_theta: __, ...json } = modelJson(variant);
        return parseModelConfig({ ...json, ...changes }).rope;
      };
      const given = { rope_parameters: { rope_type: "linear", rope_theta: 500, factor: 2 } };
      const older = { rope_theta: 500, rope_scaling: { type: "linear", factor: 2 } };
      expect(of(given)).toEqual(of(older));
      for (const empty of [{}, [], null, false, 0, ""]) {
        expect(of({ ...given, rope_scaling: empty })).toEqual(of(given));
        expect(of({ ...older, rope_parameters: empty })).toEqual(of(older));
        expect(of({ rope_theta: 500, rope_scaling: empty, rope_parameters: empty })).toEqual(
          of({ rope_theta: 500, rope_parameters: null }),
        );
      }
    },
  );
});
