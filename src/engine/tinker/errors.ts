/** Misuses of this engine, by the same codes as those of the embedded one. */
import { SelftrainError } from "../../errors.js";

export const engineClosed = (): SelftrainError =>
  new SelftrainError({ code: "engine-closed", message: "the engine was closed", remedy: "make a new one" });

export const engineLacks = (feature: string, reason: string): SelftrainError =>
  new SelftrainError({
    code: "engine-lacks",
    message: `this engine lacks ${feature}: ${reason}`,
    found: "kind tinker",
    remedy: "train with the embedded engine (engine.kind onnx), or leave out what needs it",
  });

export const gradientMissing = (): SelftrainError =>
  new SelftrainError({
    code: "gradient-missing",
    message: "there is no gradient to step along",
    expected: "forwardBackward before optimStep",
    remedy: "call forwardBackward first",
  });

export const samplerReleased = (): SelftrainError =>
  new SelftrainError({
    code: "sampler-released",
    message: "this sampler was released",
    remedy: "call refreshSampler and use the new sampler",
  });

export const samplerStale = (found: number, expected: number): SelftrainError =>
  new SelftrainError({
    code: "sampler-stale",
    message: "this sampler's policy has been trained since",
    found: `policy version ${found}`,
    expected: `policy version ${expected}`,
    remedy: "call refreshSampler after every optimStep and use the new sampler",
  });
