/** A model that a client trains: the protocol's operations on the engine. */
import type { AdamParams, Engine, Sampler } from "../../engine/engine.js";
import type { ForwardBackwardRequest } from "../../engine/tinker/wire/messages.js";
import { floats } from "../../engine/tinker/wire/tensor.js";
import { badRequest, joined, lossOf } from "./data.js";
import { InOrder, Once } from "./numbered.js";
import type { Result } from "./results.js";
import type { Storage } from "./storage.js";

/** Adam's parameters by the protocol's names, with its defaults. */
const ADAM: Readonly<Record<string, readonly [keyof AdamParams, number]>> = {
  learning_rate: ["learningRate", 1e-4],
  beta1: ["beta1", 0.9],
  beta2: ["beta2", 0.95],
  eps: ["eps", 1e-12],
  weight_decay: ["weightDecay", 0],
  grad_clip_norm: ["gradClipNorm", 0],
};

/** Errors: `tinker-request-unsupported`. */
export function adamOf(given: Readonly<Record<string, unknown>>): AdamParams {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(ADAM, key));
  if (unknown !== undefined)
    throw badRequest("adam_params has an unknown key", unknown, Object.keys(ADAM).join(", "));
  const entries = Object.entries(ADAM).map(([key, [name, byDefault]]) => {
    const value = given[key] ?? byDefault;
    if (typeof value !== "number" || !(value >= 0 && value < Infinity))
      throw badRequest(`adam_params.${key} is no such number`, value, "0 or more");
    return [name, value];
  });
  return Object.fromEntries(entries) as AdamParams;
}

/** Logprobs at all positions of the input; those before a mask's first 1 are 0. */
function outputsOf(lengths: readonly number[], before: readonly number[], logprobs: readonly Float32Array[]) {
  return logprobs.map((own, i) => {
    const all = new Float32Array(lengths[i]!);
    all.set(own, before[i]);
    return { logprobs: floats(all) };
  });
}

/** Scores what a request holds. */
export async function score(
  sampler: Pick<Sampler, "logprobs">,
  request: ForwardBackwardRequest,
): Promise<Result> {
  const data = request.data.map((own, i) => joined(own, { kind: "cross-entropy" }, i));
  const logprobs = await sampler.logprobs(data.map(({ datum }) => datum));
  const lengths = request.data.map(({ tokens }) => tokens.length);
  const before = data.map((own) => own.before);
  return { kind: "logprobs", output: { outputs: outputsOf(lengths, before, logprobs), metrics: {} } };
}

export class ServedModel {
  readonly id: string;
  readonly sessionId: string;
  /** Null of a model that is trained itself. */
  readonly rank: number | null;
  readonly order = new InOrder();
  readonly once = new Once();
  /** Made when the model's turn has come. */
  readonly engine: Engine;

  constructor(id: string, sessionId: string, rank: number | null, engine: Engine) {
    this.id = id;
    this.sessionId = sessionId;
    this.rank = rank;
    this.engine = engine;
  }

  async pass(request: ForwardBackwardRequest): Promise<Result> {
    if (request.forwardOnly) return score(await this.engine.refreshSampler(), request);
    const loss = lossOf(request.lossFn, request.lossConfig);
    const data = request.data.map((own, i) => joined(own, loss, i));
    const result = await this.engine.forwardBackward(
      data.map(({ datum }) => datum),
      loss,
    );
    const lengths = request.data.map(({ tokens }) => tokens.length);
    const outputs = outputsOf(
      lengths,
      data.map(({ before }) => before),
      result.logprobs,
    );
    const metrics = {
      "loss:sum": result.loss,
      "clipped:sum": result.clipped,
      "micro_batches:sum": result.microBatches,
      ...(result.entropy === null ? {} : { "entropy:sum": result.entropy }),
    };
    return { kind: "logprobs", output: { outputs, metrics } };
  }

  async optimStep(adam: Readonly<Record<string, unknown>>): Promise<Result> {
    const { gradNorm, policyVersion } = await this.engine.optimStep(adamOf(adam));
    const metrics = { "grad_norm:mean": gradNorm, "step:max": policyVersion };
    return { kind: "json", value: { type: "optim_step", metrics } };
  }

  async save(name: string, storage: Storage): Promise<Result> {
    const path = await storage.save(this.id, name, (folder) => this.engine.saveState(folder));
    return { kind: "json", value: { type: "save_weights", path } };
  }

  async load(path: string, optimizer: boolean, storage: Storage): Promise<Result> {
    if (!optimizer)
      throw badRequest(
        "weights are loaded here with the optimiser's state alone",
        "optimizer false",
        "optimizer true",
      );
    await this.engine.loadState(storage.folderOf(path));
    return { kind: "json", value: { type: "load_weights", path } };
  }
}
