/** Training in a child process that meets a fault; see children/faults.mjs and children/device-faults.mjs. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FinetuneConfig, PretrainConfig, RewardModelTrainConfig, TrainConfig } from "selftrain";
import type { ErrorDetails } from "../../../src/errors.js";
import type { ControlAction } from "../../../src/run/control.js";

export type Fault =
  | { readonly do: "snapshot"; readonly to: string }
  /** From the checkpoint of a step on; see children/device-faults.mjs. */
  | { readonly do: "fail-device"; readonly message: string; readonly step: number }
  | {
      readonly do: "kill" | "tear" | "fill";
      readonly call: string;
      readonly path: string;
      readonly nth?: number;
    };

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** What `train` threw. */
  readonly error: ErrorDetails | null;
}

const script = (name: string) => fileURLToPath(new URL(`children/${name}`, import.meta.url));

/** A control that is asked for when the line of a step is written. */
export interface Ask {
  readonly step: number;
  readonly asked: ControlAction;
}

/** Begins or continues the run, with a fault or without, until the process ends. Rejects where it crashed. */
export async function trainInChild(
  kind: "train" | "pretrain" | "finetune" | "reward-model",
  config: TrainConfig | PretrainConfig | FinetuneConfig | RewardModelTrainConfig,
  fault?: Fault,
  asks: readonly Ask[] = [],
): Promise<Ended> {
  const path = `${config.output}.config.json`;
  fs.writeFileSync(path, JSON.stringify(config));
  const faults = fault?.do === "fail-device" ? "device-faults.mjs" : "faults.mjs";
  const hook = fault ? ["--import", pathToFileURL(script(faults)).href] : [];
  const child = spawn(process.execPath, [...hook, script("train.mjs"), kind, path], {
    env: {
      ...process.env,
      FAULT: JSON.stringify(fault ?? {}),
      FAULT_ROOT: config.output,
      ASK: JSON.stringify(asks),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const { code, signal } = await new Promise<Pick<Ended, "code" | "signal">>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })),
  );
  if (code !== 0 && signal === null && output === "") throw new Error(errors);
  return { code, signal, error: output === "" ? null : (JSON.parse(output) as ErrorDetails) };
}

/** The folders that a snapshot fault filled, in the order of time. */
export const snapshots = (folder: string): string[] =>
  fs
    .readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
