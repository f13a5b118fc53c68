/** The body of a request, as bytes or text, within limits. */
import type { IncomingMessage } from "node:http";
import { SelftrainError } from "../../errors.js";
import { decodeUtf8 } from "../../utf8.js";
import type { Share } from "./in-flight.js";
import { Refusal } from "./refusal.js";

/**
 * Reads a body of at most `most` bytes, which are counted in `share`. What the request announces is taken at once: otherwise each of many large
 * bodies gets a part of what there is, and none gets in. Throws `request-too-large` (413) and `server-busy` (503).
 */
export async function readBytes(request: IncomingMessage, most: number, share: Share): Promise<Buffer> {
  const announced = request.headers["content-length"];
  if (announced !== undefined) {
    if (Number(announced) > most) throw tooLarge(most, `${announced} bytes`);
    share.take(Number(announced));
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw tooLarge(most, `${size} bytes and more`);
    if (announced === undefined) share.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The same as text; a byte order mark is dropped. Throws `text-not-utf8` (400) too. */
export async function readBody(request: IncomingMessage, most: number, share: Share): Promise<string> {
  const bytes = await readBytes(request, most, share);
  try {
    return decodeUtf8(bytes, "the body");
  } catch (error) {
    const remedy = "send the text as UTF-8";
    throw error instanceof SelftrainError ? new Refusal(400, { ...error.toJSON(), remedy }) : error;
  }
}

const tooLarge = (most: number, found: string): Refusal =>
  new Refusal(413, {
    code: "request-too-large",
    message: "the body is too large",
    found,
    expected: `${most} bytes at most`,
    remedy: "send less at a time, or start the server with a larger --max-body-mib",
  });
