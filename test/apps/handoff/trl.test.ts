/** TRL trains a job folder for two steps on the processor, rewarded by the vote service. Needs a Python that has TRL. */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { voteOnRequest } from "../../../src/apps/grade/vote-request.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";
import { dataFiles } from "../../../src/data/table/files.js";
import { readTable } from "../../../src/data/table/read.js";
import { tinyBase } from "../../training/loop/tiny-base.js";
import { jobOf } from "./jobs.js";

const base = tinyBase();
const root = new URL("../../../", import.meta.url).pathname;
const python = process.env.SELFTRAIN_PEERS_PYTHON;
const skipped = "set SELFTRAIN_PEERS_PYTHON to a Python with scripts/peers/requirements-handoff.txt";
const has = (module: string): boolean =>
  python !== undefined &&
  spawnSync(python, ["-c", `import importlib.util as u; exit(u.find_spec("${module}") is None)`]).status ===
    0;

interface Logged {
  readonly step: number;
  readonly agreement?: number;
  readonly eval_agreement?: number;
  readonly "eval_rewards/majority/mean"?: number;
}

it("is trained by TRL on votes of whole groups", async (context) => {
  if (!has("trl")) context.skip(skipped);
  const job = await jobOf(base, "trl", {
    steps: 2,
    promptsPerStep: 2,
    samplesPerPrompt: 8,
    advantage: "rloo",
    evaluation: { size: 4, samples: 4 },
    checkpointEvery: 1,
  });
  const child = spawn("sh", ["run.sh"], {
    cwd: job.folder,
    env: {
      ...process.env,
      PATH: `${join(python!, "..")}:${process.env.PATH}`,
      SELFTRAIN: `${process.execPath} ${root}dist/cli/main.js`,
      HF_HUB_OFFLINE: "1",
      OMP_NUM_THREADS: "1",
    },
  });
  const ended = new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [, said, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(status, said).toBe(0);
  const output = join(job.folder, "output");
  const state = JSON.parse(fs.readFileSync(join(output, "checkpoint-2/trainer_state.json"), "utf8")) as {
    log_history: Logged[];
  };
  const evaluated = state.log_history.filter((entry) => "eval_rewards/majority/mean" in entry);
  // Before training and after it: the base copies digits, which it does not do always nor never.
  expect(evaluated.map(({ step }) => step)).toEqual([0, 2]);
  for (const { eval_agreement: agreement } of evaluated) expect(agreement).toBeGreaterThan(0);
  expect(
    state.log_history.filter(({ agreement }) => agreement !== undefined).map(({ step }) => step),
  ).toEqual([1, 2]);
  // The rewards that TRL trained on are those of our vote on its completions.
  const groups = new Map<string, { samples: object[]; rewards: number[] }>();
  const completions = await dataFiles(join(output, "completions/completions_00001.parquet"));
  for await (const { cells } of readTable(completions, ["prompt", "completion", "majority"])) {
    const { prompt, completion, majority } = cells as {
      prompt: string;
      completion: string;
      majority: number;
    };
    const group = groups.get(prompt) ?? { samples: [], rewards: [] };
    groups.set(prompt, group);
    // A token is a character, and the end is one more.
    group.samples.push({ text: completion, finish: completion.length < 5 ? "stop" : "length" });
    group.rewards.push(majority);
  }
  const asked = JSON.stringify({ groups: [...groups].map(([id, { samples }]) => ({ id, samples })) });
  const config = voteServeConfigSchema.parse(parse(job.read("vote.yaml")));
  const { results } = await voteOnRequest(asked, config, async () => {});
  expect([...groups.values()].map(({ rewards }) => rewards)).toEqual(results.map(({ rewards }) => rewards));
  expect(results.map(({ samples }) => samples)).toEqual([8, 8]);
  // And they moved the weights.
  const weights = (folder: string) => fs.readFileSync(join(folder, "model.safetensors"));
  expect(weights(join(output, "final")).equals(weights(join(job.folder, "model")))).toBe(false);
}, 300_000);
