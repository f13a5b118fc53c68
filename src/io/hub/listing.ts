/** The files of a commit: as @huggingface/hub lists them, and as the cache keeps them. */
import { z } from "zod";

export interface RemoteFile {
  /** Bytes. */
  readonly size: number;
  /** SHA-1 that git gives to the file, or to the pointer that stands for it. */
  readonly oid: string;
  /** SHA-256 of a large file (LFS, Xet); small ones are in git itself. */
  readonly sha256?: string;
  readonly xetHash?: string;
}

/** Files by path, from the root of the repository. */
export type Listing = ReadonlyMap<string, RemoteFile>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const oid = z.string().regex(/^[0-9a-f]{40}$/);

/** Never outside of the folder that it is joined to, on any system. */
const safePath = z
  .string()
  .refine((path) => !path.split(/[\\/]/).some((name) => name === ".." || name === "" || name.includes(":")));

const entrySchema = z.object({
  type: z.literal("file"),
  path: safePath,
  size: count,
  oid,
  lfs: z.object({ oid: sha256, size: count }).optional(),
  xetHash: z.string().optional(),
});

/** A listing from the hub's own entries, folders left out. Throws where an entry is not what it should be. */
export async function toListing(entries: AsyncIterable<{ readonly type: string }>): Promise<Listing> {
  const files = new Map<string, RemoteFile>();
  for await (const raw of entries) {
    if (raw.type !== "file") continue;
    const { path, size, oid, lfs, xetHash } = entrySchema.parse(raw);
    files.set(path, {
      size: lfs?.size ?? size,
      oid,
      ...(lfs ? { sha256: lfs.oid } : {}),
      ...(xetHash === undefined ? {} : { xetHash }),
    });
  }
  return files;
}

/** `trees/<commit>.json`, as huggingface_hub writes it. */
const treeSchema = z.object({
  format_version: z.literal(1),
  files: z.record(
    safePath,
    z.object({
      size: count,
      blob_id: oid,
      lfs_sha256: sha256.optional(),
      lfs_size: count.optional(),
      xet_hash: z.string().optional(),
    }),
  ),
});

export function formatTree(listing: Listing): string {
  const files = [...listing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { size, oid, sha256, xetHash }]) => [
      path,
      {
        size,
        blob_id: oid,
        ...(sha256 === undefined ? {} : { lfs_sha256: sha256, lfs_size: size }),
        ...(xetHash === undefined ? {} : { xet_hash: xetHash }),
      },
    ]);
  return JSON.stringify({ format_version: 1, files: Object.fromEntries(files) }, null, 1);
}

/** Throws where the text is not such a file of a version that is known. */
export function parseTree(text: string): Listing {
  const { files } = treeSchema.parse(JSON.parse(text));
  return new Map(
    Object.entries(files).map(([path, { size, blob_id, lfs_sha256, lfs_size, xet_hash }]) => [
      path,
      {
        size: lfs_size ?? size,
        oid: blob_id,
        ...(lfs_sha256 === undefined ? {} : { sha256: lfs_sha256 }),
        ...(xet_hash === undefined ? {} : { xetHash: xet_hash }),
      },
    ]),
  );
}
