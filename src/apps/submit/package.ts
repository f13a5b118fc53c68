/** A job folder as the package that Ray unpacks on its machines. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { readStored } from "../../io/fs/stored.js";
import { type ZipEntry, zip } from "../../io/fs/zip.js";

/** What a job writes itself, which is not sent back to where it came from. */
const OUTPUTS = new Set(["output", "checkpoints", "exports", "rollouts", "outputs", "__pycache__", ".git"]);

/** Ray keeps packages in the memory of its head, and takes none that is larger (GCS_STORAGE_MAX_SIZE). */
const MOST = 512 * 2 ** 20;

const manifestSchema = z.object({ entrypoint: z.string(), entrypointGpus: z.number().optional() });

/** What job.json says; null where the folder has none. */
export function manifestOf(folder: string): z.output<typeof manifestSchema> | null {
  const path = join(folder, "job.json");
  if (!fs.existsSync(path)) return null;
  return readStored(path, {
    code: "job-invalid",
    message: "job.json is not that of a job folder.",
    remedy: "Write the folder again with `selftrain handoff`, or give --entrypoint and remove the file.",
    action: "read the job",
    read: (text) => manifestSchema.parse(JSON.parse(text)),
  });
}

export interface JobPackage {
  /** Its name on the cluster, made of its content: an equal one is there already. */
  readonly name: string;
  readonly files: number;
  readonly bytes: Buffer;
}

/** Throws `job-not-found`, and `job-too-large` where Ray would not take it. */
export function packJob(folder: string): JobPackage {
  const entries = filesOf(folder);
  const size = entries.reduce((sum, { content }) => sum + content.length, 0);
  if (size > 4 * MOST) throw tooLarge(folder, entries, size);
  const bytes = zip(entries);
  if (bytes.length >= MOST) throw tooLarge(folder, entries, bytes.length);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  return { name: `_ray_pkg_${hash}.zip`, files: entries.length, bytes };
}

function filesOf(folder: string): ZipEntry[] {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new SelftrainError({
      code: "job-not-found",
      message: "there is no job folder",
      where: folder,
      remedy: "write one with `selftrain handoff`",
    });
  return guardFs("read the job folder", folder, () =>
    (fs.readdirSync(folder, { recursive: true, encoding: "utf8" }) as string[])
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => !path.split("/").some((part) => OUTPUTS.has(part)))
      .flatMap((name) => {
        const path = join(folder, name);
        const found = fs.statSync(path);
        if (!found.isFile()) return [];
        return [{ name, content: fs.readFileSync(path), executable: (found.mode & 0o100) !== 0 }];
      }),
  );
}

function tooLarge(folder: string, entries: readonly ZipEntry[], bytes: number): SelftrainError {
  const [largest] = entries.toSorted((a, b) => b.content.length - a.content.length);
  return new SelftrainError({
    code: "job-too-large",
    message: "the job folder is larger than the packages that Ray takes",
    found: `${Math.ceil(bytes / 2 ** 20)} MiB, of which ${largest!.name} has ${Math.ceil(largest!.content.length / 2 ** 20)}`,
    expected: `less than ${MOST / 2 ** 20} MiB`,
    where: folder,
    remedy: "put the model where the cluster finds it, and hand over with --model naming that place",
  });
}
