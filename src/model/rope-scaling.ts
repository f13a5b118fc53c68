/**
 * The inverse frequencies of rotary positions (Su et al. 2021, RoFormer, eq. 15) and their scalings for longer contexts.
 * Every step is rounded to float32, as transformers and vLLM compute them: at position 100,000 an angle of frequencies
 * with more digits would be off by hundredths, and the checkpoint was trained with these.
 */
import { z } from "zod";
import { invalidConfig, unsupported } from "./config-errors.js";
import type { HfConfig } from "./config-schema.js";
import { isFalsy } from "./falsy.js";

export interface Rope {
  /** Radians a position, of each pair of a head's elements: [headDim / 2]. */
  readonly frequencies: readonly number[];
  /** Cosines and sines are multiplied by it. */
  readonly scale: number;
}

const positive = z.number().positive();
const parametersSchema = z.looseObject({
  rope_theta: positive.nullish(),
  rope_type: z.string().nullish(),
  /** How older files spell `rope_type`. */
  type: z.string().nullish(),
  partial_rotary_factor: z.number().nullish(),
  original_max_position_embeddings: z.int().positive().nullish(),
  factor: positive.nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  attention_factor: positive.nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
});

interface Parameters extends z.output<typeof parametersSchema> {
  readonly theta: number;
  readonly headDim: number;
  /** Tokens that the model was trained on before its context was stretched. */
  readonly original: number;
  readonly contextLength: number;
}

type Scaling = (p: Parameters, required: (key: keyof Parameters) => number) => Rope;

const f32 = Math.fround;

/** θ^(−2i/d). */
const plain = ({ theta, headDim }: Parameters): number[] =>
  Array.from({ length: headDim / 2 }, (_, i) => f32(1 / f32(f32(theta) ** f32((2 * i) / headDim))));

const SCALINGS: ReadonlyMap<string, Scaling> = new Map(
  Object.entries({
    default: (p) => ({ frequencies: plain(p), scale: 1 }),

    // NTK scaling by the current length: it changes nothing up to the trained length, which is the context here.
    dynamic: (p) => ({ frequencies: plain(p), scale: 1 }),

    linear(p, required) {
      const factor = f32(required("factor"));
      return { frequencies: plain(p).map((frequency) => f32(frequency / factor)), scale: 1 };
    },

    // Llama 3.1: long wavelengths are stretched, short ones kept, and those between blended.
    llama3(p, required) {
      const factor = f32(required("factor"));
      const low = required("low_freq_factor");
      const high = required("high_freq_factor");
      const frequencies = plain(p).map((frequency) => {
        const wavelength = f32(f32(2 * Math.PI) / frequency);
        if (wavelength > f32(p.original / low)) return f32(frequency / factor);
        if (wavelength < f32(p.original / high)) return frequency;
        const smooth = f32(f32(f32(f32(p.original) / wavelength) - f32(low)) / f32(high - low));
        return f32(f32(f32(f32(1 - smooth) * frequency) / factor) + f32(smooth * frequency));
      });
      return { frequencies, scale: 1 };
    },

    // YaRN (Peng et al. 2023, section 3.2 and eq. 22).
    yarn(p) {
      const { theta, headDim, original } = p;
      const factor = p.factor ?? p.contextLength / original;
      const pairOf = (rotations: number) =>
        (headDim * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
      // Python's `get("truncate", True)`: a null that is written down is false.
      const whole = p.truncate === undefined ? true : p.truncate === true;
      const first = pairOf(p.beta_fast ?? 32);
      const last = pairOf(p.beta_slow ?? 1);
      const from = Math.max(whole ? Math.floor(first) : first, 0);
      const to = Math.min(whole ? Math.ceil(last) : last, headDim - 1);
      const width = to === from ? 0.001 : to - from;
      const frequencies = Array.from({ length: headDim / 2 }, (_, i) => {
        const power = f32(f32(theta) ** f32((2 * i) / headDim));
        const ramp = Math.min(1, Math.max(0, f32(f32(i - f32(from)) / f32(width))));
        const kept = f32(1 - ramp);
        const stretched = f32(f32(1 / f32(f32(factor) * power)) * f32(1 - kept));
        return f32(stretched + f32(f32(1 / power) * kept));
      });
      return { frequencies, scale: p.attention_factor ?? yarnScale(factor, p) };
    },
  } satisfies Record<string, Scaling>),
);

function yarnScale(factor: number, { mscale, mscale_all_dim }: Parameters): number {
  const of = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return mscale && mscale_all_dim ? of(mscale) / of(mscale_all_dim) : of(1);
}

/**
 * The rotary positions of a model, from `rope_parameters` or, as older files have it, `rope_scaling` and `rope_theta`.
 * Errors: `model-config-invalid`, `model-architecture-unsupported`.
 */
export function ropeOf(c: HfConfig, headDim: number, where: string): Rope {
  const parsed = parametersSchema.safeParse(
    [c.rope_scaling, c.rope_parameters].find((given) => !isFalsy(given)) ?? {},
  );
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidConfig(`rope_parameters.${issue?.path.join(".")}: ${issue?.message}`, where);
  }
  const given = parsed.data;
  const type = given.rope_type ?? given.type ?? "default";
  const scaling = SCALINGS.get(type);
  if (!scaling) throw unsupported("the rope_type", type, [...SCALINGS.keys()], where);
  if ((given.partial_rotary_factor ?? 1) !== 1) {
    throw unsupported("the partial_rotary_factor", given.partial_rotary_factor, 1, where);
  }
  const parameters: Parameters = {
    ...given,
    headDim,
    theta: given.rope_theta ?? c.rope_theta ?? 10000,
    contextLength: c.max_position_embeddings,
    original:
      c.original_max_position_embeddings ??
      given.original_max_position_embeddings ??
      c.max_position_embeddings,
  };
  const rope = scaling(parameters, (key) => {
    const value = parameters[key];
    if (typeof value === "number") return value;
    throw invalidConfig(`rope_type ${type} needs ${key}`, where);
  });
  if (![...rope.frequencies, rope.scale].every((x) => Number.isFinite(x) && x > 0)) {
    throw invalidConfig("the rotary frequencies are not positive numbers", where);
  }
  return rope;
}
