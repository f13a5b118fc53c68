/** What the hub says of a repository, asked through @huggingface/hub. */
import { SelftrainError } from "../../errors.js";
import { type Call, hubFetch } from "./http.js";
import { placeOf } from "./http-errors.js";
import { isCommit } from "./hub-id.js";
import { type Listing, toListing } from "./listing.js";

// Loaded when first needed: most commands never ask the hub.
const library = () => import("@huggingface/hub");

/** The commit that the revision is at. */
export async function fetchCommit(call: Call): Promise<string> {
  const { type, name, revision } = call.subject.id;
  const { datasetInfo, modelInfo } = await library();
  const asked = { name, revision: revision ?? "main", hubUrl: call.settings.endpoint, fetch: hubFetch(call) };
  return understood(call, async () => {
    const { sha } =
      type === "model"
        ? await modelInfo({ ...asked, additionalFields: ["sha"] })
        : await datasetInfo({ ...asked, additionalFields: ["sha"] });
    if (!isCommit(sha)) throw new Error(`no commit in the answer: ${sha}`);
    return sha;
  });
}

/** All files of a commit. */
export async function fetchListing(commit: string, call: Call): Promise<Listing> {
  const { type, name } = call.subject.id;
  const { listFiles } = await library();
  return understood(call, () =>
    toListing(
      listFiles({
        repo: { type, name },
        revision: commit,
        recursive: true,
        hubUrl: call.settings.endpoint,
        fetch: hubFetch(call),
      }),
    ),
  );
}

/** The address of a file's content. */
export function fileUrl(commit: string, path: string, { settings, subject: { id } }: Call): string {
  const repo = `${settings.endpoint}/${id.type === "dataset" ? "datasets/" : ""}${id.name}`;
  return `${repo}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Throws `hub-answer-malformed` where what answers is not a hub, such as the login page of a network. */
async function understood<T>({ settings, subject, signal }: Call, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof SelftrainError) throw cause;
    throw new SelftrainError(
      {
        code: "hub-answer-malformed",
        message: `${settings.endpoint} answers, but not as the hub does`,
        found: (cause as Error).message.slice(0, 200),
        where: placeOf(subject),
        remedy: "check HF_ENDPOINT, and whether this network asks to log in first",
      },
      { cause },
    );
  }
}
