/** Names of repositories on the Hugging Face hub, as users write them: `org/name@revision`, `hf:datasets/org/name:path`. */
import { SelftrainError } from "../../errors.js";

export interface HubId {
  readonly type: "model" | "dataset";
  /** `org/name`; `name` alone for the oldest repositories. */
  readonly name: string;
  /** Branch, tag or commit; null asks for `main`. */
  readonly revision: string | null;
}

/** A dataset with the files that are wanted of it. */
export interface DatasetSpec extends HubId {
  /** A file, a folder or a glob; null takes the data files if they are of one kind. */
  readonly path: string | null;
}

const prefix = "hf:";
const datasetPrefix = "hf:datasets/";
const part = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const commitHash = /^[0-9a-f]{40}$/;

/** Whether a revision is a commit, whose files never change. */
export function isCommit(revision: string | null): revision is string {
  return revision !== null && commitHash.test(revision);
}

export function isDatasetSpec(text: string): boolean {
  return text.startsWith(datasetPrefix);
}

export function hasHubPrefix(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * The model that a text names, or null where it has not the shape of a hub id. After `hf:` it must have, and a name
 * without organisation is one, too: throws `hub-id-malformed`.
 */
export function parseModelId(text: string): HubId | null {
  const explicit = hasHubPrefix(text);
  const id = parseRepo("model", explicit ? text.slice(prefix.length) : text);
  if (id && (explicit || id.name.includes("/"))) return id;
  if (!explicit) return null;
  throw malformed(text, "hf:org/name or hf:org/name@revision");
}

/** Throws `hub-id-malformed`. */
export function parseDatasetSpec(text: string): DatasetSpec {
  const [repo, ...path] = text.slice(datasetPrefix.length).split(":");
  const id = isDatasetSpec(text) ? parseRepo("dataset", repo!) : null;
  const wanted = path.join(":");
  if (!id || /(^|[\\/])\.\.([\\/]|$)/.test(wanted)) {
    throw malformed(text, "hf:datasets/org/name[@revision][:path-or-glob]");
  }
  return { ...id, path: wanted === "" ? null : wanted };
}

function parseRepo(type: HubId["type"], text: string): HubId | null {
  const at = text.indexOf("@");
  const name = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? null : text.slice(at + 1);
  const parts = name.split("/");
  // The hub's own rules; those of a revision are git's, and keep it inside the cache's folder of refs.
  const named =
    parts.length <= 2 && parts.every((p) => part.test(p)) && !/--|\.\./.test(name) && !name.endsWith(".git");
  const revised =
    revision === null ||
    (/^[^\s:?*[\\^~@{/][^\s:?*[\\^~@{]*$/.test(revision) && !/\.\.|\/\/|\/$/.test(revision));
  return named && revised ? { type, name, revision } : null;
}

function malformed(text: string, expected: string): SelftrainError {
  return new SelftrainError({
    code: "hub-id-malformed",
    message: `${text} is not a name on the hub`,
    found: text,
    expected,
    remedy: "copy the name from the page of the model or dataset",
  });
}

/** The id as a user would write it, at another revision: `org/name@revision`. */
export function formatId({ type, name }: HubId, revision: string): string {
  const bare =
    type === "dataset" ? `${datasetPrefix}${name}` : name.includes("/") ? name : `${prefix}${name}`;
  return `${bare}@${revision}`;
}

/** `org/name`, with its revision where one was asked for: for messages. */
export function shownId({ name, revision }: HubId): string {
  return revision === null ? name : `${name}@${isCommit(revision) ? revision.slice(0, 7) : revision}`;
}
