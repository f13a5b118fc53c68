/** Checkpoints of a server's models: folders under its storage, by the names that the protocol gives them. */
import fs from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { removeFolder } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { ADAPTER_CONFIG } from "../../model/adapter-files.js";
import { badRequest } from "./data.js";

const PATH = /^tinker:\/\/([A-Za-z0-9-]+)\/weights\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export class Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a checkpoint, which is there whole or not at all; returns its path. Throws `checkpoint-exists`. */
  async save(modelId: string, name: string, write: (folder: string) => Promise<void>): Promise<string> {
    if (!NAME.test(name))
      throw badRequest("a checkpoint cannot be called so", name, "letters, digits, . _ and -");
    const weights = join(this.#folder, modelId, "weights");
    const folder = join(weights, name);
    if (fs.existsSync(folder)) {
      throw new SelftrainError({
        code: "checkpoint-exists",
        message: `the checkpoint already exists`,
        found: name,
        remedy: "save under another name",
      });
    }
    makeFolder(weights, "save the checkpoint");
    const unfinished = fs.mkdtempSync(join(weights, ".unfinished-"));
    try {
      await write(unfinished);
      fs.renameSync(unfinished, folder);
    } catch (error) {
      fs.rmSync(unfinished, { recursive: true, force: true });
      throw error;
    }
    return `tinker://${modelId}/weights/${name}`;
  }

  /** The folder of a checkpoint. Throws `checkpoint-unknown`. */
  folderOf(path: string): string {
    const [, modelId, name] = PATH.exec(path) ?? [];
    const folder = modelId && name ? join(this.#folder, modelId, "weights", name) : null;
    if (folder !== null && fs.existsSync(folder)) return folder;
    throw new SelftrainError({
      code: "checkpoint-unknown",
      message: "the server has no such checkpoint",
      found: path,
      expected: "a path that save_weights returned, of this server's storage",
      remedy: "start the server with the --storage of then, or load another checkpoint",
    });
  }

  /** Throws `checkpoint-unknown`. */
  delete(path: string): void {
    removeFolder(this.folderOf(path));
  }

  /** Rank of the adapter of a checkpoint; null where it is a model. Throws `checkpoint-unknown`. */
  rankOf(path: string): number | null {
    const adapter = join(this.folderOf(path), ADAPTER_CONFIG);
    if (!fs.existsSync(adapter)) return null;
    const { r } = JSON.parse(fs.readFileSync(adapter, "utf8")) as { r?: number };
    return r ?? null;
  }
}
