/** UTF-8, read strictly: Node's decoders put U+FFFD in the place of bytes that are no characters, without a word. */
import { isUtf8 } from "node:buffer";
import { SelftrainError } from "./errors.js";

const LINE_FEED = 10;

/** Text that comes in pieces, which may end within a character. A byte order mark at its start is dropped. */
export class Utf8Reader {
  /** What the bytes are of, for errors: a path, or "standard input". */
  readonly #name: string;
  /** Line that the next byte is in, counted from 1. */
  #line = 1;
  /** Bytes of a character that is not whole yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** The first two bytes, by which UTF-16 shows itself. */
  #head: Buffer = Buffer.alloc(0);
  #begun = false;
  #fault: SelftrainError | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** `text-not-utf8` with the line, once bytes were met that are no characters. */
  get fault(): SelftrainError | undefined {
    return this.#fault;
  }

  /** The text of a piece; of one with a fault, the lines before it. */
  read(chunk: Uint8Array): string {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#rest.length === 0 ? view : Buffer.concat([this.#rest, view]);
    if (this.#head.length < 2) this.#head = Buffer.concat([this.#head, chunk.subarray(0, 2)]).subarray(0, 2);
    const whole = bytes.length - unfinished(bytes);
    this.#rest = bytes.subarray(whole);
    return this.#decode(bytes.subarray(0, whole));
  }

  /** To be called at the end, which is a fault within a character. */
  end(): void {
    this.#decode(this.#rest);
  }

  #decode(bytes: Buffer): string {
    const good = isUtf8(bytes);
    let at = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, at)) {
      if (!good && !isUtf8(bytes.subarray(at, end))) break;
      at = end + 1;
      this.#line++;
    }
    if (!good) this.#fault ??= notUtf8(this.#name, this.#line, isUtf16(this.#head));
    const text = bytes.toString("utf8", 0, good ? bytes.length : at);
    if (this.#begun || text === "") return text;
    this.#begun = true;
    return text.replace(/^\uFEFF/, "");
  }
}

/** The text of bytes that are all there. Throws `text-not-utf8`; `name` says what they are of. */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  const reader = new Utf8Reader(name);
  const text = reader.read(bytes);
  reader.end();
  if (reader.fault) throw reader.fault;
  return text;
}

/** Length of a character's beginning at the end of the bytes, 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
  }
  return 0;
}

/** UTF-16 with a byte order mark, as Windows PowerShell's `>` writes it. */
const isUtf16 = (head: Buffer): boolean => head.equals(LITTLE_ENDIAN) || head.equals(BIG_ENDIAN);
const LITTLE_ENDIAN = Buffer.from([0xff, 0xfe]);
const BIG_ENDIAN = Buffer.from([0xfe, 0xff]);

const notUtf8 = (name: string, line: number, utf16: boolean): SelftrainError =>
  new SelftrainError({
    code: "text-not-utf8",
    message: `${name} is not UTF-8 text.`,
    found: utf16 ? "UTF-16" : `bytes that are no characters in line ${line}`,
    expected: "UTF-8",
    where: `${name}:${line}`,
    remedy: utf16
      ? "Save it as UTF-8: with iconv -f UTF-16 -t UTF-8, or in PowerShell with Out-File -Encoding utf8 instead of >."
      : "Save it as UTF-8, for example with iconv -f LATIN1 -t UTF-8.",
  });
