/** Text that is not UTF-8: Node's decoder puts U+FFFD in its place, without a word. */
import { isUtf8 } from "node:buffer";
import { SelftrainError } from "../../errors.js";

const LINE_FEED = 10;

/** The first line that is not UTF-8, counted from 1, of the bytes of a file; null where all are. */
export async function firstNotUtf8(bytes: AsyncIterable<Buffer>): Promise<number | null> {
  let number = 1;
  let rest: Buffer[] = [];
  for await (const chunk of bytes) {
    let at = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
      if (!isUtf8(Buffer.concat([...rest, chunk.subarray(at, end)]))) return number;
      rest = [];
      at = end + 1;
      number++;
    }
    rest.push(chunk.subarray(at));
  }
  return isUtf8(Buffer.concat(rest)) ? null : number;
}

export const notUtf8 = (path: string, line: number): SelftrainError =>
  new SelftrainError({
    code: "text-not-utf8",
    message: `${path} is not UTF-8 text.`,
    found: `bytes that are no characters in line ${line}`,
    expected: "UTF-8",
    where: `${path}:${line}`,
    remedy: "Save the file as UTF-8, for example with iconv -f LATIN1 -t UTF-8.",
  });
