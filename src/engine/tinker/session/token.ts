/** Servers that give a short-lived token for the key: it is sent in the key's place, and renewed before it ends. */
import { ask } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import { type Fields, stringOf } from "../wire/fields.js";

export interface Token {
  onRenewed(listener: (key: string) => void): void;
  stop(): void;
}

/** Milliseconds before its end that a token is renewed. */
const MARGIN = 5 * 60_000;

/** The server's configuration for clients; empty where it has none. */
async function clientConfig(transport: Transport, sdkVersion: string): Promise<Fields> {
  try {
    return await ask(transport, {
      path: "client/config",
      repeatable: true,
      body: { sdk_version: sdkVersion },
    });
  } catch (error) {
    // Many servers have no such address.
    if (/^(?:404|405|422|501)/.test(String((error as { found?: unknown }).found))) return {};
    throw error;
  }
}

/** When a token ends, in milliseconds since 1970, as it says itself. */
function endOf(jwt: string): number {
  try {
    const payload = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as {
      exp?: number;
    };
    return 1000 * (payload.exp ?? 0);
  } catch {
    return 0;
  }
}

export async function useToken(transport: Transport, sdkVersion: string): Promise<Token> {
  const config = await clientConfig(transport, sdkVersion);
  const listeners: ((key: string) => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  const renew = async (): Promise<void> => {
    const { jwt } = await ask(transport, { path: "auth/token", repeatable: true, body: {} });
    const token = stringOf(jwt, "jwt");
    transport.useKey(token);
    for (const listener of listeners) listener(token);
    const wait = Math.max(10_000, endOf(token) - Date.now() - MARGIN);
    // Where it fails, the next request says so.
    timer = setTimeout(() => void renew().catch(() => {}), Math.min(wait, 2 ** 31 - 1));
    timer.unref();
  };
  if (config.pjwt_auth_enabled === true) await renew();
  return {
    onRenewed: (listener) => listeners.push(listener),
    stop: () => {
      if (timer) clearTimeout(timer);
    },
  };
}
