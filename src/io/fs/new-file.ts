/** Files that a command is to create. */
import fs from "node:fs";
import { SelftrainError } from "../../errors.js";

/** Throws `output-exists` where there is something already. */
export function requireNew(output: string): void {
  if (!fs.existsSync(output)) return;
  throw new SelftrainError({
    code: "output-exists",
    message: `${output} exists already`,
    where: output,
    remedy: "give another --output, or remove it first",
  });
}
