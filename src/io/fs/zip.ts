/** Zip archives whose bytes depend on the files' names and contents alone: no times, no order of the file system. (PKWARE APPNOTE 6.3.) */
import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** With slashes, relative. */
  readonly name: string;
  readonly content: Uint8Array;
  /** Whether it may be executed. */
  readonly executable?: boolean;
}

/** Sizes and offsets are of 32 bits here. */
export const MOST_ZIP_BYTES = 2 ** 32 - 1;
const MOST_ENTRIES = 2 ** 16 - 1;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** 1 January 1980, the first day there is. */
const DATE = 0x21;
const VERSION = 20;
const DEFLATE = 8;
/** Names are in UTF-8. */
const UTF8 = 0x800;
const UNIX = 3 << 8;

/** Entries are sorted by name. The caller keeps them below `MOST_ZIP_BYTES` together, and below 65 536. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  if (entries.length > MOST_ENTRIES)
    throw new RangeError(`${entries.length} files are too many for one archive`);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, executable = false } of entries.toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, path, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((executable ? 0o100755 : 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(UNIX | VERSION);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), made, common, rest, path);
    offset += 4 + common.length + path.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
