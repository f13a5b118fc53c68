/** Tokens, logprobs and entropies of every k-th step: what is written, that nothing else changes, and that resuming gives the same bytes. */
import fs from "node:fs";
import { join } from "node:path";
import { type TrainConfigInput, train } from "selftrain";
import { beforeAll, expect, it } from "vitest";
import { runSql } from "../../../src/apps/sql/query.js";
import { openRunStore } from "../../../src/run/store/open-store.js";
import { trainInChild } from "./child.js";
import { runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const configOf = (output: string, changes: Partial<TrainConfigInput> = {}) =>
  tinyTraining(base, output, {
    steps: 4,
    probe: { size: 2, samples: 2, every: 4 },
    rollouts: { tokenLogprobs: 2 },
    ...changes,
  });
const without = (name: string) => name === "config.yaml";
let kept: ReturnType<typeof runContents>;

beforeAll(async () => {
  await train(configOf(at("kept")));
  kept = runContents(at("kept"), without);
});

it("are kept of every k-th step's rollouts, in their order, and of the probe", async () => {
  const store = openRunStore(at("kept"));
  expect(store.tokenSteps()).toEqual([2, 4]);
  expect(await store.tokens(1)).toBeNull();
  const rows = await store.rollouts(2);
  const tokens = (await store.tokens(2))!;
  expect(tokens.map(({ group, sample }) => [group, sample])).toEqual(
    rows.map(({ group, sample }) => [group, sample]),
  );
  for (const [i, { tokenIds, tokenTexts, logprobs, entropies }] of tokens.entries()) {
    const { completion, tokens: count, sumLogprob } = rows[i]!;
    expect(tokenTexts.join("")).toBe(completion);
    expect([tokenIds, logprobs, entropies].map(({ length }) => length)).toEqual([count, count, count]);
    expect(logprobs.reduce((sum, own) => sum + own, 0)).toBe(sumLogprob);
    for (const entropy of entropies) expect(entropy).toBeGreaterThan(0);
  }
  for (const step of store.probeSteps())
    for (const { entropies, logprobs } of await store.probe(step))
      expect(entropies).toHaveLength(logprobs.length);
  const { rows: asked } = await runSql(
    at("kept"),
    "select step, count(*) from tokens group by all order by all",
  );
  expect(asked).toEqual([
    [2, tokens.length],
    [4, tokens.length],
  ]);
});

it("change nothing else, and are not there where they are not asked for", async () => {
  await train(configOf(at("plain"), { rollouts: undefined }));
  const plain = runContents(at("plain"), without);
  expect(fs.existsSync(join(at("plain"), "tokens"))).toBe(false);
  expect(kept.metrics).toEqual(plain.metrics);
  const names = Object.keys(plain.files).filter((name) => !name.startsWith("probe/"));
  for (const name of names) expect(kept.files[name] === plain.files[name], name).toBe(true);
  const [probed] = await openRunStore(at("plain")).probe(4);
  expect(probed).toMatchObject({ entropies: null });
});

it.each([
  ["before their file has its name", { do: "kill", call: "renameSync", path: "tokens/", nth: 2 }],
  ["between the file and the step's line", { do: "tear", call: "writeSync", path: "metrics.jsonl", nth: 6 }],
] as const)("come out the same in a run that is killed %s", async (name, fault) => {
  const run = at(name.replaceAll(" ", "-"));
  expect(await trainInChild("train", configOf(run), fault)).toMatchObject({ signal: "SIGKILL" });
  await train(configOf(run), { resume: true });
  expect(runContents(run, without)).toEqual(kept);
});
