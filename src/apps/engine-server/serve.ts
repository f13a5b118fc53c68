/** `selftrain engine serve`: the embedded engine behind the Tinker protocol, for a loop that runs elsewhere. */
import { isIP } from "node:net";
import type { EngineServeConfig } from "../../config/engine-serve-config.js";
import { inFlightBytes } from "../../config/serve-keys.js";
import { planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { SelftrainError } from "../../errors.js";
import type { HttpServer } from "../../io/http/guarded.js";
import { serveHttp } from "../../io/http/server.js";
import { readModelConfig } from "../../model/config-file.js";
import { checkWeightFiles, resolveLanguageModel } from "../../run/model-folder.js";
import { ApiKey } from "./api-key.js";
import { engineRoutes } from "./routes.js";
import { Service } from "./service.js";
import { Slot } from "./slot.js";
import { Storage } from "./storage.js";

const MIB = 2 ** 20;

export interface EngineServer extends HttpServer {
  /** What clients call the model. */
  readonly model: string;
  /** Bytes that its weights, moments and gradients take, and the process itself. */
  readonly memory: number;
  readonly storage: string;
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Whoever reaches the server trains its model and fills its disk. */
function keyOf({ host, keyVariable }: EngineServeConfig, environment: NodeJS.ProcessEnv): ApiKey | null {
  const key = environment[keyVariable];
  if (key !== undefined && key !== "") return new ApiKey(key);
  if (isLoopback(host)) return null;
  throw new SelftrainError({
    code: "engine-server-open",
    message: "a server that other machines reach must have a key",
    found: `host ${host}, and no ${keyVariable}`,
    where: keyVariable,
    remedy: `put a long random text into ${keyVariable}, here and where the clients run`,
  });
}

/** Loads the model and listens. Throws as `resolveLanguageModel`, `OnnxEngine.create` and `serveHttp` do, and `engine-server-open`. */
export async function serveEngine(
  config: EngineServeConfig,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<EngineServer> {
  const { host, port, maxBodyMiB, allowHosts, allowOrigins, storage, sessionSeconds, longPollSeconds } =
    config;
  const key = keyOf(config, environment);
  const model = await resolveLanguageModel(config.model);
  await checkWeightFiles(model);
  const { folder, bases } = model;
  const shape = readModelConfig(folder, bases);
  const slot = new Slot({ folder, bases, ...config.engine });
  await slot.open();
  const service = new Service(slot, new Storage(storage), 1000 * sessionSeconds);
  const name = config.name ?? config.model;
  const routes = engineRoutes(service, {
    name,
    contextLength: shape.contextLength,
    longPoll: 1000 * longPollSeconds,
    maxBody: maxBodyMiB * MIB,
  });
  try {
    const server = await serveHttp(routes, {
      host,
      port,
      maxBody: maxBodyMiB * MIB,
      maxInFlight: inFlightBytes(config),
      allowed: { hosts: [host, ...allowHosts], origins: allowOrigins },
      token: key,
    });
    const { process, weights, optimizer, gradients } = planMemory(
      { config: shape, lora: null },
      planOptions(config.engine, null),
    ).estimate(1, 1, 1);
    return {
      url: server.url,
      model: name,
      memory: process + weights + optimizer + gradients,
      storage,
      close: async () => {
        await service.close();
        await server.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}
