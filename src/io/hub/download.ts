/** One file of the hub, into a blob of the cache: resumed where it was cut, and checked to the last byte. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SelftrainError } from "../../errors.js";
import { syncFile } from "../fs/atomic.js";
import { makeFolder } from "../fs/folder.js";
import { fsError, guardFsAsync } from "../fs/fs-errors.js";
import { type Call, openUrl } from "./http.js";
import { placeOf, reasonOf } from "./http-errors.js";
import type { RemoteFile } from "./listing.js";
import { claimPartial, publishPartial, releasePartial } from "./partial-file.js";

/** How often to look whether another process has finished. */
const pollMs = 200;

/**
 * Downloads `url` unless the blob is there. `onBytes` is told how much of the file there is. Throws
 * `hub-download-incomplete` where the connection breaks time and again, `hub-file-corrupt` where the content is not
 * what the hub announced; what has arrived stays aside, and is gone on from next time.
 */
export async function downloadBlob(
  url: string,
  file: RemoteFile,
  blob: string,
  call: Call,
  onBytes: (bytes: number) => void,
): Promise<void> {
  makeFolder(dirname(blob), "write the cache");
  while (fs.statSync(blob, { throwIfNoEntry: false })?.size !== file.size) {
    call.signal?.throwIfAborted();
    const partial = claimPartial(blob);
    if (partial === null) {
      await sleep(pollMs, undefined, { signal: call.signal });
      continue;
    }
    try {
      await fill(partial, url, file, call, onBytes);
      publishPartial(partial, blob);
    } finally {
      releasePartial(partial);
    }
  }
  onBytes(file.size);
}

/** Appends until the file is whole and right. A wrong one is begun anew once: the part from an earlier time may be at fault. */
async function fill(
  partial: string,
  url: string,
  file: RemoteFile,
  call: Call,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { settings, signal } = call;
  let failures = 0;
  for (let anew = false; ; ) {
    const before = fs.statSync(partial).size;
    let broken: unknown = null;
    try {
      if (before < file.size) await append(partial, before, url, file.size, call, onBytes);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof SelftrainError) throw cause;
      broken = cause;
    }
    const { size } = fs.statSync(partial);
    if (size < file.size) {
      failures = size > before ? 1 : failures + 1;
      if (failures > settings.retries) throw incomplete(size, file.size, broken, call);
      await sleep(settings.retryMs * 2 ** (failures - 1), undefined, { signal });
      continue;
    }
    const problem =
      size > file.size ? `${size} bytes instead of ${file.size}` : await wrongContent(partial, file);
    if (problem === null) break;
    fs.truncateSync(partial);
    if (anew) throw corrupt(problem, call);
    anew = true;
  }
  await guardFsAsync("write the cache", partial, async () => syncFile(partial));
}

/** Writes what is missing of the file behind its first `start` bytes. */
async function append(
  partial: string,
  start: number,
  url: string,
  size: number,
  call: Call,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { body, headers, status } = await openUrl(
    url,
    // Compressed on the way, the bytes could be neither counted nor continued.
    { "accept-encoding": "identity", ...(start > 0 ? { range: `bytes=${start}-` } : {}) },
    call,
  );
  const continued = status === 206 && headers.get("content-range")?.startsWith(`bytes ${start}-`);
  let at = continued ? start : 0;
  const handle = await guardFsAsync("write the cache", partial, () => fs.promises.open(partial, "r+"));
  try {
    await handle.truncate(at);
    for await (const chunk of body) {
      try {
        for (let done = 0; done < chunk.byteLength; ) {
          const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at);
          done += bytesWritten;
          at += bytesWritten;
        }
      } catch (cause) {
        throw fsError(cause, "write the cache", partial);
      }
      if (at > size) return;
      onBytes(at);
    }
  } finally {
    await handle.close();
  }
}

/** How a file differs from what the hub announced; null where it does not. */
async function wrongContent(path: string, { oid, sha256, size }: RemoteFile): Promise<string | null> {
  const hash = sha256 === undefined ? createHash("sha1").update(`blob ${size}\0`) : createHash("sha256");
  await guardFsAsync("read the cache", path, async () => {
    for await (const chunk of fs.createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  });
  const [found, expected] = [hash.digest("hex"), sha256 ?? oid];
  return found === expected
    ? null
    : `${sha256 === undefined ? "git SHA-1" : "SHA-256"} ${found} instead of ${expected}`;
}

function incomplete(found: number, expected: number, cause: unknown, { subject }: Call): SelftrainError {
  return new SelftrainError(
    {
      code: "hub-download-incomplete",
      message: `the download of ${subject.file} was cut off time and again`,
      found: `${found} bytes${cause === null ? "" : `, then ${reasonOf(cause)}`}`,
      expected: `${expected} bytes`,
      where: placeOf(subject),
      remedy: "run the same command again: it goes on where this one stopped",
    },
    { cause },
  );
}

function corrupt(problem: string, { subject }: Call): SelftrainError {
  return new SelftrainError({
    code: "hub-file-corrupt",
    message: `${subject.file} did not arrive as the hub has it, twice`,
    found: problem,
    where: placeOf(subject),
    remedy: "check what lies between here and the hub (a proxy, a mirror in HF_ENDPOINT), and try again",
  });
}
