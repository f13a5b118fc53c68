/** Hand-offs of runs of a tiny model. */
import fs from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { handOff } from "../../../src/apps/handoff/handoff.js";
import { type HandoffTarget, handoffConfigSchema } from "../../../src/config/handoff-config.js";
import type { TrainConfigInput } from "../../../src/config/train-config.js";
import { type TinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

export interface Job {
  readonly folder: string;
  readonly missing: readonly string[];
  /** What the target is told, nested. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly accounts: readonly { readonly key: string; readonly fate: string }[];
  read(file: string): string;
  rows(file: string): Record<string, unknown>[];
}

let count = 0;

/** The job folder of a configuration that was never run. */
export async function jobOf(
  base: TinyBase,
  target: HandoffTarget,
  changes: Partial<TrainConfigInput> = {},
  machines: {
    readonly gpus?: number;
    readonly nodes?: number;
    readonly microBatch?: number;
    readonly model?: string;
  } = {},
): Promise<Job> {
  count++;
  const file = join(base.folder, `config-${count}.yaml`);
  fs.writeFileSync(file, stringify(tinyTraining(base, join(base.folder, "never"), changes)));
  const folder = join(base.folder, `job-${count}`);
  const gpus = target === "trl" ? 0 : 4;
  const config = handoffConfigSchema.parse({ run: file, output: folder, gpus, ...machines });
  const { missing } = await handOff(target, config);
  const read = (name: string) => fs.readFileSync(join(folder, name), "utf8");
  const { settings, accounts } = JSON.parse(read("job.json")) as Pick<Job, "settings" | "accounts">;
  return {
    folder,
    missing: missing.map(({ key }) => key),
    settings,
    accounts,
    read,
    rows: (name) =>
      read(name)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** Values of nested settings by dotted key; a list is a value. */
export function leavesOf(settings: object, prefix = ""): Map<string, unknown> {
  return new Map(
    Object.entries(settings).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? [...leavesOf(value, `${prefix}${name}.`)]
        : [[`${prefix}${name}`, value] as const],
    ),
  );
}
