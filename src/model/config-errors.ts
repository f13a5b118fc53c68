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
