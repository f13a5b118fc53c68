/**
 * Who may ask a server that listens on the user's machine. A page of any site can send requests there: the browser names
 * its site in `Origin`. A site can also give its own name the machine's address (DNS rebinding), and is then told by
 * `Host`: an address or `localhost` cannot be rebound.
 */
import { isIP } from "node:net";
import { Refusal } from "./refusal.js";

export interface Allowed {
  /** Names in `Host`, without a port, beside addresses and `localhost`. */
  readonly hosts: readonly string[];
  /** Sites in `Origin`, such as `https://example.com`. */
  readonly origins: readonly string[];
}

export interface Asking {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Throws `host-not-allowed` and `origin-not-allowed`, both with status 403. */
export function checkAsking({ host, origin }: Asking, { hosts, origins }: Allowed): void {
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
  if (origin === undefined || origins.includes(origin)) return;
  throw new Refusal(403, {
    code: "origin-not-allowed",
    message: "the request comes from a web page",
    found: origin,
    expected: origins.length === 0 ? "no Origin" : origins.join(", "),
    where: "Origin",
    remedy: "call the server from a program, or start it with --allow-origins and that site",
  });
}

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
