/** Asking the server: replies as the contract has them, and whatever goes wrong as a problem with a remedy. */
import { MARKER_HEADER, type Problem, type ProblemReply } from "../../api/index.js";

export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly status: number,
  ) {
    super(problem.message);
  }
}

type Query = object;

/** An address with its query; lists repeat, and what is undefined or empty is left out. */
export function withQuery(address: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== "") params.append(name, String(one));
  const text = params.toString();
  return text === "" ? address : `${address}?${text}`;
}

export const get = <Reply>(address: string, signal?: AbortSignal): Promise<Reply> =>
  ask(address, signal ? { signal } : {}).then((response) => response.json() as Promise<Reply>);

export const post = <Reply>(address: string, body: unknown, signal?: AbortSignal): Promise<Reply> =>
  ask(address, posted(body, signal)).then((response) => response.json() as Promise<Reply>);

export const remove = <Reply>(address: string): Promise<Reply> =>
  ask(address, { method: "DELETE", headers: { [MARKER_HEADER]: "1" } }).then(
    (response) => response.json() as Promise<Reply>,
  );

/** Messages of an answer that comes line by line; `body` makes it a POST. */
export async function* messages<Message>(
  address: string,
  signal: AbortSignal,
  body?: unknown,
): AsyncGenerator<Message> {
  const response = await ask(address, body === undefined ? { signal } : posted(body, signal));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line !== "") yield JSON.parse(line) as Message;
  }
  if (rest !== "") yield JSON.parse(rest) as Message;
}

const posted = (body: unknown, signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: { [MARKER_HEADER]: "1", "content-type": "application/json" },
  body: JSON.stringify(body),
  ...(signal ? { signal } : {}),
});

async function ask(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Refused(UNREACHABLE, 0);
  });
  if (response.ok) return response;
  const reply = (await response.json().catch(() => null)) as ProblemReply | null;
  throw new Refused(
    reply?.error ?? {
      code: "no-answer",
      message: `The server answered ${response.status}.`,
      remedy: "Look at the terminal that it runs in.",
    },
    response.status,
  );
}

/** Codes of what the page itself meets; all others are the server's. */
export const NO_SERVER = "unreachable";
const OWN = "page";

const UNREACHABLE: Problem = {
  code: NO_SERVER,
  message: "The server does not answer.",
  remedy: "Start selftrain serve again; this page goes on by itself.",
};

/** What is to be said of anything that was thrown. */
export const problemOf = (thrown: unknown): Problem =>
  thrown instanceof Refused
    ? thrown.problem
    : { code: OWN, message: String(thrown), remedy: "Reload the page." };
