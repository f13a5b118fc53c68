/** Archives as `tar` reads them: ustar (POSIX.1-1988), compressed by gzip. Only files, in the order given. */
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SelftrainError } from "../../errors.js";

export interface TarEntry {
  /** Path in the archive, with slashes. */
  readonly name: string;
  /** File that it is read from. */
  readonly path: string;
}

const BLOCK = 512;
/** What eleven octal digits hold. */
const MOST_BYTES = 8 ** 11 - 1;

/** Writes the archive. Of a file that grows meanwhile, its beginning; one that shrinks is an error, `tar-file-changed`. */
export async function writeTarGz(target: string, entries: readonly TarEntry[]): Promise<void> {
  await pipeline(blocks(entries), createGzip(), fs.createWriteStream(target, { flags: "wx" }));
}

async function* blocks(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array, void> {
  for (const entry of entries) {
    const { size, mtimeMs } = fs.statSync(entry.path);
    yield header(entry, size, mtimeMs);
    let read = 0;
    if (size > 0)
      for await (const chunk of fs.createReadStream(entry.path, { end: size - 1 })) {
        read += (chunk as Buffer).byteLength;
        yield chunk as Buffer;
      }
    if (read !== size)
      throw refused(
        "tar-file-changed",
        "A file became shorter while it was read.",
        entry,
        `${read} of ${size} bytes`,
      );
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(entry: TarEntry, size: number, mtimeMs: number): Buffer {
  if (size > MOST_BYTES)
    throw refused("tar-file-large", "A file is too large for an archive.", entry, `${size} bytes`);
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = splitName(entry);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(name, 0, "utf8");
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.max(0, Math.trunc(mtimeMs / 1000)), 136, 12);
  block.write("        ", 148, "latin1");
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(prefix, 345, "utf8");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** A name of at most 100 bytes, and what stands before it, of at most 155. */
function splitName(entry: TarEntry): [prefix: string, name: string] {
  const fits = (text: string, most: number) => Buffer.byteLength(text) <= most;
  if (fits(entry.name, 100)) return ["", entry.name];
  for (let at = entry.name.indexOf("/"); at >= 0; at = entry.name.indexOf("/", at + 1)) {
    const [prefix, name] = [entry.name.slice(0, at), entry.name.slice(at + 1)];
    if (fits(prefix, 155) && fits(name, 100)) return [prefix, name];
  }
  throw refused("tar-name-long", "A file's name is too long for an archive.", entry, entry.name);
}

const refused = (code: string, message: string, { path }: TarEntry, found: string): SelftrainError =>
  new SelftrainError({
    code,
    message,
    found,
    where: path,
    remedy: "Export to a folder instead: an output that does not end in .tar.gz.",
  });
