/** `selftrain vote serve`: the vote over HTTP, for programs that train elsewhere. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type VoteServeConfig, voteRequestSchema } from "../../config/grade-config.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { parseJson } from "../../data/table/exact-json.js";
import { SelftrainError } from "../../errors.js";
import { Grader } from "./grader.js";
import { type GroupVote, voteOnGroup } from "./group-vote.js";
import { gradeSample } from "./sample.js";

export interface VoteServer {
  /** `http://127.0.0.1:8377`. */
  readonly url: string;
  /** Answers the requests that are under way, and takes no more. */
  close(): Promise<void>;
}

/** Listens. Throws `serve-address` where it cannot. */
export async function serveVotes(config: VoteServeConfig): Promise<VoteServer> {
  // Made once, so that a mistake in the configuration shows now and not at the first request.
  new Grader(config, solutionRules);
  const server = createServer((request, response) => void respond(request, response, config));
  await listening(server, config);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listening(server: Server, { host, port }: VoteServeConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new SelftrainError(
          {
            code: "serve-address",
            message: `cannot listen at ${host}:${port}: ${cause.message}`,
            found: cause.code,
            where: `${host}:${port}`,
            remedy: "give another --port (0 takes a free one) or --host",
          },
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  config: VoteServeConfig,
): Promise<void> {
  const send = (status: number, value: unknown): void => {
    const body = JSON.stringify(value);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };
  try {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path !== "/vote") throw refusal(404, "not-found", `there is nothing at ${path}`, "POST /vote");
    if (request.method !== "POST")
      throw refusal(405, "method", `${request.method} is not how to vote`, "POST /vote");
    send(200, voteOnRequest(await bodyOf(request, config.maxBodyMiB * 2 ** 20), config));
  } catch (error) {
    // The rest of a body that was refused is let through, so that its sender reads why.
    request.resume();
    if (error instanceof Refusal) send(error.status, { error: error.toJSON() });
    else if (error instanceof SelftrainError) send(422, { error: error.toJSON() });
    else send(500, { error: { code: "unexpected", message: (error as Error).message, remedy: "report it" } });
  }
}

/** Votes on the groups of a request. Throws what is wrong with it. */
function voteOnRequest(body: string, config: VoteServeConfig): { results: GroupVote[] } {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    throw refusal(400, "request-json", `the body is not JSON: ${(error as Error).message}`, "a JSON object");
  }
  const parsed = voteRequestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(
      400,
      "request-malformed",
      `${issue!.path.join(".") || "the body"}: ${issue!.message}`,
      '{"groups": [{"id": "…", "samples": [{"text": "…"}]}], "options": {}}',
    );
  }
  const given = Object.entries(parsed.data.options).filter(([, option]) => option !== undefined);
  const options = { ...config, ...Object.fromEntries(given) };
  const grader = new Grader(config, solutionRules);
  const results = parsed.data.groups.map(({ id, samples }) => {
    const graded = samples.map((sample, i) => gradeSample(sample, `sample ${i + 1} of group ${id}`, grader));
    return voteOnGroup(String(id), graded, options);
  });
  grader.failures.check();
  return { results };
}

class Refusal extends SelftrainError {
  readonly status: number;

  constructor(status: number, details: ConstructorParameters<typeof SelftrainError>[0]) {
    super(details);
    this.status = status;
  }
}

const refusal = (status: number, code: string, message: string, expected: string): Refusal =>
  new Refusal(status, { code, message, expected, remedy: "see docs/concepts/answers.md" });

/** The body as text. Throws a refusal where it is larger than that. */
async function bodyOf(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most)
      throw refusal(413, "request-too-large", "the body is too large", `${most} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
