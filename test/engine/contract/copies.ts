/** Clauses about copies of the policy that are part of the state: kept as they were, moved towards the policy, saved and loaded. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "selftrain";
import { describe, expect } from "vitest";
import {
  CLOSE,
  clauseFor,
  newFolder,
  type OpenEngine,
  refusal,
  rollouts,
  stateBytes,
  train,
  worst,
} from "./support.js";

export function copiesContract(name: string, open: OpenEngine): void {
  const copying = clauseFor(open);

  describe(`${name}: copies`, () => {
    copying("there is none until one is taken", ["copies"], async (engine) => {
      const missing = refusal("copy-missing");
      await expect(engine.copySampler("reference")).rejects.toEqual(missing);
      await expect(engine.updateCopy("teacher", 0.5)).rejects.toEqual(missing);
      await engine.updateCopy("teacher");
      await expect(engine.copySampler("reference")).rejects.toEqual(missing);
    });

    copying(
      "is refused a name that is no name, and a factor that is no share",
      ["copies"],
      async (engine) => {
        for (const [copy, retain] of [
          ["", 0],
          ["../x", 0],
          ["A", 0],
          ["a", 1.5],
          ["a", -1],
          ["a", Number.NaN],
        ] as const)
          await expect(engine.updateCopy(copy, retain)).rejects.toEqual(refusal("copy-invalid"));
      },
    );

    copying("is the policy as it was when it was taken", ["copies"], async (engine, prompts) => {
      const data = await rollouts(await engine.refreshSampler(), prompts, 1);
      await train(engine, data, 2);
      const then = await (await engine.refreshSampler()).logprobs(data);
      await engine.updateCopy("reference");
      const reference = await engine.copySampler("reference");
      expect(reference.policyVersion).toBe(2);
      await train(engine, data, 2);
      expect(worst(await reference.logprobs(data), then)).toBe(0);
      const now = await (await engine.refreshSampler()).logprobs(data);
      expect(worst(now, then)).toBeGreaterThan(CLOSE);

      await engine.updateCopy("other");
      expect(worst(await reference.logprobs(data), then)).toBe(0);
      await engine.updateCopy("reference");
      await expect(reference.logprobs(data)).rejects.toEqual(refusal("sampler-stale"));
      expect(worst(await (await engine.copySampler("reference")).logprobs(data), now)).toBe(0);
    });

    copying(
      "can be sampled, beside the policy and without changing it",
      ["copies"],
      async (engine, prompts) => {
        const first = await rollouts(await engine.refreshSampler(), prompts, 2);
        await engine.updateCopy("teacher");
        await train(engine, first, 3);
        const policy = await engine.refreshSampler();
        const own = await rollouts(policy, prompts, 2);
        expect(await rollouts(await engine.copySampler("teacher"), prompts, 2)).toEqual(first);
        expect(await rollouts(policy, prompts, 2)).toEqual(own);
      },
    );

    copying(
      "moves towards the policy: retain · copy + (1 − retain) · policy, weight by weight",
      ["copies", "exact-state"],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 1);
        await engine.updateCopy("teacher");
        const before = await copyWeights(engine, "teacher");
        await train(engine, data, 2);
        await engine.updateCopy("policy");
        const policy = await copyWeights(engine, "policy");
        await engine.updateCopy("teacher", 0.75);
        expect((await engine.copySampler("teacher")).policyVersion).toBe(2);
        const after = await copyWeights(engine, "teacher");
        expect([...after.keys()]).toEqual([...before.keys()]);
        let moved = 0;
        for (const [tensor, values] of after) {
          if (tensor === "step") continue;
          values.forEach((value, i) => {
            const kept = 0.75 * before.get(tensor)![i]!;
            const taken = 0.25 * policy.get(tensor)![i]!;
            // An engine may round each product to float32.
            const rounding = 2 ** -23 * (Math.abs(kept) + Math.abs(taken));
            expect(Math.abs(value - (kept + taken))).toBeLessThanOrEqual(rounding);
            if (value !== before.get(tensor)![i]) moved++;
          });
        }
        expect(moved).toBeGreaterThan(0);
        await engine.updateCopy("teacher", 1);
        expect(await copyWeights(engine, "teacher")).toEqual(after);
      },
    );

    copying(
      "belong to the state, and go with one that has none",
      ["copies", "exact-state"],
      async (engine, prompts) => {
        const data = await rollouts(await engine.refreshSampler(), prompts, 1);
        const [without, with_] = [newFolder(), newFolder()];
        await engine.saveState(without);
        await engine.updateCopy("teacher");
        await train(engine, data, 1);
        await engine.updateCopy("reference");
        await engine.updateCopy("teacher", 0.5);
        const scores = async (of: typeof engine, copy: string) => (await of.copySampler(copy)).logprobs(data);
        const [reference, teacher] = [await scores(engine, "reference"), await scores(engine, "teacher")];
        await train(engine, data, 1);
        await engine.saveState(with_);

        const resumed = await open();
        try {
          await resumed.loadState(with_);
          expect((await resumed.copySampler("reference")).policyVersion).toBe(1);
          expect(worst(await scores(resumed, "reference"), reference)).toBe(0);
          expect(worst(await scores(resumed, "teacher"), teacher)).toBe(0);
          for (const of of [engine, resumed]) {
            await train(of, data, 1);
            await of.updateCopy("teacher", 0.9);
          }
          expect(await stateBytes(resumed)).toEqual(await stateBytes(engine));
          const stale = await resumed.copySampler("teacher");
          await resumed.loadState(without);
          await expect(stale.logprobs(data)).rejects.toEqual(refusal("sampler-stale"));
          await expect(resumed.copySampler("reference")).rejects.toEqual(refusal("copy-missing"));
        } finally {
          await resumed.close();
        }
      },
    );
  });
}

/** Tensors of a copy, as the state saves them. */
async function copyWeights(
  engine: Parameters<Parameters<ReturnType<typeof clauseFor>>[2]>[0],
  name: string,
): Promise<Map<string, number[]>> {
  const folder = newFolder();
  await engine.saveState(folder);
  const file = readdirSync(folder).find((found) => found === `copy-${name}.safetensors`)!;
  return new Map([...readSafetensors(join(folder, file))].map(([tensor, { data }]) => [tensor, [...data]]));
}
