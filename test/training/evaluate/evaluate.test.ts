import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PromptPool } from "../../../src/data/pool.js";
import type { SampleRequest, Sampler, SamplingOptions } from "../../../src/engine/engine.js";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import {
  type EvaluationResult,
  evaluate,
  evaluationOfRecord,
  evaluationRecord,
} from "../../../src/training/evaluate/evaluate.js";

const tokenizer = new CharacterTokenizer("#0123456789ab");
const eos = tokenizer.eosTokens[0]!;

const pool: PromptPool = {
  prompts: ["a", "b"].map((text) => ({ id: text, text })),
  labels: new Map([
    ["a", "1"],
    ["b", "2"],
  ]),
  canonicalise: (answer) => answer,
  description: "two prompts",
};

interface Call {
  readonly requests: readonly SampleRequest[];
  readonly options: SamplingOptions;
}

/** A policy that answers from a script: by prompt, the greedy answer and those of the samples. */
function scripted(script: Record<string, { greedy: string; samples: readonly string[] }>, logprob = -1) {
  const calls: Call[] = [];
  const sampler: Sampler = {
    policyVersion: 7,
    async sample(requests, options) {
      calls.push({ requests, options });
      options.onProgress?.(1, 2);
      return requests.map(({ prompt, n }) => {
        const { greedy, samples } = script[tokenizer.decode(prompt)]!;
        const texts = options.temperature === 0 ? [greedy] : samples.slice(0, n);
        return texts.map((text) => {
          const tokens = [...tokenizer.encode(text), eos];
          return { tokens, logprobs: new Float32Array(tokens.length).fill(logprob), finish: "stop" as const };
        });
      });
    },
    logprobs: async () => [],
    measure: async () => [],
    release: async () => {},
  };
  return { sampler, calls };
}

const script = {
  a: { greedy: "#1", samples: ["#1", "#1", "#1", "#3"] },
  b: { greedy: "#2", samples: ["#2", "#3", "#3", ""] },
};
const options = { samples: 4, maxNewTokens: 3, seed: 5 };

describe("evaluate", () => {
  it("samples at the temperature asked for, at 1 without one, and always one greedily", async () => {
    for (const temperature of [undefined, 1, 0.6]) {
      const { sampler, calls } = scripted(script);
      await evaluate(sampler, tokenizer, pool, { ...options, temperature });
      expect(calls.map(({ options: { temperature } }) => temperature)).toEqual([0, temperature ?? 1]);
    }
  });

  it("measures accuracy, agreement and the commonest answer", async () => {
    const result = await evaluate(scripted(script).sampler, tokenizer, pool, options);
    expect(result).toMatchObject({
      prompts: 2,
      samples: 4,
      mean: { value: (3 / 4 + 1 / 4) / 2 },
      maj: { value: 1 / 2 },
      pass: { value: 1 },
      greedy: { value: 1, lo: 1, hi: 1 },
      agreement: (3 / 4 + 2 / 4) / 2,
      topAnswer: "1",
      topShare: 3 / 8,
    });
  });

  it("asks for one greedy solution a prompt, and k samples at temperature 1 with a stream each", async () => {
    const { sampler, calls } = scripted(script);
    await evaluate(sampler, tokenizer, pool, options);
    await evaluate(sampler, tokenizer, pool, { ...options, seed: 6 });
    expect(calls.slice(0, 2).map((c) => [c.options.temperature, c.options.maxTokens])).toEqual([
      [0, 3],
      [1, 3],
    ]);
    const keysOf = ({ requests }: Call) => requests.flatMap(({ keys }) => keys.map(String));
    const keys = [calls[1]!, calls[3]!].flatMap(keysOf);
    expect(keys).toHaveLength(2 * 2 * 4);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("takes accuracy over the labelled prompts alone", async () => {
    const labels = new Map([["b", "2"]]);
    const some = await evaluate(scripted(script).sampler, tokenizer, { ...pool, labels }, options);
    expect(some).toMatchObject({ prompts: 2, mean: { value: 1 / 4 }, agreement: 5 / 8 });
    const none = await evaluate(scripted(script).sampler, tokenizer, { ...pool, labels: new Map() }, options);
    expect(none).toMatchObject({ mean: null, maj: null, pass: null, greedy: null, agreement: 5 / 8 });
  });

  it("reports progress over both parts", async () => {
    const seen: [number, number][] = [];
    await evaluate(scripted(script).sampler, tokenizer, pool, {
      ...options,
      onProgress: (done, total) => seen.push([done, total]),
    });
    const [greedy, all] = [2 * 3, 2 * 3 * (4 + 1)];
    expect(seen).toEqual([
      [1, all],
      [greedy + 1, all],
    ]);
  });

  it("refuses a policy that has diverged instead of counting wrong answers", async () => {
    const { sampler } = scripted(script, Number.NaN);
    await expect(evaluate(sampler, tokenizer, pool, options)).rejects.toMatchObject({
      code: "policy-not-finite",
      where: "prompt a, after 7 optimiser steps",
    });
  });
});

describe("evaluationRecord", () => {
  const number = fc.double({ min: 0, max: 1, noNaN: true });
  const estimate = fc.option(fc.record({ value: number, lo: number, hi: number }));
  const values = fc.array(number);
  const byPrompt = fc.record({ mean: values, maj: values, greedy: values, agreement: values });
  const result: fc.Arbitrary<EvaluationResult> = fc.record({
    prompts: fc.nat(),
    samples: fc.nat(),
    mean: estimate,
    maj: estimate,
    pass: estimate,
    greedy: estimate,
    byPrompt,
    agreement: number,
    topShare: number,
    topAnswer: fc.option(fc.string()),
  });

  it("keeps the result: it is read back from its line exactly", () => {
    fc.assert(
      fc.property(result, (value) => {
        const record = evaluationRecord(3, value, 1.5);
        expect(record).toMatchObject({ kind: "eval", step: 3, time: { seconds: 1.5 } });
        const line = JSON.parse(JSON.stringify(record)) as typeof record;
        expect(JSON.stringify(evaluationOfRecord(line))).toBe(JSON.stringify(value));
      }),
    );
  });
});
