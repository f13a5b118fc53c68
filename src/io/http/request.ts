/**
 * One HTTP request by Node's own client. `fetch` sends Sec-Fetch-Mode, which cannot be left out, and by which some servers (Ray's dashboard) take
 * the sender for a web page and refuse it.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Milliseconds that the answer may take, its body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Follows no redirect. Rejects where there is no whole answer, as Node says it; with `signal`'s reason, or a `TimeoutError`. */
export async function httpAnswer(
  url: string,
  { method, headers, body, timeoutMs, signal }: HttpRequest,
): Promise<HttpAnswer> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const send = new URL(url).protocol === "https:" ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  try {
    const response = await answered(
      send(url, { method, headers: { ...headers, ...length }, signal: ended }),
      body,
    );
    return { status: response.statusCode ?? 0, text: await text(response) };
  } catch (error) {
    throw ended.aborted ? ended.reason : error;
  }
}

const answered = (sent: ClientRequest, body: string | Uint8Array | undefined): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.on("response", resolve).on("error", reject);
    sent.end(body);
  });
