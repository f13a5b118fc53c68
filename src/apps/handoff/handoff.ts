/** A run as a job folder of another trainer: the same experiment, with every setting carried over or named. */
import fs from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { exportConfigSchema } from "../../config/export-config.js";
import type { HandoffConfig, HandoffTarget } from "../../config/handoff-config.js";
import { SelftrainError } from "../../errors.js";
import { publishFolder } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { requireNew } from "../../io/fs/new-file.js";
import { parseModelId } from "../../io/hub/hub-id.js";
import type { RunOptions } from "../../run/observer.js";
import { exportModel } from "../export/export-model.js";
import { assetTexts } from "./assets.js";
import { type Experiment, experimentOf } from "./experiment.js";
import { type Entry, Ledger } from "./ledger.js";
import { readme } from "./readme.js";
import { skyrl } from "./skyrl.js";
import type { HandedOff, JobFile, ModelPlace, Target } from "./target.js";
import { trl } from "./trl.js";
import { verl } from "./verl.js";
import { voteConfigOf } from "./vote-config.js";

const targets: Readonly<Record<HandoffTarget, Target>> = { trl, verl, skyrl };

export interface HandOff {
  readonly target: HandoffTarget;
  readonly folder: string;
  readonly prompts: number;
  readonly heldOut: number;
  /** Settings that the target has no key for, and that matter. */
  readonly missing: readonly Pick<Entry, "key" | "value" | "why">[];
  /** Names of the files, in order. */
  readonly files: readonly string[];
}

/**
 * Writes the job folder in one step. Throws `output-exists`, as `experimentOf`, `cutOf` and `voteConfigOf` do, and as exporting the model.
 */
export async function handOff(
  name: HandoffTarget,
  config: HandoffConfig,
  options: RunOptions = {},
): Promise<HandOff> {
  requireNew(config.output);
  const target = targets[name];
  checkMachines(target, config);
  const experiment = await experimentOf(config, options);
  const job: HandedOff = { experiment, model: modelPlace(experiment, config.model), machines: config };
  const ledger = entered(target, job);
  const vote = voteConfigOf(experiment, target);
  const files: JobFile[] = [
    ...Object.entries(assetTexts(target.assets)).map(([path, text]) => ({ path, text })),
    { path: "vote.yaml", text: stringify(vote, { lineWidth: 0 }) },
    { path: "job.json", text: `${JSON.stringify(manifest(target, job, ledger), null, 2)}\n` },
    ...target.files(job, ledger),
    { path: "README.md", text: readme(target, job, ledger, config.run) },
  ];
  makeFolder(dirname(config.output));
  await publishFolder(config.output, async (partial) => {
    for (const file of files) writeJobFile(partial, file);
    if (job.model.kind === "copied")
      await exportModel(
        exportConfigSchema.parse({
          model: experiment.config.model,
          output: join(partial, "model"),
          card: false,
        }),
        options,
      );
  });
  return {
    target: name,
    folder: config.output,
    prompts: experiment.pool.length,
    heldOut: experiment.heldOut.length,
    missing: ledger.entries
      .filter(({ fate }) => fate === "missing")
      .map(({ key, value, why }) => ({ key, value, why })),
    files: (fs.readdirSync(config.output, { recursive: true, encoding: "utf8" }) as string[]).sort(),
  };
}

/** Every setting of the run, entered. That one is forgotten is a mistake of ours. */
export function entered(target: Target, job: HandedOff): Ledger {
  const ledger = new Ledger(job.experiment.config);
  target.enter(job, ledger);
  const forgotten = ledger.forgotten();
  if (forgotten.length > 0) throw new Error(`${target.name} says nothing of ${forgotten.join(", ")}`);
  return ledger;
}

function checkMachines({ name, title }: Target, { gpus }: HandoffConfig): void {
  if (gpus > 0 || name === "trl") return;
  throw new SelftrainError({
    code: "handoff-machines",
    message: `${title} trains on GPUs alone`,
    found: gpus,
    expected: "1 or more",
    where: "gpus",
    remedy: "give --gpus, or hand over to trl, which runs on a processor too",
  });
}

/** What was named; else the hub, at the commit that the run began with; else a copy. */
function modelPlace({ config, model }: Experiment, named: string | undefined): ModelPlace {
  if (named !== undefined) return { kind: "named", name: named };
  const id = model.hub === null ? null : parseModelId(model.hub.pinned);
  if (id === null) return { kind: "copied" };
  return config.lora?.adapter === undefined && model.bases.length === 0
    ? { kind: "downloaded", id: id.name, revision: id.revision }
    : { kind: "copied" };
}

/** What the job's own files and `selftrain submit` read. */
const manifest = (
  { name, version }: Target,
  { experiment, machines }: HandedOff,
  ledger: Ledger,
): object => ({
  target: name,
  version,
  entrypoint: "sh run.sh",
  // The others ask Ray for their GPUs themselves.
  ...(name === "trl" && machines.gpus > 0 ? { entrypointGpus: machines.gpus } : {}),
  agreementThreshold: experiment.config.agreementThreshold,
  settings: ledger.settings,
  accounts: ledger.entries,
  fixed: ledger.fixed,
});

function writeJobFile(folder: string, file: JobFile): void {
  const path = join(folder, file.path);
  makeFolder(dirname(path));
  guardFs("write the file", path, () => {
    if ("rows" in file) writeRows(path, file.rows);
    else fs.writeFileSync(path, file.text, { mode: file.executable ? 0o755 : 0o644 });
  });
}

/** Row by row: a million of them are no string. */
function writeRows(path: string, rows: readonly object[]): void {
  const fd = fs.openSync(path, "wx");
  try {
    for (let start = 0; start < rows.length; start += 1000)
      fs.writeSync(
        fd,
        rows
          .slice(start, start + 1000)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(""),
      );
  } finally {
    fs.closeSync(fd);
  }
}
