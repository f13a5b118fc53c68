/** Where a model lies: a model folder itself, or the last checkpoint of a run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../errors.js";
import { latestCheckpoint } from "./checkpoints.js";
import { isRun } from "./run-info.js";

/** Throws `model-not-found`, or `run-without-checkpoint` for a run that has not kept one yet. */
export function modelFolder(path: string): string {
  if (existsSync(join(path, "config.json"))) return path;
  if (isRun(path)) {
    const latest = latestCheckpoint(path);
    if (latest) return latest.path;
    throw new SelftrainError({
      code: "run-without-checkpoint",
      message: "this run has no checkpoint yet",
      where: path,
      remedy: "let it reach its first checkpoint, or continue it with --resume",
    });
  }
  throw new SelftrainError({
    code: "model-not-found",
    message: `there is no model in ${path}`,
    found: existsSync(path) ? "a folder without config.json that is no run" : "no such folder",
    expected: "a folder with config.json, model.safetensors and tokenizer.json, or a run directory",
    where: path,
    remedy: "make a model with selftrain pretrain, or give the path of one",
  });
}
