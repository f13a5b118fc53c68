/** A hub that has one small model, and what asks it. */
import { join } from "node:path";
import { parseModelId } from "../../../src/io/hub/hub-id.js";
import { resolveHubModel } from "../../../src/io/hub/model.js";
import type { HubSettings } from "../../../src/io/hub/settings.js";
import { FakeHub } from "./fake-hub.js";
import { temporaryHome, testSettings } from "./hub-folder.js";

export const weights = Buffer.alloc(300_000, "weights");
export const small = { "config.json": '{"model_type": "llama"}', "tokenizer.json": "{}" };
export const model = {
  name: "org/tiny",
  files: { ...small, "model.safetensors": weights, "README.md": "# tiny" },
};

export interface TinyHub {
  readonly hub: FakeHub;
  readonly settings: HubSettings;
  /** The folder of the model in the cache. */
  readonly repo: string;
}

export async function startHub(): Promise<TinyHub> {
  const hub = await FakeHub.start();
  const home = temporaryHome();
  return { hub, settings: testSettings(hub.url, home), repo: join(home, "hub", "models--org--tiny") };
}

export const resolveWith =
  (settingsOf: () => HubSettings) =>
  (id: string, options: Parameters<typeof resolveHubModel>[1] = {}) =>
    resolveHubModel(parseModelId(id)!, { settings: settingsOf(), ...options });
