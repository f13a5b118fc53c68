/** The protocol's data as the engine takes them: what was shifted is joined again. */
import type { LossSpec, PolicyLoss } from "../../core/loss/loss.js";
import type { Datum } from "../../engine/engine.js";
import type { WireDatum } from "../../engine/tinker/wire/messages.js";
import { SelftrainError } from "../../errors.js";

export const badRequest = (
  message: string,
  found: unknown,
  expected: unknown,
  where?: string,
): SelftrainError =>
  new SelftrainError({
    code: "tinker-request-unsupported",
    message,
    found,
    expected,
    ...(where === undefined ? {} : { where }),
    remedy: "send what docs/how-to/remote-engine.md says that this server takes",
  });

/** A datum, and how many of its positions come before the completion. */
export interface Joined {
  readonly datum: Datum;
  readonly before: number;
}

/** Where the completion begins: the first position of a mask of zeros, then ones. Without a mask everything counts, and is scored. */
function beginning(mask: ArrayLike<number> | undefined, length: number, where: string): number {
  if (!mask) return 0;
  const first = Array.prototype.findIndex.call(mask, (value: number) => value !== 0);
  const rest = Array.prototype.slice.call(mask, first < 0 ? length : first) as number[];
  if (mask.length !== length || first < 0 || rest.some((value) => value !== 1))
    throw badRequest("mask has other numbers than zeros, then ones", mask.length, length, where);
  return first;
}

/** Errors: `tinker-request-unsupported`. */
export function joined({ tokens, inputs }: WireDatum, loss: LossSpec, index: number): Joined {
  const where = `datum ${index}`;
  const { length } = tokens;
  const targets = inputs.target_tokens?.data;
  if (length === 0 || targets?.length !== length)
    throw badRequest("a datum has not one target a token", targets?.length ?? "none", length, where);
  for (let i = 0; i + 1 < length; i++)
    if (targets[i] !== tokens[i + 1])
      throw badRequest("a target is not the token that follows", targets[i], tokens[i + 1], where);
  const before = beginning(inputs.mask?.data, length, where);
  if (loss.kind === "gspo" && !inputs.mask)
    throw badRequest("gspo needs a mask, to know where a sequence begins", "no mask", "mask", where);
  const part = (name: string): Float32Array | undefined => {
    const { data } = inputs[name] ?? {};
    if (!data) return undefined;
    if (data.length !== length) throw badRequest(`${name} is not one a token`, data.length, length, where);
    return Float32Array.from(data.slice(before) as ArrayLike<number>);
  };
  const ones = new Float32Array(length - before).fill(1);
  const weights = loss.kind === "cross-entropy" ? (part("weights") ?? ones) : part("advantages");
  if (!weights) throw badRequest("a policy loss needs advantages", "none", "advantages", where);
  const optional = Object.fromEntries(
    ["logprobs", "reference", "scales"].flatMap((name) => {
      const values = part(name);
      return values ? [[name, values]] : [];
    }),
  );
  const datum = {
    prompt: tokens.slice(0, before + 1),
    completion: targets.slice(before) as readonly number[],
    weights,
    ...optional,
    policyVersion: 0,
  };
  return { datum, before };
}

const ESTIMATORS = ["k1", "k2", "k3"] as const;

/** What a loss takes of the configuration that goes with its name. */
const CONFIG_KEYS = [
  "clip_low_threshold",
  "clip_high_threshold",
  "dual_clip",
  "kl_coefficient",
  "kl_estimator",
  "kl_corrected",
  "entropy_bonus",
];

/** Errors: `tinker-request-unsupported`. */
export function lossOf(lossFn: string, config: Readonly<Record<string, number>>): LossSpec {
  const unknown = Object.keys(config).find((key) => !CONFIG_KEYS.includes(key));
  if (unknown !== undefined)
    throw badRequest("loss_fn_config has an unknown key", unknown, CONFIG_KEYS.join(", "));
  if (lossFn === "cross_entropy") return { kind: "cross-entropy" };
  const { clip_low_threshold: low = 0.8, clip_high_threshold: high = 1.2, dual_clip: dualClip } = config;
  const range = { low: 1 - low, high: high - 1 };
  const terms = termsOf(config);
  const losses: Record<string, PolicyLoss> = {
    importance_sampling: { kind: "importance-sampling", ...terms },
    ppo: { kind: "ppo-clip", ...range, ...(dualClip === undefined ? {} : { dualClip }), ...terms },
    cispo: { kind: "cispo", ...range, ...terms },
    gspo: { kind: "gspo", ...range, ...terms },
  };
  const loss = Object.hasOwn(losses, lossFn) ? losses[lossFn] : undefined;
  if (!loss)
    throw badRequest("there is no such loss", lossFn, ["cross_entropy", ...Object.keys(losses)].join(", "));
  return loss;
}

function termsOf(config: Readonly<Record<string, number>>): Pick<PolicyLoss, "kl" | "entropyBonus"> {
  const { kl_coefficient: coefficient, kl_estimator: number = 3, kl_corrected: corrected = 0 } = config;
  const { entropy_bonus: entropyBonus } = config;
  const estimator = ESTIMATORS[number - 1];
  if (!estimator) throw badRequest("kl_estimator is no estimator", number, "1, 2 or 3");
  return {
    ...(coefficient === undefined ? {} : { kl: { estimator, coefficient, corrected: corrected !== 0 } }),
    ...(entropyBonus === undefined ? {} : { entropyBonus }),
  };
}
