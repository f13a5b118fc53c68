/** The key that clients of an engine server show, in `X-API-Key` or as a bearer token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refusal } from "../../io/http/refusal.js";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export class ApiKey {
  readonly #digest: Buffer;

  constructor(key: string) {
    this.#digest = digest(key);
  }

  /** Throws `api-key-refused`, with status 401. The time that it takes does not tell how much of a key is right. */
  check({ headers }: Pick<IncomingMessage, "headers">): void {
    const bearer = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "")?.[1];
    const shown = headers["x-api-key"] ?? bearer;
    if (typeof shown === "string" && timingSafeEqual(digest(shown), this.#digest)) return;
    throw new Refusal(
      401,
      {
        code: "api-key-refused",
        message: shown === undefined ? "the server asks for its key" : "the key is not that of this server",
        expected: "the server's key in X-API-Key",
        remedy: "put the key that the server was started with into TINKER_API_KEY",
      },
      { "www-authenticate": "Bearer" },
    );
  }
}
