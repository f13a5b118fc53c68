/** The file that stands in a checkpoint in the place of weights that a server keeps. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../errors.js";

export const REMOTE_STATE = "tinker-state.json";

/** Throws `model-at-server` for a folder whose weights are not on this machine. */
export function checkIsHere(folder: string): void {
  if (!existsSync(join(folder, REMOTE_STATE))) return;
  throw new SelftrainError({
    code: "model-at-server",
    message: "the weights of this checkpoint are kept by the server that trained it",
    found: REMOTE_STATE,
    where: folder,
    remedy:
      "get them from the server: selftrain engine serve has them in its --storage, under the path that the file names, as a model folder",
  });
}
