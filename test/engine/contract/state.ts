/** Clauses about saving, loading, exporting and closing. */
import { readdirSync } from "node:fs";
import { SelftrainError } from "selftrain";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  ADAM,
  CLOSE,
  CROSS_ENTROPY,
  clauseFor,
  newFolder,
  type OpenEngine,
  refusal,
  request,
  rollouts,
  SAMPLING,
  somePrompts,
  stateBytes,
  train,
  worst,
} from "./support.js";

export function stateContract(name: string, open: OpenEngine): void {
  const training = clauseFor(open);

  describe(`${name}: state`, () => {
    training(
      "a saved state goes on bit for bit, in another engine and in the same",
      ["exact-state"],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 2);
        await train(engine, data, 2);
        const folder = newFolder();
        await engine.saveState(folder);
        const saved = await stateBytes(engine);
        await train(engine, data, 2);
        const end = await stateBytes(engine);
        expect(end).not.toEqual(saved);

        const other = await open();
        onTestFinished(() => other.close());
        for (const resumed of [other, engine]) {
          // A gradient of another life is not taken along.
          await resumed.forwardBackward(data, CROSS_ENTROPY);
          await resumed.loadState(folder);
          expect(resumed.policyVersion).toBe(2);
          expect(await stateBytes(resumed)).toEqual(saved);
          await expect(resumed.optimStep(ADAM)).rejects.toEqual(refusal("gradient-missing"));
          await train(resumed, data, 2);
          expect(await stateBytes(resumed)).toEqual(end);
        }
        const stale = await engine.refreshSampler();
        await engine.loadState(folder);
        await expect(stale.logprobs(data)).rejects.toEqual(refusal("sampler-stale"));
      },
    );

    training("exported weights are a model", ["export-weights"], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 2);
      await train(engine, data, 2);
      const folder = newFolder();
      await engine.exportWeights(folder);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(["config.json", "model.safetensors"]));
      const opened = await open(folder);
      onTestFinished(() => opened.close());
      expect(opened.policyVersion).toBe(0);
      expect(opened.capabilities).toEqual(engine.capabilities);
      const scores = await (await engine.refreshSampler()).logprobs(data);
      expect(worst(await (await opened.refreshSampler()).logprobs(data), scores)).toBeLessThan(CLOSE);
    });

    training("a folder without a state is refused, nothing changed", [], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 1);
      const sampler = await engine.refreshSampler();
      const error: unknown = await engine.loadState(newFolder()).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SelftrainError);
      expect(
        worst(
          await sampler.logprobs(data),
          data.map((d) => d.logprobs!),
        ),
      ).toBeLessThan(CLOSE);
    });

    it("refuses calls after close, which may be repeated", async () => {
      const engine = await open();
      const sampler = await engine.refreshSampler();
      const [prompt] = somePrompts(engine);
      const underWay = sampler.sample([request(prompt!, 2)], SAMPLING);
      await engine.close();
      // What was asked for before is still answered.
      expect((await underWay)[0]).toHaveLength(2);
      const closed = refusal("engine-closed");
      await expect(engine.forwardBackward([], CROSS_ENTROPY)).rejects.toEqual(closed);
      await expect(engine.optimStep(ADAM)).rejects.toEqual(closed);
      await expect(engine.refreshSampler()).rejects.toEqual(closed);
      await expect(sampler.sample([request(prompt!, 1)], SAMPLING)).rejects.toEqual(closed);
      await engine.close();
    });
  });
}
