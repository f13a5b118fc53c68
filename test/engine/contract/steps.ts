/** Clauses about optimiser steps, and what they mean for samplers. */
import { describe, expect, onTestFinished } from "vitest";
import {
  ADAM,
  CLOSE,
  CROSS_ENTROPY,
  clauseFor,
  type OpenEngine,
  refusal,
  request,
  rollouts,
  SAMPLING,
  stateBytes,
  train,
  worst,
} from "./support.js";

export function stepContract(name: string, open: OpenEngine): void {
  const training = clauseFor(open);

  describe(`${name}: steps and samplers`, () => {
    training("the policy version counts optimiser steps", [], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 1);
      expect(engine.policyVersion).toBe(0);
      for (const version of [1, 2, 3]) {
        await engine.forwardBackward(data, CROSS_ENTROPY);
        expect((await engine.optimStep(ADAM)).policyVersion).toBe(version);
        expect(engine.policyVersion).toBe(version);
        expect((await engine.refreshSampler()).policyVersion).toBe(version);
      }
    });

    training("an optimiser step wants a gradient, and uses it up", [], async (engine, prompts) => {
      await expect(engine.optimStep(ADAM)).rejects.toEqual(refusal("gradient-missing"));
      await train(engine, await rollouts(await engine.refreshSampler(), prompts, 1), 1);
      await expect(engine.optimStep(ADAM)).rejects.toEqual(refusal("gradient-missing"));
      expect(engine.policyVersion).toBe(1);
    });

    training(
      "a sampler is stale after a step, even one that is still under way",
      [],
      async (engine, prompts) => {
        const old = await engine.refreshSampler();
        const data = await rollouts(old, prompts, 1);
        await engine.forwardBackward(data, CROSS_ENTROPY);
        const before = await old.logprobs(data);
        const stepping = engine.optimStep(ADAM);
        const refreshing = engine.refreshSampler();
        await expect(old.sample([request(prompts[0]!, 1)], SAMPLING)).rejects.toEqual(
          refusal("sampler-stale"),
        );
        await stepping;
        await expect(old.logprobs(data)).rejects.toEqual(refusal("sampler-stale"));
        const fresh = await refreshing;
        expect(fresh.policyVersion).toBe(1);
        expect(worst(await fresh.logprobs(data), before)).toBeGreaterThan(CLOSE);
      },
    );

    training(
      "the base sampler stays what it was",
      ["base-sampler", "seeded-sampling"],
      async (engine, prompts) => {
        const requests = prompts.map((prompt) => request(prompt, 2));
        const first = await engine.refreshSampler();
        const sampled = await first.sample(requests, SAMPLING);
        const data = await rollouts(first, prompts, 2);
        const scores = await first.logprobs(data);
        await train(engine, data, 2);
        const base = await engine.baseSampler();
        expect(base.policyVersion).toBe(0);
        expect(await base.sample(requests, SAMPLING)).toEqual(sampled);
        expect(await base.logprobs(data)).toEqual(scores);
        await train(engine, data, 1);
        expect(await base.logprobs(data)).toEqual(scores);
      },
    );

    training(
      "a gradient that is not finite is refused and changes nothing",
      ["finite-gradients"],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 1);
        await train(engine, data, 1);
        const sampler = await engine.refreshSampler();
        const before = await stateBytes(engine);
        for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const bad = { ...data[1]!, weights: data[1]!.weights.map((w, t) => (t === 0 ? poison : w)) };
          await engine.forwardBackward([data[0]!, bad], CROSS_ENTROPY);
          const error: unknown = await engine.optimStep(ADAM).catch((e: unknown) => e);
          expect(error).toMatchObject({ code: "gradient-not-finite", where: expect.stringContaining("2") });
          expect(await stateBytes(engine)).toEqual(before);
          expect(engine.policyVersion).toBe(1);
        }
        expect((await sampler.logprobs(data)).flatMap((l) => [...l]).every(Number.isFinite)).toBe(true);
        await train(engine, data, 1);
        const clean = await open();
        onTestFinished(() => clean.close());
        await train(clean, data, 2);
        expect(await stateBytes(engine)).toEqual(await stateBytes(clean));
      },
    );
  });
}
