/** A model of the hub as a folder on this machine. */
import { join } from "node:path";
import { readTextFile } from "../fs/text-file.js";
import type { HubId } from "./hub-id.js";
import { ADAPTER_CONFIG, type ModelFiles, modelFiles, shardsOf } from "./model-files.js";
import type { HubOptions } from "./options.js";
import { openSnapshot, type Snapshot } from "./snapshot.js";

export interface HubModel {
  /** A model folder. Without weights where they were not asked for. */
  readonly folder: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** The id at this commit: resolves to the same files for ever, and without a request once they are here. */
  readonly pinned: string;
  /** Size of the weights that are still to be downloaded; 0 where it is unknown. */
  readonly missingBytes: number;
}

export interface ModelOptions extends HubOptions {
  /** `false` leaves the weights out: what a plan needs is small. */
  readonly weights?: boolean | undefined;
}

/**
 * Downloads what the cache lacks of the model. Throws `hub-not-found`, `hub-unauthorised`, `hub-unreachable`,
 * `hub-rate-limited`, `hub-offline`, `hub-download-incomplete`, `hub-file-corrupt`, `hub-no-safetensors` and
 * `hub-not-a-model`.
 */
export async function resolveHubModel(id: HubId, options: ModelOptions = {}): Promise<HubModel> {
  const { weights: wanted = true, ...hub } = options;
  const snapshot = await openSnapshot(id, hub);
  const { companions, weights } = chooseFiles(id, snapshot);
  const index = "index" in weights ? [weights.index] : [];
  const files = "index" in weights ? await shards(snapshot, weights.index) : [weights.file];
  await snapshot.fill([...companions, ...index, ...(wanted ? files : [])]);
  snapshot.complete();
  const { folder, commit, pinned } = snapshot;
  return { folder, commit, pinned, missingBytes: snapshot.sizeOf(snapshot.missing(files)) };
}

/** Of a commit that was never listed, the cache may hold a part only, as another program left it. */
function chooseFiles(id: HubId, snapshot: Snapshot): ModelFiles {
  const { paths, page, isListed } = snapshot;
  if (isListed) return modelFiles(id, paths, page);
  const isAdapter = paths.includes(ADAPTER_CONFIG) && !paths.includes("config.json");
  for (const name of isAdapter ? [] : ["config.json", "tokenizer.json"]) {
    if (!paths.includes(name)) throw snapshot.absent(`the cache lacks ${name}`);
  }
  try {
    return modelFiles(id, paths, page);
  } catch {
    throw snapshot.absent("the cache lacks the weights");
  }
}

async function shards(snapshot: Snapshot, index: string): Promise<string[]> {
  await snapshot.fill([index]);
  const path = join(snapshot.folder, index);
  const text = readTextFile(path, "read the index of the weights");
  return shardsOf(text, path);
}
