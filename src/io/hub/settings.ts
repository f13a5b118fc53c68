/** How the hub is reached, from the environment variables that Python's huggingface_hub reads. */
import fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";

export interface HubSettings {
  /** `HF_ENDPOINT`, without a slash at the end. */
  readonly endpoint: string;
  /** `HF_HUB_CACHE`, by default `$HF_HOME/hub`. */
  readonly cache: string;
  /** `HF_TOKEN`, or what `HF_TOKEN_PATH` (by default `$HF_HOME/token`) holds; sent to the endpoint alone. */
  readonly token: string | null;
  /** `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`: nothing is requested. */
  readonly offline: boolean;
  /** `HF_HUB_DOWNLOAD_TIMEOUT`, in milliseconds: how long the hub may send nothing. */
  readonly idleMs: number;
  /** How often a request is tried again, and how long after the first failure; the wait doubles. */
  readonly retries: number;
  readonly retryMs: number;
}

/** Without the slashes at its end. */
export function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}

type Env = Readonly<Record<string, string | undefined>>;

/** Throws `hub-endpoint-malformed` and `hub-token-malformed`. */
export function hubSettings(env: Env = process.env): HubSettings {
  const home = inHome(env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface"));
  const timeout = Number(env.HF_HUB_DOWNLOAD_TIMEOUT);
  return {
    endpoint: endpointOf(env.HF_ENDPOINT || "https://huggingface.co"),
    cache: inHome(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub")),
    token: tokenOf(env, inHome(env.HF_TOKEN_PATH || join(home, "token"))),
    offline: /^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE || ""),
    idleMs: timeout > 0 ? timeout * 1000 : 30_000,
    retries: 4,
    retryMs: 500,
  };
}

function inHome(path: string): string {
  return /^~(?=$|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : path;
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const credentials = url !== null && (url.username !== "" || url.password !== "");
  if (url && /^https?:$/.test(url.protocol) && !credentials) return withoutSlashes(text);
  throw new SelftrainError({
    code: "hub-endpoint-malformed",
    message: "HF_ENDPOINT is not the address of a hub",
    // Not shown where it holds a password.
    ...(credentials ? {} : { found: text }),
    expected: "an address such as https://huggingface.co, without a user name",
    where: "HF_ENDPOINT",
    remedy: "correct the variable, or unset it",
  });
}

function tokenOf(env: Env, file: string): string | null {
  const stored = () => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
  const token = (env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN || stored()).trim();
  if (/^[\x21-\x7e]*$/.test(token)) return token || null;
  // Refused here, because the error of a header with a stray character shows the header.
  throw new SelftrainError({
    code: "hub-token-malformed",
    message: "the hub token has a space or a character that is not ASCII in it",
    where: env.HF_TOKEN ? "HF_TOKEN" : file,
    remedy: "copy the token again from the settings page of the hub",
  });
}
