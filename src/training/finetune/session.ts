/** What an offline run works with. */
import type { FinetuneConfig } from "../../config/finetune-config.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { verifyModel } from "../../run/manifest.js";
import { resolveLanguageModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import type { Session } from "../loop/session.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { loraSource } from "../start/lora.js";
import { heldOutPool, trainingPool } from "../start/pools.js";

export type OfflineSession = Pick<Session, "engine" | "tokenizer" | "pool" | "heldOut">;

/** Opens the model with the prompts. The caller closes the engine. */
export async function openOffline(config: FinetuneConfig, options: RunOptions = {}): Promise<OfflineSession> {
  const { folder, bases } = await resolveLanguageModel(config.model, options);
  const tokenizer = loadTokenizer(folder, bases);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const pool = await trainingPool(config, tokenizer, options);
  const lora = loraSource(config.lora, config.seed);
  await verifyModel(folder, bases);
  const engine = await OnnxEngine.create({ model: { folder, bases }, lora, ...config.engine });
  try {
    checkVocabulary(engine.capabilities, tokenizer, folder);
    const prompts = [...pool.prompts, ...(heldOut?.prompts ?? [])];
    checkPrompts(engine.capabilities, tokenizer, prompts, config.maxNewTokens);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return { engine, tokenizer, pool, heldOut };
}
