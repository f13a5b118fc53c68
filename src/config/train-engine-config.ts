/** Which engine trains: the embedded one, or one at the other end of the Tinker protocol. */
import { z } from "zod";
import { SERVER_KINDS } from "../tinker-servers.js";
import { checkDevice, engineSchema } from "./engine-config.js";

const REDUCTIONS = ["sum-sum", "sum-mean", "mean-sum", "mean-mean", "token-mean"] as const;

export const trainEngineSchema = z.strictObject({
  kind: z
    .enum(["onnx", "tinker"])
    .default("onnx")
    .describe(
      "Engine: onnx, embedded in this process, or tinker, a server that speaks the Tinker protocol (docs/how-to/remote-engine.md)",
    ),
  ...engineSchema.shape,
  url: z
    .string()
    .regex(/^https?:\/\/[^\s]+$/, "an address such as https://trainer.example:8000")
    .optional()
    .describe(
      "tinker: address of the server (default: TINKER_BASE_URL); its key is read from TINKER_API_KEY",
    ),
  server: z
    .enum(["auto", ...SERVER_KINDS])
    .optional()
    .describe("tinker: which server it is; auto asks it (default: auto)"),
  baseModel: z
    .string()
    .min(1)
    .optional()
    .describe("tinker: what the server calls the model (default: as model names it)"),
  wire: z
    .enum(["auto", "json", "protobuf"])
    .optional()
    .describe("tinker: how data travel (default: auto, as the server takes them)"),
  reduction: z
    .enum(REDUCTIONS)
    .optional()
    .describe(
      "tinker: what the server makes of the losses of tokens, then of sequences (default: as known of the server, or probed)",
    ),
  accept: z
    .array(z.enum(["beta1", "beta2", "eps", "weightDecay", "gradClipNorm", "alpha", "targets"]))
    .optional()
    .describe("tinker: settings of adam and lora that the server may replace by its own"),
  overlap: z
    .boolean()
    .optional()
    .describe(
      "tinker: sample a step while the one before it trains, from the policy before that update; ratios make up for it (default: false)",
    ),
});

export type TrainEngineConfig = z.output<typeof trainEngineSchema>;

const TINKER_KEYS = ["url", "server", "baseModel", "wire", "reduction", "accept", "overlap"] as const;

/** What to do about a key that only the engine of `selftrain train` has; undefined of any other. */
export const ofTraining = (key: string): string | undefined =>
  [...TINKER_KEYS, "kind"].includes(key)
    ? "remove it: this command runs on the embedded engine alone, and selftrain train on a server too"
    : undefined;

interface Checked {
  readonly engine: TrainEngineConfig;
  readonly rewardModel?: string | undefined;
  readonly lora?: { readonly adapter?: string | undefined } | undefined;
}

/** Keys of one kind of engine are refused for the other. */
export function checkEngine({ engine, rewardModel, lora }: Checked, check: z.core.$RefinementCtx): void {
  const refuse = (path: string[], message: string, remedy: string) =>
    check.addIssue({ code: "custom", path, message, params: { remedy } });
  checkDevice(engine, check, ["engine"]);
  if (engine.kind === "onnx") {
    for (const key of TINKER_KEYS)
      if (engine[key] !== undefined)
        refuse(
          ["engine", key],
          `engine.${key} is of an engine at a server, and engine.kind is onnx, the embedded one`,
          "set engine.kind to tinker, or leave it out",
        );
    return;
  }
  const embedded = (key: string, meaning: string) =>
    refuse(
      ["engine", key],
      `engine.${key} ${meaning}, and engine.kind is tinker: the server decides that for itself`,
      "leave it out, or set engine.kind to onnx",
    );
  // A reward model is scored here, on the processor or on a device.
  if (rewardModel === undefined && engine.device !== "auto") embedded("device", "is of the embedded engine");
  if (engine.gradientCheckpointing !== "auto") embedded("gradientCheckpointing", "is of the embedded engine");
  // A reward model is scored here, whatever trains the policy.
  if (rewardModel === undefined && engine.threads !== undefined)
    embedded("threads", "is of the embedded engine");
  if (lora?.adapter !== undefined)
    refuse(
      ["lora", "adapter"],
      "lora.adapter is a folder on this machine, and engine.kind is tinker: the server cannot read it",
      "train a new adapter (lora.rank), or merge this one into a model that the server has",
    );
}
