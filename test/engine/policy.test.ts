/** The weights of a policy are in memory once, whatever trains on them and samples from them. */
import { describe, expect, it } from "vitest";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { arrayOf, floatsOf } from "../../src/engine/onnx/runtime/tensor.js";
import { GQA, temporaryModel } from "./tiny-model.js";

describe("a policy", () => {
  it.each([
    ["a model", null],
    ["a model under an adapter", { lora: { rank: 2, alpha: 4, targets: ["query", "up"] as const }, seed: 1 }],
  ])("lends every program views of the arrays that the optimiser changes: %s", (_, lora) => {
    const policy = openPolicy({ folder: temporaryModel(GQA) }, lora);
    const own = new Set([policy.model.weights.buffer, policy.trained.weights.buffer]);
    const lent = [policy.feeds(8), ...[0, 1].map((layer) => policy.layerFeeds(layer, 8))].flatMap((feeds) =>
      Object.entries(feeds).filter(([name]) => name !== "cos" && name !== "sin"),
    );
    expect(lent.length).toBeGreaterThan(2 * 2 * 9);
    for (const [name, tensor] of lent) expect(own.has(arrayOf(tensor).buffer), name).toBe(true);
    expect(own.has(arrayOf(policy.embeddings).buffer)).toBe(true);

    const { specs, weights } = policy.trained;
    weights.fill(7);
    const { name } = specs.at(-1)!;
    expect(Object.keys(policy.feeds(8))).toContain(name);
    expect(floatsOf(policy.feeds(8), name)[0]).toBe(7);
  });
});
