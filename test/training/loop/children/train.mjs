// Usage: train.mjs train|pretrain|finetune|reward-model CONFIG.json. Begins the run, or continues it where it stands. On an error
// of ours, prints it as JSON and exits with 1. ASK has controls, `{"step": 1, "asked": {…}}` each, that are asked for when the line of that step
// is written, unless they were before.
import { readFileSync } from "node:fs";
import { finetune, pretrain, SelftrainError, train, trainRewardModel } from "../../../../dist/index.js";
import { askControl, controlNumbers } from "../../../../dist/run/control.js";

const [kind, path] = process.argv.slice(2);
const config = JSON.parse(readFileSync(path, "utf8"));
const asks = JSON.parse(process.env.ASK ?? "[]");
const observer = (event) => {
  if (event.type !== "record" || event.record.kind !== "step") return;
  for (const [i, { step, asked }] of asks.entries())
    if (event.record.step === step && controlNumbers(config.output).length === i)
      askControl(config.output, asked);
};
try {
  const run = { train, pretrain, finetune, "reward-model": trainRewardModel }[kind];
  await run(config, { resume: true, observer });
} catch (error) {
  if (!(error instanceof SelftrainError)) throw error;
  console.log(JSON.stringify(error));
  process.exitCode = 1;
}
