/**
 * Who may ask a server that listens on the user's machine. A page of any site can send requests there: the browser names
 * its site in `Origin`, and says in `Sec-Fetch-Site` of the others, such as those for an image, whether they come from elsewhere. A site can also
 * give its own name the machine's address (DNS rebinding), and is then told by `Host`: an address or `localhost` cannot be rebound.
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { Refusal } from "./refusal.js";

export interface Allowed {
  /** Names in `Host`, without a port, beside addresses and `localhost`. */
  readonly hosts: readonly string[];
  /** Sites in `Origin`, such as `https://example.com`. */
  readonly origins: readonly string[];
  /** Whether the server has pages of its own, which may ask: those whose `Origin` is the `Host` that they ask, port included. */
  readonly ownPages?: boolean;
}

export interface Asking {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  /** `Sec-Fetch-Site`, `-Mode` and `-Dest`, which a browser sends and no page can set. */
  readonly site?: string | undefined;
  readonly mode?: string | undefined;
  readonly dest?: string | undefined;
}

/** What the headers of a request say. */
export const askingOf = ({ headers }: IncomingMessage): Asking => {
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  const { host, origin } = headers;
  return {
    host,
    origin,
    site: text("sec-fetch-site"),
    mode: text("sec-fetch-mode"),
    dest: text("sec-fetch-dest"),
  };
};

/** Throws `host-not-allowed` and `origin-not-allowed`, both with status 403. */
export function checkAsking(asking: Asking, { hosts, origins, ownPages = false }: Allowed): void {
  const { host, origin } = asking;
  if (!isOwn(nameOf(host ?? ""), hosts)) {
    throw new Refusal(403, {
      code: "host-not-allowed",
      message: "the request is for another host",
      found: host ?? "no Host",
      expected: ["an address", "localhost", ...hosts].join(", "),
      where: "Host",
      remedy: "call the server by its address, or start it with --allow-hosts and that name",
    });
  }
  const own = ownPages && (origin === `http://${host}` || origin === `https://${host}`);
  if (origin === undefined ? !isElsewhere(asking) : own || origins.includes(origin)) return;
  throw new Refusal(403, {
    code: "origin-not-allowed",
    message: "the request comes from a web page",
    found: origin ?? `${asking.site}, without an Origin`,
    expected: origins.length === 0 ? "no Origin" : origins.join(", "),
    where: "Origin",
    remedy: "call the server from a program, or start it with --allow-origins and that site",
  });
}

/** Whether a page of another site asks. A reader who follows a link from there to a page of ours is no such page. */
const isElsewhere = ({ site, mode, dest }: Asking): boolean =>
  (site === "cross-site" || site === "same-site") && !(mode === "navigate" && dest === "document");

/** The name in a `Host`, in lower case and without the port; null where it is none. */
function nameOf(host: string): string | null {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@?#\\[\]]+))(?::\d+)?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "") ?? null;
}

function isOwn(name: string | null, hosts: readonly string[]): boolean {
  if (name === null) return false;
  if (isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost")) return true;
  return hosts.some((allowed) => allowed.toLowerCase() === name);
}
