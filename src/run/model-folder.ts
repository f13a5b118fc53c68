/** Where a model lies: a model folder itself, the last checkpoint of a run, or a model of the hub, downloaded. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SelftrainError } from "../errors.js";
import { type HubId, hasHubPrefix, isCommit, parseModelId } from "../io/hub/hub-id.js";
import { type HubModel, resolveHubModel } from "../io/hub/model.js";
import type { HubOptions } from "../io/hub/options.js";
import { ADAPTER_CONFIG, adapterBase, hasAdapter } from "../model/adapter-files.js";
import { readModelConfig } from "../model/config-file.js";
import { requireLanguageModel } from "../model/head.js";
import { baseMissing, checkModel } from "../model/read-model.js";
import { checkIsHere } from "../model/remote-state.js";
import { latestCheckpoint } from "./checkpoints.js";
import { verifyModel, verifySmallFiles } from "./manifest.js";
import { noticeModelBeside, noticeOwnHead } from "./model-notices.js";
import type { RunOptions } from "./observer.js";
import { isRun } from "./run-info.js";

const CONFIG = "config.json";

export interface ResolvedModel {
  readonly folder: string;
  /** Null for a model on this machine. */
  readonly hub: HubModel | null;
  /** Of an adapter: the folder of the model it belongs to, and where that is an adapter, of its model, and so on. */
  readonly bases: readonly string[];
  /** All of these that are of the hub, the model itself first. */
  readonly ofHub: readonly HubModel[];
}

export interface ResolveOptions extends Pick<RunOptions, "observer" | "signal"> {
  /** `false` leaves the weights on the hub: what a plan needs is small. */
  readonly weights?: boolean;
  /** Ask the hub for nothing. */
  readonly cacheOnly?: boolean;
}

/**
 * The folder of a model as a user names it: a path here, else `org/name`, `org/name@revision` or `hf:…` on the hub,
 * which is downloaded into the cache that Python's libraries share. The model that an adapter belongs to is found likewise.
 * Throws as `modelFolder` and `resolveHubModel` do, `adapter-base-missing`, and `checkpoint-corrupt`.
 */
export async function resolveModel(model: string, options: ResolveOptions = {}): Promise<ResolvedModel> {
  const id = hubIdOf(model);
  const hub = id && (await resolveHubModel(id, { ...hubOptions(options), weights: options.weights }));
  const folder = hub?.folder ?? modelFolder(model);
  await verifySmallFiles(folder);
  const base = hasAdapter(folder) ? await resolveBase(folder, options) : null;
  if (base) noticeModelBeside(folder, base.folder, options.observer);
  else noticeOwnHead(folder, options.observer);
  return {
    folder,
    hub,
    bases: base ? [base.folder, ...base.bases] : [],
    ofHub: [...(hub ? [hub] : []), ...(base?.ofHub ?? [])],
  };
}

/** A model that writes text, resolved. Throws as `resolveModel`, and `model-is-reward-model`. */
export async function resolveLanguageModel(
  model: string,
  options: ResolveOptions = {},
): Promise<ResolvedModel> {
  const resolved = await resolveModel(model, options);
  const { folder, bases } = resolved;
  requireLanguageModel(readModelConfig(folder, bases), folder);
  return resolved;
}

/**
 * Whether the weights that are on this machine can be loaded, by their headers, and are the ones that were written, where a manifest says; those
 * still to come of the hub are passed over. Throws as `checkModel` and `verifyModel`.
 */
export async function checkWeightFiles({ folder, bases, ofHub }: ResolvedModel): Promise<void> {
  const absent = ofHub.filter(({ missingBytes }) => missingBytes > 0).map((hub) => hub.folder);
  checkModel(folder, bases, new Set(absent));
  await verifyModel(folder, bases);
}

/** The model of an adapter, which `adapter_config.json` names as a user would, its revision apart. */
async function resolveBase(folder: string, options: ResolveOptions): Promise<ResolvedModel> {
  const { name, revision } = adapterBase(folder);
  if (existsSync(name)) return resolveModel(name, options);
  const named = revision === null ? name : `${name}@${revision}`;
  if (hubIdOf(named) === null) throw baseMissing(folder, name);
  try {
    // The cache first: an adapter was trained on one state of its model, and a resumed run asks the hub for nothing.
    return await resolveModel(named, { ...options, cacheOnly: true });
  } catch (error) {
    if (!(error instanceof SelftrainError) || error.code !== "hub-offline") throw error;
    return resolveModel(named, options);
  }
}

/** What the hub is told of how a run is watched and stopped. */
export function hubOptions({ observer, signal, cacheOnly }: ResolveOptions): HubOptions {
  return {
    signal,
    cacheOnly,
    onProgress: (progress) => observer?.({ type: "download", ...progress }),
    onNotice: (code, message) => observer?.({ type: "notice", code, message }),
  };
}

/**
 * The model of the hub that is meant, or null for one here. Where the folder above is here, as in `runs/srt`, a name is
 * a path, misspelt perhaps: it does not go to the hub unless `hf:` or a commit says so.
 */
export function hubIdOf(model: string): HubId | null {
  const id = parseModelId(model);
  if (hasHubPrefix(model)) return id;
  if (existsSync(model)) return null;
  return isCommit(id?.revision ?? null) || !existsSync(dirname(model)) ? id : null;
}

/** A model, or an adapter, on this machine. Throws `model-not-found`, `model-at-server`, or `run-without-checkpoint` for a run that has not kept one yet. */
export function modelFolder(path: string): string {
  if ([CONFIG, ADAPTER_CONFIG].some((name) => existsSync(join(path, name)))) return path;
  checkIsHere(path);
  if (isRun(path)) {
    const latest = latestCheckpoint(path);
    if (latest) {
      checkIsHere(latest.path);
      return latest.path;
    }
    throw new SelftrainError({
      code: "run-without-checkpoint",
      message: "this run has no checkpoint yet",
      where: path,
      remedy: "let it reach its first checkpoint, or continue it with --resume",
    });
  }
  throw new SelftrainError({
    code: "model-not-found",
    message: `there is no model in ${path}`,
    found: existsSync(path) ? "a folder without config.json that is no run" : "no such folder",
    expected:
      "a folder with config.json, model.safetensors and tokenizer.json, or one of a PEFT adapter, a run directory, or a model of the hub (org/name)",
    where: path,
    remedy: `make a model with selftrain pretrain, or give the path of one${parseModelId(path) ? `; hf:${path} takes it from the hub` : ""}`,
  });
}
