// Usage: train-like.mjs RUN STEPS. Writes a run as a trainer does, each step a function of the one before, and
// continues it where it stands. Prints the steps whose metrics are written.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRun, openRun } from "../../../dist/run/open-run.js";
import { isRun } from "../../../dist/run/run-info.js";

const [path, steps] = [process.argv[2], Number(process.argv[3])];
const config = { steps, seed: 7 };
const run = isRun(path)
  ? openRun(path, "train", { parse: (raw) => raw }, { config })
  : createRun(path, "train", config);

const from = run.resumed.checkpoint;
let state = from ? JSON.parse(readFileSync(join(from.path, "trainer.json"), "utf8")).state : 1;
for (let step = (from?.step ?? 0) + 1; step <= steps; step++) {
  state = (state * 48271) % 2147483647;
  const row = (sample) => ({
    step,
    group: 0,
    sample,
    sampledBy: "policy",
    trained: true,
    promptId: "p",
    prompt: "g",
    completion: `${state}`,
    tokens: 3,
    finish: "stop",
    answer: `${state % 7}`,
    graderError: null,
    voteLabel: null,
    voteShare: 0.5,
    rewardLabel: null,
    reward: 1,
    score: null,
    modelScore: null,
    advantage: state / 3,
    meanLogprob: -1,
    sumLogprob: -3,
    kl: null,
    rejected: null,
  });
  await run.writeRollouts(step, [row(0), row(1)]);
  const notice = run.append({ kind: "step", step, metrics: { state }, time: { seconds: performance.now() } });
  if (notice) throw new Error(notice.message);
  console.log(step);
  if (step % 3 === 0 || step === steps) {
    await run.publishCheckpoint(step, async (folder) => {
      writeFileSync(join(folder, "weights"), `${state} `.repeat(20000));
      writeFileSync(join(folder, "trainer.json"), JSON.stringify({ state }));
    });
    run.pruneCheckpoints(step, 2, [3]);
  }
}
run.close({ status: "finished" });
