/** Clauses about the reference: a copy of the policy that training leaves as it was. */
import { describe, expect } from "vitest";
import { CLOSE, clauseFor, newFolder, type OpenEngine, refusal, rollouts, train, worst } from "./support.js";

export function referenceContract(name: string, open: OpenEngine): void {
  const referring = clauseFor(open);

  describe(`${name}: reference`, () => {
    referring("there is none until one is taken", ["reference"], async (engine) => {
      await expect(engine.referenceSampler()).rejects.toEqual(refusal("reference-missing"));
    });

    referring("is the policy as it was when it was taken", ["reference"], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 1);
      await train(engine, data, 2);
      const then = await (await engine.refreshSampler()).logprobs(data);
      await engine.snapshotReference();
      const reference = await engine.referenceSampler();
      expect(reference.policyVersion).toBe(2);
      await train(engine, data, 2);
      expect(worst(await reference.logprobs(data), then)).toBe(0);
      const now = await (await engine.refreshSampler()).logprobs(data);
      expect(worst(now, then)).toBeGreaterThan(CLOSE);

      await engine.snapshotReference();
      await expect(reference.logprobs(data)).rejects.toEqual(refusal("sampler-stale"));
      expect(worst(await (await engine.referenceSampler()).logprobs(data), now)).toBe(0);
    });

    referring(
      "belongs to the state, and goes with one that has none",
      ["reference", "exact-state"],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 1);
        const [without, with_] = [newFolder(), newFolder()];
        await engine.saveState(without);
        await train(engine, data, 1);
        await engine.snapshotReference();
        const then = await (await engine.referenceSampler()).logprobs(data);
        await train(engine, data, 1);
        await engine.saveState(with_);

        const resumed = await open();
        try {
          await resumed.loadState(with_);
          const reference = await resumed.referenceSampler();
          expect(reference.policyVersion).toBe(1);
          expect(worst(await reference.logprobs(data), then)).toBe(0);
          await resumed.loadState(without);
          await expect(resumed.referenceSampler()).rejects.toEqual(refusal("reference-missing"));
        } finally {
          await resumed.close();
        }
      },
    );
  });
}
