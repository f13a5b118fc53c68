/** Whatever bytes a model folder holds: a value or a `SelftrainError`, and no memory for sizes that only a header claims. */
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SelftrainError } from "../../src/errors.js";
import { parseModelConfig } from "../../src/model/config.js";
import { readModelConfig } from "../../src/model/config-file.js";
import { readWeights } from "../../src/model/read-weights.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { parseHeader } from "../../src/model/safetensors-header.js";
import { readStorage } from "../../src/model/storage.js";
import { temporaryFolder } from "../run/temporary.js";
import { modelJson, models, variants } from "./fixtures.js";

const temporary = temporaryFolder();

/** The value, or null for a refusal; anything else that is thrown fails the test. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SelftrainError) return null;
    throw error;
  }
}

/** Bytes of array buffers made while `read` ran: the largest single one. */
function largestAllocation(read: () => unknown): number {
  let largest = 0;
  const spied = (["Uint8Array", "Uint16Array", "Float32Array"] as const).map((name) => {
    const original = globalThis[name];
    const spy = new Proxy(original, {
      construct(target, args: unknown[], newTarget) {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0] * target.BYTES_PER_ELEMENT);
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    Object.assign(globalThis, { [name]: spy });
    return () => Object.assign(globalThis, { [name]: original });
  });
  try {
    read();
  } finally {
    for (const restore of spied) restore();
  }
  return largest;
}

const hugeOrSmall = fc.oneof(
  fc.nat({ max: 9 }),
  fc.constantFrom(2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, -1, 0.5),
);
const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      dtype: fc.constantFrom("F32", "F16", "BF16", "I64", "", "constructor", "__proto__"),
      shape: fc.array(hugeOrSmall, { maxLength: 4 }),
      data_offsets: fc.tuple(hugeOrSmall, hugeOrSmall),
    }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const header = fc.oneof(
  fc
    .dictionary(fc.oneof(fc.string(), fc.constantFrom("__metadata__", "__proto__", "a")), entry)
    .map((h) => JSON.stringify(h)),
  fc.json(),
  fc.string({ unit: "binary" }),
);

describe("the safetensors header", () => {
  it("takes any text", () => {
    fc.assert(
      fc.property(header, fc.nat({ max: 4096 }), (text, dataBytes) => {
        const json = new TextEncoder().encode(text);
        attempt(() => parseHeader(json, 8 + json.length + dataBytes, "t.safetensors"));
      }),
      { numRuns: 500 },
    );
  });

  it("takes any file, and allocates no more than it has", () => {
    const path = join(temporary.path, "t.safetensors");
    const claimed = fc.oneof(
      fc.constant(null),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt(0n, 2n ** 24n),
    );
    fc.assert(
      fc.property(header, claimed, fc.uint8Array({ maxLength: 64 }), (text, length, data) => {
        const json = Buffer.from(text);
        const prefix = Buffer.alloc(8);
        prefix.writeBigUInt64LE(length ?? BigInt(json.length));
        const bytes = Buffer.concat([prefix, json, data]);
        fs.writeFileSync(path, bytes);
        expect(largestAllocation(() => attempt(() => readSafetensors(path)))).toBeLessThanOrEqual(
          // Half precision is widened.
          Math.max(8, 2 * bytes.length),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("takes a good file with bytes changed, cut or added anywhere", () => {
    const original = fs.readFileSync(join(models, "mistral", "model.safetensors"));
    const path = join(temporary.path, "t.safetensors");
    const change = fc.record({
      at: fc.nat({ max: 3000 }),
      byte: fc.nat({ max: 255 }),
      cut: fc.nat({ max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes = Buffer.from(original);
        for (const { at, byte, cut } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + cut)]);
        }
        fs.writeFileSync(path, bytes);
        attempt(() => readSafetensors(path));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["a name of twenty million letters", `{"${"a".repeat(2e7)}":{}}`],
    ["nesting a million deep", `{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`],
  ])("refuses %s", (_, text) => {
    const json = new TextEncoder().encode(text);
    expect(attempt(() => parseHeader(json, 8 + json.length, "t.safetensors"))).toBeNull();
  });
});

describe("config.json", () => {
  const keys = [...new Set(variants.flatMap((variant) => Object.keys(modelJson(variant))))];
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    hugeOrSmall,
    fc.constantFrom(2 ** 20, 2 ** 30, 2 ** 36),
    fc.constantFrom("llama3", "yarn", 1e308, 1e-308),
  );
  const rope = fc.dictionary(
    fc.constantFrom(
      "rope_type",
      "type",
      "rope_theta",
      "factor",
      "low_freq_factor",
      "high_freq_factor",
      "beta_fast",
    ),
    value,
  );

  it("may hold any value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        attempt(() => parseModelConfig(json));
      }),
      { numRuns: 200 },
    );
  });

  it("may hold any values at its keys", () => {
    const changes = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 });
    fc.assert(
      fc.property(
        fc.constantFrom(...variants),
        changes,
        fc.option(rope, { nil: undefined, freq: 2 }),
        (variant, more, r) => {
          const json = { ...modelJson(variant), ...more, ...(r ? { rope_parameters: r } : {}) };
          const config = attempt(() => parseModelConfig(json));
          if (!config) return;
          expect(config.rope.frequencies.every((f) => f > 0 && Number.isFinite(f))).toBe(true);
          expect(config.contextLength).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("may be any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        fs.writeFileSync(join(temporary.path, "config.json"), text);
        attempt(() => readModelConfig(temporary.path));
      }),
      { numRuns: 100 },
    );
  });

  it("may claim a model that the weights are not of: nothing of its size is allocated", () => {
    const weights = join(models, "qwen3", "model.safetensors");
    fs.copyFileSync(weights, join(temporary.path, "model.safetensors"));
    const sizes = fc.record({
      vocab_size: fc.nat({ max: 2 ** 40 }),
      intermediate_size: fc.nat({ max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(sizes, (more) => {
        const config = attempt(() => parseModelConfig({ ...modelJson("qwen3"), ...more }));
        if (!config) return;
        const largest = largestAllocation(() => attempt(() => readWeights(temporary.path, config)));
        expect(largest).toBeLessThanOrEqual(fs.statSync(weights).size);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the index of shards", () => {
  it("may hold any value", () => {
    const index = fc.oneof(
      fc.json(),
      fc
        .record({ weight_map: fc.dictionary(fc.string(), fc.jsonValue()) })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(index, (text) => {
        fs.writeFileSync(join(temporary.path, "model.safetensors.index.json"), text);
        attempt(() => readStorage(temporary.path));
      }),
      { numRuns: 200 },
    );
  });
});
