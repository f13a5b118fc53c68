/** The engine that a self-training run is configured with. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Engine } from "../../engine/engine.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { TinkerEngine } from "../../engine/tinker/tinker-engine.js";
import { SelftrainError } from "../../errors.js";
import { loraShape, loraSource } from "../start/lora.js";
import { checkFeatures } from "./engine-features.js";
import { policyLoss } from "./policy-loss.js";
import type { PreparedTraining } from "./prepare.js";

type Prepared = Pick<PreparedTraining, "config" | "model" | "beside">;

/** Throws as the engine's own opening does, `engine-lacks` where it cannot do what is configured, and `tinker-url-missing`. */
export async function openEngine(
  { config, model, beside }: Prepared,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Engine> {
  if (config.engine.kind === "tinker") return openRemote(config, model.config, environment);
  const { folder, bases } = model;
  const { device, threads, memoryBudgetMiB, gradientCheckpointing } = config.engine;
  return OnnxEngine.create({
    model: { folder, bases },
    lora: loraSource(config.lora, config.seed),
    device,
    threads,
    gradientCheckpointing,
    memoryBudgetMiB: beside ? beside.budget.policyMiB : memoryBudgetMiB,
  });
}

/** The address of a server, as configured or in the environment. Throws `tinker-url-missing`. */
export function serverUrl(
  { url }: Pick<TrainConfig["engine"], "url">,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const found = url ?? environment.TINKER_BASE_URL;
  if (found) return found;
  throw new SelftrainError({
    code: "tinker-url-missing",
    message: "engine.kind is tinker, and no server is named",
    where: "engine.url",
    remedy: "give engine.url, or set TINKER_BASE_URL",
  });
}

async function openRemote(
  config: TrainConfig,
  shape: Prepared["model"]["config"],
  environment: NodeJS.ProcessEnv,
): Promise<Engine> {
  const { engine, lora, seed, adam } = config;
  const adapter = loraShape(lora, shape);
  const { server, wire, accept, reduction } = engine;
  const opened = await TinkerEngine.open({
    url: serverUrl(engine, environment),
    key: environment.TINKER_API_KEY || null,
    baseModel: engine.baseModel ?? config.model,
    config: shape,
    adapter: adapter && { lora: adapter, seed },
    uses: { adam, loss: policyLoss(config), overlap: engine.overlap ?? false },
    ...(server ? { server } : {}),
    ...(wire ? { wire } : {}),
    ...(accept ? { accept } : {}),
    ...(reduction ? { reduction } : {}),
  });
  try {
    checkFeatures(config, opened.capabilities);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
