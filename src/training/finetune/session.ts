/** What an offline run works with. */
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { Session } from "../loop/session.js";
import { loraSource } from "../start/lora.js";
import type { LabelledRound, PreparedFinetuning } from "./prepare.js";

export interface OfflineSession extends Pick<Session, "engine" | "tokenizer" | "pool" | "heldOut"> {
  /** What a labels folder gives the only round; null where rounds sample. */
  readonly labelled: LabelledRound | null;
}

/** Loads the model. The caller closes the engine. */
export async function openOffline({
  config,
  model,
  pool,
  heldOut,
  labelled,
}: PreparedFinetuning): Promise<OfflineSession> {
  const { folder, bases, tokenizer } = model;
  const lora = loraSource(config.lora, config.seed);
  const engine = await OnnxEngine.create({ model: { folder, bases }, lora, ...config.engine });
  return { engine, tokenizer, pool, heldOut, labelled };
}
