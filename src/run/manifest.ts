/**
 * `selftrain-manifest.json` of a checkpoint: size and SHA-256 of each of its files, and the measurements that the metrics had when it was written. By the
 * one a damaged file is found before it is used, by the other a run is never continued over a hole in its metrics.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../io/fs/atomic.js";
import { guardFs, guardFsAsync } from "../io/fs/fs-errors.js";
import { readStored } from "../io/fs/stored.js";
import type { MetricRecord } from "./run-directory.js";
import { isRun } from "./run-info.js";

const NAME = "selftrain-manifest.json";

const manifestSchema = z.object({
  /** Steps at or before that of the checkpoint that were measured, by kind of record. Those that were trained are all of them. */
  measured: z.object({
    eval: z.array(z.int()),
    /** Absent in a run without a probe. */
    probe: z.array(z.int()).optional(),
    validation: z.array(z.int()),
  }),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
});
type Manifest = z.output<typeof manifestSchema>;

/** Writes the manifest of a checkpoint folder that is complete but for it. */
export async function writeManifest(
  folder: string,
  step: number,
  records: readonly MetricRecord[],
): Promise<void> {
  const files: Manifest["files"] = {};
  for (const name of filesIn(folder)) files[name] = await digest(join(folder, name));
  const of = (kind: MetricRecord["kind"]) =>
    records.filter((r) => r.kind === kind && r.step <= step).map((r) => r.step);
  const probe = of("probe");
  const measured = {
    eval: of("eval"),
    ...(probe.length > 0 ? { probe } : {}),
    validation: of("validation"),
  };
  const manifest: Manifest = { measured, files };
  writeFileAtomic(join(folder, NAME), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Names of all files, with slashes where they lie deeper, as chat templates may. */
function filesIn(folder: string): string[] {
  const entries = guardFs("list the checkpoint", folder, () =>
    fs.readdirSync(folder, { recursive: true, withFileTypes: true }),
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll(sep, "/"))
    .sort();
}

/** Null for a checkpoint of a version that wrote none, and for any other folder. Throws `checkpoint-corrupt`. */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, NAME);
  if (!fs.existsSync(path)) return null;
  return readStored(path, {
    code: "checkpoint-corrupt",
    message: "The manifest of the checkpoint cannot be read.",
    remedy: remedyFor(folder),
    action: "read the checkpoint",
    read: (text) => manifestSchema.parse(JSON.parse(text)),
  });
}

/**
 * Before the weights of a model are read: `folder` is its own, `bases` are those of an adapter's model. Throws `checkpoint-corrupt` where one is a
 * checkpoint that is not as it was written; folders without a manifest pass.
 */
export async function verifyModel(folder: string, bases: readonly string[] = []): Promise<void> {
  for (const one of [folder, ...bases]) await verifyFiles(one);
}

/** Files up to so many bytes are read at no cost that is felt: all but the weights and the moments. */
const SMALL = 16 << 20;

/** The same before anything else of a model is read, for the sizes of all files and the content of the small ones: configuration, tokenizer. */
export const verifySmallFiles = (folder: string): Promise<void> => verifyFiles(folder, SMALL);

async function verifyFiles(folder: string, mostBytes = Number.POSITIVE_INFINITY): Promise<void> {
  const files = readManifest(folder)?.files ?? {};
  for (const [name, written] of Object.entries(files)) {
    const path = join(folder, name);
    if (!fs.existsSync(path)) throw damaged(folder, name, "no such file", `${written.bytes} bytes`);
    const { size } = guardFs("read the checkpoint", path, () => fs.statSync(path));
    if (size !== written.bytes) throw damaged(folder, name, `${size} bytes`, `${written.bytes} bytes`);
    if (size > mostBytes) continue;
    const { sha256 } = await digest(path);
    if (sha256 !== written.sha256)
      throw damaged(folder, name, `SHA-256 ${sha256}`, `SHA-256 ${written.sha256}`);
  }
}

/** What does not say that the file is damaged, but that the machine does not hand it over. */
const ofTheMachine = new Set(["permission-denied", "too-many-open-files", "disk-failure"]);

/** `load` on a checkpoint whose files are verified first. What it finds wrong with them is said with the remedy of a checkpoint. */
export async function openCheckpoint<T>(folder: string, load: () => Promise<T>): Promise<T> {
  await verifyFiles(folder);
  try {
    return await load();
  } catch (cause) {
    if (!(cause instanceof SelftrainError) || ofTheMachine.has(cause.code)) throw cause;
    if (cause.where === undefined || !cause.where.startsWith(folder)) throw cause;
    throw new SelftrainError({ ...cause.toJSON(), remedy: remedyFor(folder) }, { cause });
  }
}

/** What to do about a damaged checkpoint: of a run there is the one before; a copy of one can only be made again. */
export function remedyFor(folder: string): string {
  const checkpoints = dirname(folder);
  return basename(checkpoints) === "checkpoints" && isRun(dirname(checkpoints))
    ? `Delete the folder ${folder} to go on from the checkpoint before it.`
    : `Copy the folder again from its run. If you changed the file yourself, delete ${NAME} beside it.`;
}

function damaged(folder: string, name: string, found: string, expected: string): SelftrainError {
  return new SelftrainError({
    code: "checkpoint-corrupt",
    message: `The file ${name} of the checkpoint is not as it was written.`,
    found,
    expected,
    where: join(folder, name),
    remedy: remedyFor(folder),
  });
}

const CHUNK = 4 << 20;

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  return guardFsAsync("read the checkpoint", path, async () => {
    const hash = createHash("sha256");
    const file = await fs.promises.open(path, "r");
    try {
      const chunk = Buffer.allocUnsafe(CHUNK);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, CHUNK, bytes);
        if (bytesRead === 0) return { bytes, sha256: hash.digest("hex") };
        hash.update(chunk.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await file.close();
    }
  });
}
