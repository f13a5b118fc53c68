/** Clauses about what `forwardBackward` accumulates. */
import type { Datum } from "selftrain";
import { describe, expect } from "vitest";
import {
  ADAM,
  CLOSE,
  CROSS_ENTROPY,
  clauseFor,
  gradNorm,
  type OpenEngine,
  POLICY_GRADIENT,
  progress,
  refusal,
  rollouts,
  train,
  worst,
} from "./support.js";

export function gradientContract(name: string, open: OpenEngine): void {
  const training = clauseFor(open);

  describe(`${name}: gradients`, () => {
    training(
      "a token-sum: the same sequence twice, in one call or two, has twice the gradient",
      [],
      async (engine, prompts) => {
        const [a, b] = await rollouts(await engine.refreshSampler(), prompts.slice(0, 2), 1);
        const norm = async (...calls: Datum[][]) => {
          const losses = [];
          for (const data of calls) losses.push((await engine.forwardBackward(data, CROSS_ENTROPY)).loss);
          return { loss: losses.reduce((x, y) => x + y, 0), norm: await gradNorm(engine) };
        };
        const once = await norm([a!]);
        expect(once.norm).toBeGreaterThan(0);
        for (const twice of [await norm([a!, a!]), await norm([a!], [a!])]) {
          expect(twice.norm / once.norm).toBeCloseTo(2, 4);
          expect(twice.loss / once.loss).toBeCloseTo(2, 4);
        }
        const both = await norm([a!, b!]);
        const apart = await norm([b!], [a!]);
        expect(apart.norm / both.norm).toBeCloseTo(1, 4);
      },
    );

    training("weights of 0, alone or beside others, add nothing", [], async (engine, prompts) => {
      const [a, b] = await rollouts(await engine.refreshSampler(), prompts.slice(0, 2), 1);
      await engine.forwardBackward([a!], POLICY_GRADIENT);
      const without = await gradNorm(engine);
      const masked = { ...b!, weights: new Float32Array(b!.completion.length) };
      const result = await engine.forwardBackward([masked, a!], POLICY_GRADIENT);
      expect(worst(result.logprobs, [b!.logprobs!, a!.logprobs!])).toBeLessThan(CLOSE);
      expect((await gradNorm(engine)) / without).toBeCloseTo(1, 5);
      expect((await engine.forwardBackward([masked], POLICY_GRADIENT)).loss).toBeCloseTo(0, 6);
      expect(await gradNorm(engine)).toBe(0);
      const empty = { ...a!, completion: [], weights: new Float32Array(0), logprobs: new Float32Array(0) };
      expect((await engine.forwardBackward([empty], POLICY_GRADIENT)).logprobs).toEqual([
        new Float32Array(0),
      ]);
      expect(await gradNorm(engine)).toBe(0);
    });

    training(
      "no data: no gradient, and a step goes on with the moments alone",
      [],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 2);
        await train(engine, data, 1);
        const before = await (await engine.refreshSampler()).logprobs(data);
        expect(await engine.forwardBackward([], CROSS_ENTROPY)).toMatchObject({ loss: 0, logprobs: [] });
        expect(await engine.optimStep(ADAM)).toEqual({ gradNorm: 0, policyVersion: 2 });
        expect(worst(await (await engine.refreshSampler()).logprobs(data), before)).toBeGreaterThan(CLOSE);
      },
    );

    training("at the first step the importance ratio is 1", [], async (engine, prompts) => {
      const sampler = await engine.refreshSampler();
      const data = await rollouts(sampler, prompts, 4);
      const sampled = data.map((d) => d.logprobs!);
      const { loss, logprobs } = await engine.forwardBackward(data, POLICY_GRADIENT);
      expect(worst(logprobs, sampled)).toBeLessThan(CLOSE);
      expect(worst(logprobs, await sampler.logprobs(data))).toBeLessThan(CLOSE);
      // −Σ A·1, and the gradient of −Σ A·log π (REINFORCE).
      const advantage = data.flatMap((d) => [...d.weights]).reduce((a, b) => a + b, 0);
      expect(loss).toBeCloseTo(-advantage, 2);
      const norm = await gradNorm(engine);
      const crossEntropy = await engine.forwardBackward(data, CROSS_ENTROPY);
      const expected = data.flatMap((d, i) =>
        Array.from(d.weights, (w, t) => -w * crossEntropy.logprobs[i]![t]!),
      );
      expect(crossEntropy.loss).toBeCloseTo(
        expected.reduce((a, b) => a + b, 0),
        2,
      );
      expect((await gradNorm(engine)) / norm).toBeCloseTo(1, 3);
    });

    training(
      "a step along the gradient makes what has positive weight likelier",
      [],
      async (engine, prompts) => {
        const data = (await rollouts(await engine.refreshSampler(), prompts, 2)).map((d) => ({
          ...d,
          weights: new Float32Array(d.completion.length).fill(1),
        }));
        const losses = [];
        for (let step = 0; step < 4; step++) {
          losses.push((await engine.forwardBackward(data, CROSS_ENTROPY)).loss);
          await engine.optimStep(ADAM);
        }
        expect([...losses].sort((a, b) => b - a)).toEqual(losses);
      },
    );

    training("progress counts data up to the total", ["progress"], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 4);
      const seen = await progress((onProgress) => engine.forwardBackward(data, CROSS_ENTROPY, onProgress));
      expect(seen.at(-1)).toBe(1);
    });

    training("refuses data that it would misread", [], async (engine, prompts) => {
      const [good] = await rollouts(await engine.refreshSampler(), prompts.slice(0, 1), 1);
      const { logprobs: _, ...unsampled } = good!;
      const bad: [string, Datum][] = [
        ["logprobs-missing", unsampled],
        ["logprobs-mismatch", { ...good!, logprobs: new Float32Array(50) }],
        ["weights-mismatch", { ...good!, weights: good!.weights.slice(1) }],
        ["prompt-empty", { ...good!, prompt: [] }],
        ["token-out-of-range", { ...good!, prompt: [engine.capabilities.vocabSize] }],
        ["prompt-too-long", { ...good!, prompt: new Array(engine.capabilities.contextLength).fill(2) }],
      ];
      for (const [code, datum] of bad)
        await expect(engine.forwardBackward([good!, datum], POLICY_GRADIENT), code).rejects.toEqual(
          refusal(code),
        );
      const kl = { estimator: "k3", coefficient: 0.1, corrected: false } as const;
      const { length } = good!.completion;
      const referred = { ...good!, reference: new Float32Array(length), scales: new Float32Array(length) };
      const { reference: _r, ...unreferred } = referred;
      const { scales: _s, ...unscaled } = referred;
      for (const [code, datum] of [
        ["reference-missing", unreferred],
        ["scales-missing", unscaled],
        ["reference-mismatch", { ...referred, reference: new Float32Array(length + 1) }],
      ] as const)
        await expect(engine.forwardBackward([datum], { ...POLICY_GRADIENT, kl }), code).rejects.toEqual(
          refusal(code),
        );
      // What was refused left no gradient behind.
      await expect(engine.optimStep(ADAM)).rejects.toEqual(refusal("gradient-missing"));
      const { loss } = await engine.forwardBackward([unsampled], CROSS_ENTROPY);
      expect(loss).toBeGreaterThan(0);
    });
  });
}
