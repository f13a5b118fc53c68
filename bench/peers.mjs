/** Finds a Python that has the peers, or makes a throw-away virtual environment with them. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is asked of a Python: a title for people, the modules to import, the file of its pinned versions. */
const ENGINES = {
  title: "PyTorch, transformers and TRL (some gigabytes)",
  imports: "torch, transformers, trl, datasets",
  requirements: fileURLToPath(new URL("../scripts/peers/requirements.txt", import.meta.url)),
};

/**
 * The Python to run peers with. `{ python: null, reason }` where none can be had: the benchmark then reports our side
 * alone. A Python that was named but lacks the peers is an error.
 */
export function findPython(named, log, kit = ENGINES) {
  if (named !== undefined) {
    const missing = missingPeers(named, kit);
    if (missing !== null) throw new Error(`${named} cannot import the peers: ${missing}`);
    return { python: named };
  }
  const folder = environmentFolder(kit);
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (existsSync(python) && missingPeers(python, kit) === null) return { python };
  log(`Installing ${kit.title} into ${folder} (once)`);
  const reason =
    run("python3", ["-m", "venv", "--clear", folder]) ??
    run(python, ["-m", "pip", "install", "--quiet", "--retries", "1", "--requirement", kit.requirements]) ??
    missingPeers(python, kit);
  if (reason === null) return { python };
  rmSync(folder, { recursive: true, force: true });
  return { python: null, reason };
}

/** One folder for each set of pinned versions, in the system's temporary folder. */
function environmentFolder({ requirements }) {
  const pins = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8);
  return join(tmpdir(), `selftrain-peers-${pins}`);
}

/** Null where the peers can be imported, else what Python said. */
function missingPeers(python, { imports }) {
  return run(python, ["-c", `import ${imports}`]);
}

/** Null on success, else the last line of the error output. */
function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return null;
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `${command} failed with status ${status}`);
}
