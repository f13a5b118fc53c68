import { describe, expect, it } from "vitest";
import { checkFinite } from "../../../src/training/rollout/finite.js";
import { makeGroup } from "../loop/groups.js";

const group = (...logprobs: number[]) =>
  makeGroup("p", [
    { answer: "1", logprobs: [-1] },
    { answer: null, logprobs },
  ]);

describe("checkFinite", () => {
  it("passes finite logprobs, however small", () => {
    expect(() => checkFinite([group(-0, -1e30), group(-5)])).not.toThrow();
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])("names prompt and token of a logprob of %d", (bad) => {
    expect(() => checkFinite([group(-1), group(-1, -2, bad)])).toThrow(
      expect.objectContaining({
        code: "policy-not-finite",
        where: "prompt p, after 3 optimiser steps",
        found: expect.objectContaining({ token: 2, logprob: String(bad) }),
      }),
    );
  });
});
