// Usage: train.mjs train|pretrain|finetune|reward-model CONFIG.json. Begins the run, or continues it where it stands. On an error
// of ours, prints it as JSON and exits with 1.
import { readFileSync } from "node:fs";
import { finetune, pretrain, SelftrainError, train, trainRewardModel } from "../../../../dist/index.js";

const [kind, path] = process.argv.slice(2);
const config = JSON.parse(readFileSync(path, "utf8"));
try {
  await { train, pretrain, finetune, "reward-model": trainRewardModel }[kind](config, { resume: true });
} catch (error) {
  if (!(error instanceof SelftrainError)) throw error;
  console.log(JSON.stringify(error));
  process.exitCode = 1;
}
