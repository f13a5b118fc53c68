/** The Python of job folders: it votes on whole groups through the real vote service, which it starts. Standard library alone. */
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { HandoffTarget } from "../../../src/config/handoff-config.js";
import type { TrainConfigInput } from "../../../src/config/train-config.js";
import { tinyBase } from "../../training/loop/tiny-base.js";
import { jobOf } from "./jobs.js";

const base = tinyBase();
const root = new URL("../../../", import.meta.url).pathname;
const drive = new URL("python/drive.py", import.meta.url).pathname;
const missing = spawnSync("python3", ["--version"]).error !== undefined;
const skipped = "there is no python3 here";

interface Options {
  readonly changes?: Partial<TrainConfigInput>;
  readonly env?: Readonly<Record<string, string>>;
}

async function driven<T>(
  kind: string,
  target: HandoffTarget,
  groups: readonly object[],
  { changes, env }: Options = {},
): Promise<T> {
  const { folder } = await jobOf(base, target, changes);
  const child = spawn("python3", ["-B", drive, kind, folder], {
    env: { ...process.env, SELFTRAIN: `${process.execPath} ${root}dist/cli/main.js`, ...env },
  });
  const ended = new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.end(JSON.stringify(groups));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(err);
  return JSON.parse(out) as T;
}

const samples = (...texts: string[]) => texts.map((own) => ({ text: own, finish: "stop" }));
const numbers: Partial<TrainConfigInput> = { answers: { rules: ["boxed"] } };

it("votes on groups, and tells right answers from wrong ones without weighing them", async (context) => {
  if (missing) context.skip(skipped);
  const groups = [
    { id: "a", samples: samples("\\boxed{1/2}", "\\boxed{0.5}", "\\boxed{3}"), truth: "3" },
    {
      id: "b",
      samples: [...samples("\\boxed{1}"), { text: "\\boxed{7} and", finish: "length" }, ...samples("none")],
      truth: null,
    },
    { id: "c", samples: samples("\\boxed{1}", "\\boxed{2}", "\\boxed{3}"), truth: "\\frac{4}{2}" },
  ];
  expect(await driven("votes", "trl", groups, { changes: { ...numbers, agreementThreshold: 0.4 } })).toEqual({
    rewards: [
      { rewards: [1, 1, 0], agreement: 2 / 3, label: "1/2" },
      // A third agrees, which is less than asked for; the cut-off completion has no answer.
      { rewards: [0, 0, 0], agreement: 1 / 3, label: "1" },
      { rewards: [0, 0, 0], agreement: 1 / 3, label: null },
    ],
    correct: [
      { correct: [0, 0, 1], majority: 0 },
      { correct: null, majority: null },
      { correct: [0, 1, 0], majority: 0 },
    ],
  });
}, 60_000);

it("lets verl's rollouts of a prompt wait for each other, and none wait for one that failed", async (context) => {
  if (missing) context.skip(skipped);
  const groups = [
    { id: "p", split: "train", samples: samples("\\boxed{4}", "\\boxed{5}", "\\boxed{4}") },
    {
      id: "q",
      split: "train",
      samples: [...samples("\\boxed{4}"), { fails: true, finish: "stop" }, ...samples("\\boxed{4}")],
    },
    { id: "r", split: "eval", samples: samples("\\boxed{4}", "\\boxed{5}", "\\boxed{4}"), truth: "5" },
  ];
  const { rollouts, waiting } = await driven<{ rollouts: Record<string, unknown>[]; waiting: number }>(
    "verl",
    "verl",
    groups,
    { changes: numbers },
  );
  expect(rollouts.slice(0, 3).map(({ score }) => score)).toEqual([1, 0, 1]);
  for (const { error } of rollouts.slice(3, 6)) expect(error).toContain("the engine is gone");
  expect(rollouts.slice(6)).toMatchObject(
    [0, 1, 0].map((acc) => ({ score: acc, acc, agreement: 2 / 3, majority: 0 })),
  );
  expect(waiting).toBe(0);
}, 60_000);

it("rewards SkyRL's groups within a call, by logprobs too, and gives SkyRL its settings", async (context) => {
  if (missing) context.skip(skipped);
  const groups = [
    { id: "p", split: "train", samples: samples("\\boxed{4}", "\\boxed{5}", "\\boxed{4}") },
    {
      id: "q",
      split: "train",
      samples: [...samples("\\boxed{6}", "\\boxed{6}"), { text: "\\boxed{6} so", finish: "length" }],
    },
  ];
  const changes = {
    ...numbers,
    vote: { weights: "length-normalised" },
    adam: { learningRate: 5e-7 },
  } as const;
  const {
    rewards,
    metrics,
    arguments: given,
  } = await driven<{ rewards: number[]; metrics: object; arguments: string[] }>("skyrl", "skyrl", groups, {
    changes,
  });
  expect(rewards).toEqual([1, 0, 1, 1, 1, 0]);
  expect(metrics).toMatchObject({ "generate/own": 1, "vote/agreement": expect.closeTo(2 / 3) });
  expect(given).toContain("trainer.policy.optimizer_config.lr=5e-07");
  expect(given.find((argument) => argument.startsWith("data.train_data"))).toMatch(
    /^data\.train_data=\["\/.*\/data\/train\.jsonl"\]$/,
  );
  expect(given.at(-1)).toBe("trainer.epochs=2");
}, 60_000);

it("says what to do where the vote service cannot be started or reached", async (context) => {
  if (missing) context.skip(skipped);
  const groups = [{ id: "a", samples: samples("\\boxed{1}") }];
  await expect(driven("votes", "trl", groups, { env: { SELFTRAIN: "/nowhere/selftrain" } })).rejects.toThrow(
    /npm install -g selftrain/,
  );
  await expect(
    driven("votes", "trl", groups, { env: { SELFTRAIN: `${process.execPath} -e 0` } }),
  ).rejects.toThrow(/before it listened/);
}, 60_000);
