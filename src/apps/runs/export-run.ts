/** A run to be handed on: one archive or folder with everything that shows it, and of its checkpoints those that are asked for. */
import fs from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { RunsExportConfig } from "../../config/runs-config.js";
import { SelftrainError } from "../../errors.js";
import { commitFile, isPartial, partialPath, publishFolder, syncFile } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs, guardFsAsync } from "../../io/fs/fs-errors.js";
import { type TarEntry, writeTarGz } from "../../io/fs/tar.js";
import { listCheckpoints } from "../../run/checkpoints.js";
import { checkInside } from "../../run/store/inside.js";
import { openRunStore } from "../../run/store/open-store.js";

export interface ExportedRun {
  readonly output: string;
  readonly files: number;
  /** Of the files together, before any compression. */
  readonly bytes: number;
  /** Steps of the checkpoints that went along. */
  readonly checkpoints: readonly number[];
}

/** Derived, or of the process that writes the run. */
const LEFT_OUT = /^(cache|lock(\..*)?)$/;

/**
 * Exports a run. One that is running is exported as it stands: its lines are read before its rollouts, so that no line speaks of rollouts that are
 * not there. Throws as `openRunStore` does, `export-run-exists`, and `store-outside` where a link leads out of the run.
 */
export async function exportRun(config: RunsExportConfig): Promise<ExportedRun> {
  const { path } = openRunStore(config.run);
  const output = resolve(config.output);
  if (fs.existsSync(output)) throw exists(output);
  if (output === path || output.startsWith(path + sep)) throw within(output, path);
  const kept = keptCheckpoints(path, config.checkpoints);
  const files = filesOf(path, kept);
  const entries = files.map((file) => ({ name: relative(path, file).replaceAll(sep, "/"), path: file }));
  if (/\.(tar\.gz|tgz)$/.test(output)) await archive(output, basename(path), entries);
  else await copied(output, entries);
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  return { output, files: files.length, bytes, checkpoints: kept };
}

function keptCheckpoints(run: string, which: RunsExportConfig["checkpoints"]): number[] {
  const steps = listCheckpoints(run).map(({ step }) => step);
  return which === "all" ? steps : which === "last" ? steps.slice(-1) : [];
}

/** The metrics first. */
function filesOf(run: string, checkpoints: readonly number[]): string[] {
  const unwanted = new Set(
    listCheckpoints(run).flatMap(({ step, path }) => (checkpoints.includes(step) ? [] : [path])),
  );
  const below = (folder: string): string[] =>
    guardFs("read the run", folder, () => fs.readdirSync(folder)).flatMap((name) => {
      const path = join(folder, name);
      if (isPartial(name) || unwanted.has(path) || (folder === run && LEFT_OUT.test(name))) return [];
      checkInside(run, path);
      return fs.statSync(path).isDirectory() ? below(path) : [path];
    });
  const isMetrics = (path: string): boolean => path === join(run, "metrics.jsonl");
  return below(run).sort((a, b) => Number(isMetrics(b)) - Number(isMetrics(a)) || (a < b ? -1 : 1));
}

async function archive(output: string, name: string, entries: readonly TarEntry[]): Promise<void> {
  makeFolder(dirname(output), "export the run");
  const partial = partialPath(output);
  try {
    await guardFsAsync("export the run", output, async () => {
      await writeTarGz(
        partial,
        entries.map((entry) => ({ ...entry, name: `${name}/${entry.name}` })),
      );
      syncFile(partial);
      commitFile(partial, output);
    });
  } finally {
    fs.rmSync(partial, { force: true });
  }
}

async function copied(output: string, entries: readonly TarEntry[]): Promise<void> {
  makeFolder(dirname(output), "export the run");
  await publishFolder(output, async (partial) => {
    for (const { name, path } of entries) {
      makeFolder(dirname(join(partial, name)), "export the run", output);
      guardFs("export the run", path, () => fs.copyFileSync(path, join(partial, name)));
    }
  });
}

const exists = (output: string): SelftrainError =>
  new SelftrainError({
    code: "export-run-exists",
    message: "Something of that name is there already.",
    where: output,
    remedy: "Choose another output, or move away what is there.",
  });

const within = (output: string, run: string): SelftrainError =>
  new SelftrainError({
    code: "export-run-within",
    message: "A run is not exported into itself.",
    found: output,
    expected: `a path outside ${run}`,
    where: "output",
    remedy: "Choose an output beside the run.",
  });
