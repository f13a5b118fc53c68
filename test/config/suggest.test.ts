import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/config/suggest.js";

const keys = ["steps", "seed", "adam.learningRate", "prompts.size", "evaluation.size", "samplesPerPrompt"];

describe("nearest", () => {
  it("finds a misspelt key", () => expect(nearest("stpes", keys)).toEqual(["steps"]));

  it("finds a nested key by its last part", () => {
    expect(nearest("learningRate", keys)).toEqual(["adam.learningRate"]);
  });

  it("names all that are equally near", () => {
    expect(nearest("size", keys)).toEqual(["prompts.size", "evaluation.size"]);
  });

  it("takes snake case and kebab case for the same word", () => {
    expect(nearest("samples_per_prompt", keys)).toEqual(["samplesPerPrompt"]);
    expect(nearest("--samplesPerPrompt", ["--steps", "--samples-per-prompt"])).toEqual([
      "--samples-per-prompt",
    ]);
  });

  it("says nothing where nothing is near", () => expect(nearest("colour", keys)).toEqual([]));

  it("always finds a name that is valid", () => {
    fc.assert(fc.property(fc.constantFrom(...keys), (key) => nearest(key, keys).includes(key)));
  });
});

describe("didYouMean", () => {
  it("quotes keys and leaves flags bare", () => {
    expect(didYouMean("stpes", keys, "")).toBe('did you mean "steps"?');
    expect(didYouMean("--stpes", ["--steps"], "")).toBe("did you mean --steps?");
  });

  it("falls back", () => expect(didYouMean("colour", keys, "see --help")).toBe("see --help"));
});
