/** Ray's Jobs API as its documentation and its server have it (Ray 2.58), over HTTP on loopback, with faults to order. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRay {
  readonly url: string;
  /** `METHOD path` of each request, in order. */
  readonly requests: string[];
  /** Authorization of each. */
  readonly tokens: (string | undefined)[];
  readonly packages: Map<string, Buffer>;
  readonly jobs: Map<string, Job>;
  /** Called with each request before it is answered; what it returns is the status that it gets instead, or `lost` for none. */
  fault: (request: string, count: number) => number | "lost" | "lost-after" | undefined;
  close(): Promise<void>;
}

export interface Job {
  readonly request: Record<string, unknown>;
  status: string;
  message: string | null;
  logs: string;
  stopped: boolean;
  /** Called whenever the job is looked at. */
  onLook: (job: Job) => void;
}

export async function fakeRay(token?: string): Promise<FakeRay> {
  const fake: Omit<FakeRay, "url" | "close"> = {
    requests: [],
    tokens: [],
    packages: new Map(),
    jobs: new Map(),
    fault: () => undefined,
  };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const asked = `${request.method} ${request.url}`;
    fake.requests.push(asked);
    fake.tokens.push(request.headers.authorization);
    const fault = fake.fault(asked, fake.requests.filter((own) => own === asked).length);
    if (fault === "lost") return void request.socket.destroy();
    if (typeof fault === "number") return send(response, fault, "not now");
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return send(response, 401, "Unauthorized");
    // What comes from a web page may look and change nothing (ray/dashboard/optional_utils.py, is_browser_request).
    const page = /^Mozilla/.test(request.headers["user-agent"] ?? "") || "sec-fetch-mode" in request.headers;
    if (page && request.method !== "GET")
      return send(response, 405, "method not allowed for browser traffic.");
    const answer = answerTo(fake, request, body);
    if (fault === "lost-after") return void request.socket.destroy();
    send(response, ...answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

function send(response: ServerResponse, status: number, body: unknown = ""): void {
  response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
}

function answerTo(
  fake: Omit<FakeRay, "url" | "close">,
  { method, url = "" }: IncomingMessage,
  body: Buffer,
): [number, unknown?] {
  const [, , kind, first, second] = url.split("/");
  if (kind === "packages") {
    if (method === "GET") return [fake.packages.has(second!) ? 200 : 404];
    fake.packages.set(second!, body);
    return [200];
  }
  if (method === "POST" && first === "") {
    const request = JSON.parse(body.toString()) as Record<string, unknown>;
    const id = request.submission_id as string;
    if (fake.jobs.has(id)) return [500, `Traceback\nRuntimeError: Job ${id} already exists`];
    fake.jobs.set(id, {
      request,
      status: "PENDING",
      message: null,
      logs: "",
      stopped: false,
      onLook: () => {},
    });
    return [200, { job_id: id, submission_id: id }];
  }
  const job = fake.jobs.get(first ?? "");
  if (job === undefined) return [404, `Job ${first} does not exist`];
  if (second === "stop") {
    job.stopped = true;
    job.status = "STOPPED";
    return [200, { stopped: true }];
  }
  if (second === "logs") return [200, { logs: job.logs }];
  job.onLook(job);
  return [200, { type: "SUBMISSION", submission_id: first, status: job.status, message: job.message }];
}
