/** The data files of a dataset of the hub, on this machine. */
import { join } from "node:path";
import { absentParts, datasetFiles } from "./dataset-files.js";
import { formatId, parseDatasetSpec } from "./hub-id.js";
import type { HubOptions } from "./options.js";
import { openSnapshot } from "./snapshot.js";

export interface HubDataset {
  /** Paths on this machine, in order: parquet, jsonl or csv, all of one format. */
  readonly files: readonly string[];
  /** The dataset with its commit and the files, for people. */
  readonly description: string;
  /** The spec at this commit: resolves to the same files for ever, and without a request once they are here. */
  readonly pinned: string;
}

/**
 * Downloads what the cache lacks of `hf:datasets/org/name[@revision][:path-or-glob]`. Throws as `resolveHubModel`, and
 * `hub-id-malformed`, `hub-dataset-empty`, `hub-dataset-file-missing` and `hub-dataset-ambiguous`.
 */
export async function resolveDataset(text: string, options: HubOptions = {}): Promise<HubDataset> {
  const spec = parseDatasetSpec(text);
  const snapshot = await openSnapshot(spec, options);
  const { paths, isListed, commit } = snapshot;
  if (!isListed && paths.length === 0) throw snapshot.absent("the cache has none of its files");
  const files = datasetFiles(spec, paths);
  // What another program left in the cache may be a part.
  if (!isListed && absentParts(files) > 0)
    throw snapshot.absent(`the cache lacks ${absentParts(files)} parts`);
  await snapshot.fill(files);
  snapshot.complete();
  const wanted = spec.path === null ? "" : `:${spec.path}`;
  const count = files.length === 1 ? files[0] : `${files.length} files`;
  return {
    files: files.map((path) => join(snapshot.folder, path)),
    description: `${count} of ${spec.name}@${commit.slice(0, 7)}`,
    pinned: `${formatId(spec, commit)}${wanted}`,
  };
}
