/** What is refused of a model's configuration. */
import { SelftrainError } from "../errors.js";

/** The file is not what it should be: `model-config-invalid`. */
export function invalidConfig(what: string, where: string, options?: { cause?: unknown }): SelftrainError {
  return new SelftrainError(
    {
      code: "model-config-invalid",
      message: `the model configuration is not usable: ${what}`,
      expected: "a Hugging Face config.json of a decoder-only model",
      where,
      remedy: "check it against the model's original config.json",
    },
    options,
  );
}

/** The file describes a model that cannot be computed here: `model-architecture-unsupported`. */
export function unsupported(what: string, found: unknown, expected: unknown, where: string): SelftrainError {
  return new SelftrainError({
    code: "model-architecture-unsupported",
    message: `${what} of this model is not supported`,
    found,
    expected,
    where,
    remedy: "use a model that is as expected",
  });
}

const QUANTISED = "quantised weights";

/** The weights are quantised: `model-architecture-unsupported`. */
export const quantised = (where: string): SelftrainError =>
  new SelftrainError({
    ...unsupported("the quantization_config", QUANTISED, "float32, float16 or bfloat16", where).toJSON(),
    remedy: "use the model that was quantised: its weights in 16 or 32 bits",
  });

/** What `read` reads of the model that an adapter belongs to. Errors: `adapter-base-quantised`, where its weights are; else those of `read`. */
export function ofAdapter<T>(adapterConfig: string, base: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof SelftrainError) || cause.found !== QUANTISED) throw cause;
    throw new SelftrainError(
      {
        code: "adapter-base-quantised",
        message: "the model that this adapter belongs to is quantised, and cannot be computed with here",
        found: base,
        expected: cause.expected,
        where: adapterConfig,
        remedy:
          "name the model that was quantised, with its weights in 16 or 32 bits, in base_model_name_or_path: the adapter fits it, too",
      },
      { cause },
    );
  }
}
