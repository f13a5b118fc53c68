/**
 * Events of TensorBoard as bytes: messages of tensorflow/core/util/event.proto and summary.proto, each in a record of a TFRecord file. Only the
 * fields that a run needs.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Scalar } from "../tracker.js";
import { maskedCrc32c } from "./crc32c.js";

/** Numbers of fields. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 } as const;
const METADATA_PLUGIN = 1;
const PLUGIN_NAME = 1;
const TENSOR = { dtype: 1, shape: 2, strings: 8 } as const;
const DT_STRING = 7;
const SESSION_STATUS = 1;
const SESSION_START = 1;

interface When {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number;
}

function event({ wallTime, step }: When, content: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(EVENT.wallTime, WireType.Bit64).double(wallTime);
  if (step !== undefined) writer.tag(EVENT.step, WireType.Varint).int64(step);
  content(writer);
  return writer.finish();
}

/** A message inside another. */
function nested(writer: BinaryWriter, field: number, content: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  content(writer);
  writer.join();
}

/** The first event of every file. */
export const versionEvent = (wallTime: number): Uint8Array =>
  event({ wallTime }, (writer) =>
    writer.tag(EVENT.fileVersion, WireType.LengthDelimited).string("brain.Event:2"),
  );

/** Scalars of a step. TensorBoard keeps them as 32-bit floats. */
export const scalarEvent = (when: Required<When>, scalars: readonly Scalar[]): Uint8Array =>
  event(when, (writer) =>
    nested(writer, EVENT.summary, (summary) => {
      for (const { name, value } of scalars)
        nested(summary, SUMMARY_VALUE, (own) => {
          own.tag(VALUE.tag, WireType.LengthDelimited).string(name);
          own.tag(VALUE.simpleValue, WireType.Bit32).float(clamped(value));
        });
    }),
  );

/** Markdown, as the text panel shows it. */
export const textEvent = (when: Required<When>, tag: string, text: string): Uint8Array =>
  event(when, (writer) =>
    nested(writer, EVENT.summary, (summary) =>
      nested(summary, SUMMARY_VALUE, (own) => {
        own.tag(VALUE.tag, WireType.LengthDelimited).string(`${tag}/text_summary`);
        nested(own, VALUE.tensor, (tensor) => {
          tensor.tag(TENSOR.dtype, WireType.Varint).int32(DT_STRING);
          // A scalar: a shape without dimensions.
          nested(tensor, TENSOR.shape, () => {});
          tensor.tag(TENSOR.strings, WireType.LengthDelimited).string(text);
        });
        nested(own, VALUE.metadata, (metadata) =>
          nested(metadata, METADATA_PLUGIN, (plugin) =>
            plugin.tag(PLUGIN_NAME, WireType.LengthDelimited).string("text"),
          ),
        );
      }),
    ),
  );

/** Has TensorBoard drop what it read of this step and later ones. */
export const restartEvent = (when: Required<When>): Uint8Array =>
  event(when, (writer) =>
    nested(writer, EVENT.sessionLog, (log) => log.tag(SESSION_STATUS, WireType.Varint).int32(SESSION_START)),
  );

/** A record of a TFRecord file: length, its CRC, the bytes, their CRC. */
export function tfRecord(bytes: Uint8Array): Buffer {
  const record = Buffer.alloc(12 + bytes.byteLength + 4);
  record.writeBigUInt64LE(BigInt(bytes.byteLength), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(bytes, 12);
  record.writeUInt32LE(maskedCrc32c(bytes), 12 + bytes.byteLength);
  return record;
}

const LARGEST = 3.4028234663852886e38;

/** Within what a 32-bit float holds; the writer refuses others. */
const clamped = (value: number): number => Math.min(LARGEST, Math.max(-LARGEST, value));
