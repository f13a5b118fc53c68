/** A run is read by whoever is given it: a link in it must not lead a reader to other files of this machine. */
import fs from "node:fs";
import { sep } from "node:path";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";

/** Throws `store-outside` where a path of the run leads out of it by a symbolic link. What is not there leads nowhere. */
export function checkInside(run: string, path: string): void {
  if (!fs.existsSync(path)) return;
  const [root, target] = guardFs("look at the run", path, () => [
    fs.realpathSync(run),
    fs.realpathSync(path),
  ]);
  if (target === root || target.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw new SelftrainError({
    code: "store-outside",
    message: "A link in the run leads out of it, and is not followed.",
    found: target,
    expected: `a file below ${root}`,
    where: path,
    remedy: "Put the files themselves in the run's folder.",
  });
}
