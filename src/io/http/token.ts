/**
 * A secret that clients must show: in `Authorization: Bearer …`, or in a cookie, which a browser is given once it opens an address with
 * `?token=…`. The cookie is no script's to read and is not sent with requests of other sites' pages.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "./refusal.js";

export class Token {
  readonly secret: string;
  /** Cookies do not know ports: each server's has a name of its own. */
  readonly #cookie: string;

  constructor(secret: string) {
    this.secret = secret;
    this.#cookie = `selftrain-${digest(secret).toString("hex").slice(0, 12)}`;
  }

  /** Throws `token-missing` and `token-wrong`, both with status 401. */
  check(request: IncomingMessage, response: ServerResponse): void {
    const inAddress = /[?&]token=([^&#]*)/.exec(request.url ?? "")?.[1];
    const shown = inAddress ?? bearerOf(request) ?? cookieOf(request, this.#cookie);
    if (shown === undefined)
      throw refused("token-missing", "the server asks for its token, and none was shown");
    if (!this.#is(shown)) throw refused("token-wrong", "the token is not that of this server");
    if (inAddress !== undefined)
      response.setHeader("set-cookie", `${this.#cookie}=${this.secret}; Path=/; HttpOnly; SameSite=Lax`);
  }

  /** In a time that does not tell how much of it is right. */
  #is(shown: string): boolean {
    return timingSafeEqual(digest(shown), digest(this.secret));
  }
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const bearerOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "")?.[1];

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const all = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return all.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const refused = (code: "token-missing" | "token-wrong", message: string): Refusal =>
  new Refusal(
    401,
    {
      code,
      message,
      expected: "Authorization: Bearer <token>, or the address that the server printed",
      remedy: "open the address that the server printed, with its ?token=",
    },
    { "www-authenticate": "Bearer" },
  );
