/** Adapters as PEFT lays them out: `adapter_config.json` and `adapter_model.safetensors`. */
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../errors.js";
import { guardFs } from "../io/fs/fs-errors.js";
import { refuseLfsPointer } from "../io/fs/git-lfs.js";
import { readTextFile } from "../io/fs/text-file.js";
import type { ModelConfig } from "./config.js";
import { adapterName, adapterSpecs, type LoraConfig } from "./lora.js";
import { moduleOf, type ParameterSpec, projections } from "./parameters.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

export const ADAPTER_CONFIG = "adapter_config.json";
const ADAPTER_WEIGHTS = "adapter_model.safetensors";

const schema = z.looseObject({
  peft_type: z.string(),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  bias: z.string().nullish(),
  rank_pattern: z.record(z.string(), z.unknown()).nullish(),
  alpha_pattern: z.record(z.string(), z.unknown()).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
});

/** Initialisations that leave the model's own weights as they are; PiSSA and its like take a part out of them. */
const PLAIN_INITIALISATIONS: readonly unknown[] = [true, false, "gaussian", "eva", "orthogonal"];

/** Keys of PEFT that change what an adapter computes, whatever they hold. */
const VARIANTS = [
  "use_dora",
  "use_rslora",
  "use_qalora",
  "use_bdlora",
  "fan_in_fan_out",
  "layer_replication",
  "alora_invocation_tokens",
  "arrow_config",
  "kasa_config",
  "monteclora_config",
];

export interface Adapter {
  readonly lora: LoraConfig;
  readonly specs: readonly ParameterSpec[];
  /** Float32, in the layout of `specs`. */
  readonly weights: Float32Array;
}

export const hasAdapter = (folder: string): boolean => existsSync(join(folder, ADAPTER_CONFIG));

/** A model's folder in the cache of the hub: its name and its commit. */
const CACHED = /(?:^|[\\/])models--([^\\/]+)[\\/]snapshots[\\/]([0-9a-f]{40})[\\/]?$/;

/** What names a model in PEFT's terms: one of the hub has the same name on every machine, its place in the cache has not. */
function baseNamed(folder: string): { base_model_name_or_path: string; revision: string | null } {
  const [, name, revision] = CACHED.exec(folder) ?? [];
  return name === undefined || revision === undefined
    ? { base_model_name_or_path: folder, revision: null }
    : { base_model_name_or_path: name.replace("--", "/"), revision };
}

/** Writes an adapter into a folder that is there. `base` is the folder of the model that it belongs to. */
export function writeAdapter(folder: string, base: string, { lora, specs, weights }: Adapter): void {
  const path = join(folder, ADAPTER_CONFIG);
  const content = {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    ...baseNamed(base),
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    target_modules: lora.targets.map(moduleOf),
    bias: "none",
    fan_in_fan_out: false,
    init_lora_weights: true,
    inference_mode: true,
    modules_to_save: null,
    use_dora: false,
    use_rslora: false,
  };
  guardFs("write the adapter", path, () => writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`));
  const tensors = specs.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    data: weights.subarray(offset, offset + size),
  }));
  writeSafetensors(join(folder, ADAPTER_WEIGHTS), tensors, { format: "pt" });
}

/**
 * The model that the adapter in a folder belongs to: a folder, or a name and revision on the hub. Errors: those of `readAdapter`; adapters
 * that belong to one another are `adapter-invalid`.
 */
export function adapterBase(folder: string): { name: string; revision: string | null } {
  const base = namedBase(folder);
  const seen = new Set([realpathSync(folder)]);
  for (let { name } = base; existsSync(name) && hasAdapter(name); { name } = namedBase(name)) {
    const real = realpathSync(name);
    if (!seen.has(real)) seen.add(real);
    else throw refusal(folder, "its model is, in the end, itself", name, "a model in another folder");
  }
  return base;
}

function namedBase(folder: string): { name: string; revision: string | null } {
  const { base_model_name_or_path: name, revision } = readConfig(folder);
  if (name) return { name, revision: revision || null };
  throw refusal(folder, "it does not say which model it belongs to", "no base_model_name_or_path");
}

/**
 * Reads an adapter for a model. Errors: `adapter-invalid` where the files are damaged or belong to another model,
 * `adapter-unsupported` where they use more of PEFT than is computed here.
 */
export function readAdapter(folder: string, config: ModelConfig): Adapter {
  const { r: rank, lora_alpha: alpha } = readConfig(folder);
  const path = join(folder, ADAPTER_WEIGHTS);
  const tensors = readSafetensors(path);
  const targets = projections.filter((part) => tensors.has(adapterName(0, part, "A")));
  const lora = { rank, alpha, targets };
  const specs = adapterSpecs(config, lora);
  const weights = new Float32Array(specs.reduce((sum, { size }) => sum + size, 0));
  for (const { name, shape, offset } of specs) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join())
      throw refusal(
        path,
        `tensor ${name} does not fit the model`,
        tensor ? `[${tensor.shape}]` : "no such tensor",
        `[${shape}]`,
      );
    if (!tensor.data.every(Number.isFinite))
      throw refusal(path, `tensor ${name} holds numbers that are not finite`, "NaN or infinity");
    weights.set(tensor.data, offset);
  }
  const known = new Set(specs.map(({ name }) => name));
  const other = [...tensors.keys()].find((name) => !known.has(name));
  if (other !== undefined || targets.length === 0)
    throw refusal(
      path,
      "it adapts what adapters cannot adapt here",
      other ?? "nothing",
      projections.map(moduleOf).join(", "),
    );
  return { lora, specs, weights };
}

function readConfig(folder: string): z.output<typeof schema> {
  const path = join(folder, ADAPTER_CONFIG);
  refuseLfsPointer(path);
  const text = readTextFile(path, "read the adapter");
  let config: z.output<typeof schema>;
  try {
    config = schema.parse(JSON.parse(text));
  } catch (cause) {
    throw refusal(path, "the file is not that of a LoRA adapter", (cause as Error).message.slice(0, 200));
  }
  const extra = [
    config.peft_type !== "LORA" && `peft_type ${config.peft_type}`,
    VARIANTS.find((key) => config[key]),
    !PLAIN_INITIALISATIONS.includes(config.init_lora_weights ?? true) &&
      `init_lora_weights ${config.init_lora_weights}`,
    config.bias && config.bias !== "none" && `bias ${config.bias}`,
    Object.keys(config.rank_pattern ?? {}).length > 0 && "rank_pattern",
    Object.keys(config.alpha_pattern ?? {}).length > 0 && "alpha_pattern",
    config.modules_to_save?.length && `modules_to_save ${config.modules_to_save}`,
  ].find(Boolean);
  if (!extra) return config;
  throw new SelftrainError({
    code: "adapter-unsupported",
    message: "this adapter uses more of PEFT than is computed here",
    found: extra,
    expected: "plain LoRA: one rank, one alpha, no biases",
    where: path,
    remedy: "merge it into its model with PEFT's merge_and_unload, and use that model",
  });
}

function refusal(where: string, why: string, found: string, expected?: string): SelftrainError {
  return new SelftrainError({
    code: "adapter-invalid",
    message: `the adapter is not usable: ${why}`,
    found,
    ...(expected === undefined ? {} : { expected }),
    where,
    remedy: "use the adapter with the model that it was trained on, or train it again",
  });
}
