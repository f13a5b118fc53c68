/** Real file systems for tests, in a mount namespace of their own, which a process of root may have and which ends with it. */
import { spawnSync } from "node:child_process";

/** Runs a shell script that may mount; `$0` is Node and `$1` the given folder. */
export function inNamespace(script: string, folder: string) {
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-m", "sh", "-ec", script, process.execPath, folder],
    {
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

/** Whether this process may. */
export const mayMount = inNamespace("true", "").status === 0;
