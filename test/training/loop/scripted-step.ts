/** A training step up to its data, through the functions that training calls, with solutions that a test has written. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainConfigInput } from "../../../src/config/train-config.js";
import { createRewardSource } from "../../../src/core/reward/create.js";
import type { Engine, Sampler } from "../../../src/engine/engine.js";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { collect } from "../../../src/training/loop/collect.js";
import { rewardMetrics } from "../../../src/training/loop/step-record.js";
import { makeBatch } from "../../../src/training/loop/update.js";
import { trainingPrompts } from "../../../src/training/start/pools.js";
import { configWith } from "./groups.js";

/** A solution; one that begins with `…` was cut off at the token limit. */
export type Solution = string;

const tokenizer = new CharacterTokenizer(
  [...new Set(Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)))].join(""),
);

/** Gives the nth prompt of a batch the nth list of solutions. */
function scripted(solutions: readonly (readonly Solution[])[]): Engine {
  const sampler: Sampler = {
    policyVersion: 0,
    sample: async (requests) =>
      requests.map((_, p) =>
        solutions[p]!.map((solution) => {
          const cut = solution.startsWith("…");
          const text = tokenizer.encode(cut ? solution.slice(1) : solution);
          const tokens = cut ? text : [...text, ...tokenizer.eosTokens];
          return {
            tokens,
            logprobs: new Float32Array(tokens.length).fill(-1),
            finish: cut ? "length" : "stop",
          };
        }),
      ),
    logprobs: async () => [],
    measure: async () => [],
    release: async () => {},
  };
  return { refreshSampler: async () => sampler } as Engine;
}

/** The step on a file of these prompts and true answers, in whatever order the batch has them. */
export async function scriptedStep(
  rows: readonly { readonly prompt: string; readonly answer?: string }[],
  solutions: readonly (readonly Solution[])[],
  changes: Partial<TrainConfigInput> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-scripted-"));
  const file = join(folder, "prompts.jsonl");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const config = configWith({
    prompts: { file, ...(rows[0]!.answer === undefined ? {} : { answerColumn: "answer" }) },
    evaluation: { size: 0 },
    promptsPerStep: solutions.length,
    samplesPerPrompt: solutions[0]!.length,
    ...changes,
  });
  const pool = await trainingPrompts(config);
  const unread = (): never => {
    throw new Error("labels were read");
  };
  const source = createRewardSource(config, {
    groundTruth: unread,
    labelledPart: unread,
    teacher: unread,
    endpoint: unread,
    model: unread,
  });
  const collected = await collect(1, {
    config,
    session: {
      engine: scripted(solutions),
      tokenizer,
      scorer: null,
      pool,
      stagePools: [pool],
      heldOut: null,
      probe: null,
      validation: null,
      ahead: { begun: null },
    },
    stage: { number: null, since: 0, pool, source },
    run: { path: folder },
  });
  const { groups, votes, rewards } = collected;
  const batch = makeBatch(config, groups, rewards, null);
  return {
    groups,
    votes,
    rewards,
    batch,
    metrics: rewardMetrics(collected, pool.labels, {
      reward: source.name,
      reference: null,
      lastResult: null,
    }),
  };
}
