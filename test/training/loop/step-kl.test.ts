/** The KL of a step by where it is: against hand counts, and in a run with a KL. */
import { join } from "node:path";
import { train } from "selftrain";
import { describe, expect, it } from "vitest";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { stepKl } from "../../../src/training/loop/step-kl.js";
import { answerTokens } from "../../../src/training/rollout/answer-tokens.js";
import { recordsOf } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const tokenizer = new CharacterTokenizer("0123456789#:+");
const k3 = (d: number) => Math.expm1(d) - d;

describe("stepKl", () => {
  it("is right by hand: answers, the rest, and whole completions", () => {
    const rollout = (text: string, answer: string | null) => {
      const tokens = [...tokenizer.encode(text), ...tokenizer.eosTokens];
      return {
        text,
        tokens,
        logprobs: new Float32Array(tokens.length).fill(-1),
        finish: "stop" as const,
        answer,
      };
    };
    // Tokens 1, +, 1, #, 4, 2, end: the answer 42 stands in two of seven.
    const rollouts = [rollout("1+1#42", "42"), rollout("1+1", null)];
    const group = { prompt: { id: "p", text: "p" }, promptTokens: [], policyVersion: 0, rollouts };
    const reference = [
      Float32Array.from([-1, -1, -1, -1, -1.5, -1.5, -2]),
      Float32Array.from([-1, -1, -1, -3]),
    ];
    const found = stepKl([group], [reference], tokenizer, undefined);
    const whole = 2 * k3(-0.5) + k3(-1) + k3(-2);
    expect(found.sequenceKl).toBeCloseTo(whole / 2, 6);
    expect(found.answerSpanKl).toBeCloseTo(k3(-0.5), 6);
    expect(found.reasoningKl).toBeCloseTo(k3(-1) / 5, 6);
    expect(stepKl([group], null, tokenizer, undefined)).toEqual({});
    expect(stepKl([], [], tokenizer, undefined)).toEqual({});
  });

  it.each([
    ["tokens of several characters", "3+4#77", ["3+", "4#7", "7", ""], "77", 1, 3],
    ["an answer of one token", "#7", ["#7"], "7", 0, 1],
    ["no answer", "3+4", ["3+4"], null, null, null],
  ])("finds the tokens of an answer: %s", (_, text, texts, answer, answerFrom, answerTo) => {
    const found = answerTokens({ text, finish: "stop", answer }, texts, undefined);
    expect(found).toEqual({ answerFrom, answerTo });
  });
});

describe("a run", () => {
  const base = tinyBase();

  it("has them with a KL, and without has none", async () => {
    const metricsOf = async (name: string, changes: object) => {
      const output = join(base.folder, name);
      await train(tinyTraining(base, output, { steps: 2, evaluation: { size: 0 }, ...changes }));
      return recordsOf(output).at(-1)!.metrics;
    };
    const learning = { adam: { learningRate: 1e-2 } };
    const metrics = await metricsOf("kl", { klCoefficient: 0.01, ...learning });
    for (const name of ["sequenceKl", "answerSpanKl", "reasoningKl"])
      expect(metrics[name]).toBeGreaterThan(0);
    // Every completion is `#`, three digits and the end, which four samples a prompt may miss by a token.
    expect(metrics.sequenceKl as number).toBeGreaterThan(3 * (metrics.kl as number));
    expect(metrics.sequenceKl as number).toBeLessThan(6 * (metrics.kl as number));
    const plain = await metricsOf("plain", learning);
    for (const name of ["kl", "sequenceKl", "answerSpanKl"]) expect(plain).not.toHaveProperty(name);
    expect(plain.maxAdvantage).toBeGreaterThan(0);
  }, 60_000);
});
