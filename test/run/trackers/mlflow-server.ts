/** An MLflow tracking server by its documented REST protocol, as far as a run uses it, that refuses what MLflow refuses. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoggedMetric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
}

interface StoredRun {
  status: string;
  readonly name: string;
  readonly metrics: LoggedMetric[];
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
}

/** Answers with an error before it looks at the request; null to let it through. */
export type Fault = (path: string) => { status: number } | "hang" | null;

export class MlflowServer {
  readonly runs: StoredRun[] = [];
  readonly authorizations = new Set<string>();
  fault: Fault = () => null;
  readonly #experiments: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "", "http://localhost");
      const path = url.pathname.replace("/api/2.0/mlflow/", "");
      const fault = this.fault(path);
      if (fault === "hang") return;
      if (request.headers.authorization) this.authorizations.add(request.headers.authorization);
      const [status, body] = fault
        ? [fault.status, {}]
        : this.#answer(
            path,
            request.method === "GET" ? Object.fromEntries(url.searchParams) : await bodyOf(request),
          );
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(path: string, body: Record<string, unknown>): [status: number, body: object] {
    const run = this.runs[Number(body.run_id)];
    const missing: [number, object] = [404, { error_code: "RESOURCE_DOES_NOT_EXIST" }];
    const invalid: [number, object] = [400, { error_code: "INVALID_PARAMETER_VALUE" }];
    if (path === "experiments/get-by-name") {
      const id = this.#experiments.indexOf(String(body.experiment_name));
      return id < 0 ? missing : [200, { experiment: { experiment_id: String(id) } }];
    }
    if (path === "experiments/create")
      return [200, { experiment_id: String(this.#experiments.push(String(body.name)) - 1) }];
    if (path === "runs/create") {
      if (this.#experiments[Number(body.experiment_id)] === undefined) return missing;
      const id = this.runs.push({
        status: "RUNNING",
        name: String(body.run_name),
        metrics: [],
        params: new Map(),
        tags: new Map(),
      });
      return [200, { run: { info: { run_id: String(id - 1) } } }];
    }
    if (run === undefined) return missing;
    if (path === "runs/update") run.status = String(body.status);
    else if (path === "runs/set-tag") run.tags.set(String(body.key), String(body.value));
    else if (path === "runs/log-batch") {
      const { metrics = [], params = [] } = body as {
        metrics?: LoggedMetric[];
        params?: { key: string; value: string }[];
      };
      if (metrics.length > 1000 || params.length > 100) return invalid;
      if (metrics.some((own) => typeof own.value !== "number" || !Number.isInteger(own.step))) return invalid;
      if ([...metrics, ...params].some(({ key }) => !/^[\w\-. /]+$/.test(key) || key.length > 250))
        return invalid;
      // A parameter is written once.
      if (params.some(({ key, value }) => value.length > 6000 || (run.params.get(key) ?? value) !== value))
        return invalid;
      run.metrics.push(...metrics);
      for (const { key, value } of params) run.params.set(key, value);
    } else return missing;
    return [200, {}];
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}
