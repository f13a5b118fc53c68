/** Event files of TensorBoard, read by the protocol and checked: what its own reader does. */
import fs from "node:fs";
import { join } from "node:path";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "../../../src/run/trackers/tensorboard/crc32c.js";

export interface ReadEvent {
  readonly step: number;
  readonly version?: string;
  readonly scalars: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, string>;
  /** Whether it has later events dropped. */
  readonly restart: boolean;
}

/** Of all files of a folder, in the order of their names. */
export function readEvents(folder: string): ReadEvent[] {
  return fs
    .readdirSync(folder)
    .sort()
    .flatMap((name) => recordsOf(fs.readFileSync(join(folder, name))).map(readEvent));
}

function recordsOf(bytes: Buffer): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (bytes.readUInt32LE(at + 8) !== maskedCrc32c(bytes.subarray(at, at + 8)))
      throw new Error("length's CRC");
    if (bytes.readUInt32LE(at + 12 + length) !== maskedCrc32c(data)) throw new Error("data's CRC");
    records.push(data);
    at += 12 + length + 4;
  }
  return records;
}

/** Fields of a message, by number. */
function fieldsOf(bytes: Uint8Array): Map<number, (Uint8Array | bigint | number)[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (Uint8Array | bigint | number)[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const value =
      type === WireType.Varint
        ? BigInt(reader.int64())
        : type === WireType.Bit64
          ? reader.double()
          : type === WireType.Bit32
            ? reader.float()
            : reader.bytes();
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString("utf8");

function readEvent(bytes: Uint8Array): ReadEvent {
  const event = fieldsOf(bytes);
  if (!((event.get(1)?.[0] as number) > 1e9)) throw new Error("no wall time");
  const scalars = new Map<string, number>();
  const texts = new Map<string, string>();
  for (const summary of event.get(5) ?? [])
    for (const value of fieldsOf(summary as Uint8Array).get(1) ?? []) {
      const own = fieldsOf(value as Uint8Array);
      const tag = text(own.get(1)![0]);
      if (own.has(2)) scalars.set(tag, own.get(2)![0] as number);
      else texts.set(tag, text(fieldsOf(own.get(8)![0] as Uint8Array).get(8)![0]));
    }
  const version = event.get(3)?.[0];
  return {
    step: Number(event.get(2)?.[0] ?? 0),
    scalars,
    texts,
    restart: event.has(7),
    ...(version === undefined ? {} : { version: text(version) }),
  };
}

/** What TensorBoard shows of a series: values by step, what a restart dropped left out. */
export function seriesOf(events: readonly ReadEvent[], tag: string): [step: number, value: number][] {
  let series: [number, number][] = [];
  for (const { step, scalars, restart } of events) {
    if (restart) series = series.filter(([own]) => own < step);
    const value = scalars.get(tag);
    if (value !== undefined) series.push([step, value]);
  }
  return series;
}
