/** Bytes are read as UTF-8 or refused with their line, however they are cut into pieces. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SelftrainError } from "../src/errors.js";
import { decodeUtf8, Utf8Reader } from "../src/utf8.js";

/** Text and first fault of bytes that come in pieces of these lengths, over and over. */
function inPieces(bytes: Uint8Array, lengths: readonly number[]) {
  const reader = new Utf8Reader("the file");
  let text = "";
  for (let at = 0, i = 0; at < bytes.length && !reader.fault; i++) {
    const length = lengths[i % lengths.length]!;
    text += reader.read(bytes.subarray(at, at + length));
    at += length;
  }
  if (!reader.fault) reader.end();
  return { text, fault: reader.fault };
}

/** What the platform's strict decoder says of it; null where it refuses. */
function reference(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((value) => !/\p{Surrogate}/u.test(value));
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const bytes = fc
  .array(
    fc.oneof(
      text.map((value) => Buffer.from(value)),
      fc.uint8Array({ maxLength: 6 }),
      fc.constant(Buffer.from("\n")),
    ),
  )
  .map((parts) => Buffer.concat(parts));

describe("UTF-8 in pieces", () => {
  it("is the text that the platform's strict decoder reads, or a fault where that refuses", () => {
    fc.assert(
      fc.property(bytes, pieces, (value, lengths) => {
        const { text, fault } = inPieces(value, lengths);
        const expected = reference(value);
        if (expected === null) expect(fault?.code).toBe("text-not-utf8");
        else expect({ text, fault }).toEqual({ text: expected, fault: undefined });
      }),
    );
  });

  it("names the first line that is none, and gives the lines before it", () => {
    const line = text.filter((value) => !value.includes("\n"));
    fc.assert(
      fc.property(fc.array(line), line, pieces, (before, after, lengths) => {
        const good = before.map((value) => `x${value}\n`).join("");
        const value = Buffer.concat([
          Buffer.from(`${good}${after}`),
          Buffer.from([0xff]),
          Buffer.from("\nz"),
        ]);
        const read = inPieces(value, lengths);
        expect(read.fault).toMatchObject({ where: `the file:${before.length + 1}` });
        expect(read.text.startsWith(good)).toBe(true);
        expect(() => decodeUtf8(value, "the file")).toThrow(read.fault as SelftrainError);
      }),
    );
  });

  it.each([
    ["a byte that begins nothing", [0x61, 0xff], 1],
    ["a character that is cut off at the end", [0x61, 0x0a, 0xe2, 0x82], 2],
    ["one that is cut off by a line's end", [0xe2, 0x82, 0x0a, 0x61], 1],
    ["a surrogate", [0xed, 0xa0, 0x80], 1],
    ["an overlong character", [0x0a, 0x0a, 0xc0, 0xaf], 3],
    ["Latin-1", [...Buffer.from("a\nfür", "latin1")], 2],
  ])("refuses %s", (_, values, line) => {
    for (const lengths of [[1], [2], [100]])
      expect(inPieces(Uint8Array.from(values), lengths).fault).toMatchObject({
        code: "text-not-utf8",
        where: `the file:${line}`,
        remedy: expect.stringContaining("LATIN1"),
      });
  });

  it.each(["le", "be"])("tells UTF-16 (%s) by its mark, and its remedy", (order) => {
    const value = Buffer.from('\ufeff{"a": 1}\n', "utf16le");
    if (order === "be") value.swap16();
    for (const lengths of [[1], [100]]) {
      const { fault } = inPieces(value, lengths);
      expect(fault).toMatchObject({ code: "text-not-utf8", found: "UTF-16", where: "the file:1" });
      expect(fault?.remedy).toMatch(/iconv -f UTF-16 .*Out-File -Encoding utf8/);
      expect(fault?.remedy).not.toContain("LATIN1");
    }
  });

  it("drops one byte order mark at the start, and no other", () => {
    for (const lengths of [[1], [2], [100]])
      expect(inPieces(Buffer.from("\ufeff\ufeffa\n\ufeff"), lengths).text).toBe("\ufeffa\n\ufeff");
  });

  it("reads the character for what is none as itself", () => {
    expect(decodeUtf8(Buffer.from("a\ufffdb"), "x")).toBe("a\ufffdb");
  });
});
