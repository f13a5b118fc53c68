/** How a checkpoint is stored: the type of its numbers, and which file each tensor is in. */
import { readShardMap, type ShardMap, weightFiles } from "./checkpoint-files.js";
import type { ModelConfig } from "./config.js";
import { type DtypeName, dtypeName, storedDtype } from "./dtype.js";
import { parameterSpecs } from "./parameters.js";
import { readSafetensorsHeader } from "./safetensors.js";
import { type Dtype, dtypeBytes, elements } from "./safetensors-header.js";

export interface Storage {
  readonly dtype: DtypeName;
  /** Null for one file. */
  readonly shards: ShardMap | null;
}

/** What training writes: every bit of the weights, in one file. */
export const EXACT: Storage = { dtype: "float32", shards: null };

/** The storage of a folder; where types are mixed, the one that most numbers have. */
export function readStorage(folder: string): Storage {
  const shards = readShardMap(folder);
  const count = new Map<Dtype, number>();
  for (const path of weightFiles(folder, shards)) {
    for (const { dtype, shape } of readSafetensorsHeader(path).entries) {
      count.set(dtype, (count.get(dtype) ?? 0) + elements(shape));
    }
  }
  const [most] = [...count].sort(([, a], [, b]) => b - a);
  return { dtype: dtypeName[most?.[0] ?? "F32"], shards };
}

/** Spreads a model over files of at most so many bytes, in the order of its parameters; a larger tensor has its own. */
export function shardBySize(config: ModelConfig, dtype: DtypeName, mostBytes: number): ShardMap | null {
  const width = dtypeBytes[storedDtype[dtype]];
  const shards: string[][] = [];
  let room = 0;
  for (const { name, size } of parameterSpecs(config)) {
    if (shards.length === 0 || size * width > room) {
      shards.push([]);
      room = mostBytes;
    }
    room -= size * width;
    shards.at(-1)?.push(name);
  }
  if (shards.length === 1) return null;
  const digits = (n: number) => String(n).padStart(5, "0");
  return new Map(
    shards.flatMap((names, i) =>
      names.map((name) => [name, `model-${digits(i + 1)}-of-${digits(shards.length)}.safetensors`] as const),
    ),
  );
}
