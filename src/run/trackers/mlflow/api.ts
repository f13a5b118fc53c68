/** Requests to an MLflow tracking server. */

export interface MlflowServer {
  readonly url: string;
  /** Sent as a bearer; null where the server asks for none. */
  readonly token: string | null;
}

/** Milliseconds that an answer may take. */
const TIMEOUT = 15_000;

export class MlflowApi {
  readonly #server: MlflowServer;

  constructor(server: MlflowServer) {
    this.#server = server;
  }

  /** The answer's content. Throws where there is none, or the server refuses. */
  async post<T = unknown>(path: string, body: object): Promise<T> {
    const response = await this.#fetch(path, { method: "POST", body: JSON.stringify(body) });
    return (await contentOf(response, path)) as T;
  }

  /** Null where there is no such thing. */
  async get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T | null> {
    const response = await this.#fetch(`${path}?${new URLSearchParams(query)}`, { method: "GET" });
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    return (await contentOf(response, path)) as T;
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    const { url, token } = this.#server;
    // A server may stand below a path of its host.
    const base = url.endsWith("/") ? url : `${url}/`;
    return fetch(`${base}api/2.0/mlflow/${path}`, {
      ...init,
      headers: {
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  }
}

async function contentOf(response: Response, path: string): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return text === "" ? {} : JSON.parse(text);
  throw new Error(`${path}: status ${response.status}: ${text.slice(0, 200)}`);
}
