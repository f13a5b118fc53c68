/** The gradient's norm among the figures that a server gives of a step. */
import type { Fields } from "../wire/fields.js";

/** Our own server's, SkyRL's, and what others call it. */
const NAMES = ["grad_norm:mean", "skyrl.ai/grad_norm", "grad_norm"];

/** NaN where the server does not say. */
export function gradNormOf(step: Fields): number {
  const metrics = (step.metrics ?? {}) as Fields;
  const name = NAMES.find((own) => typeof metrics[own] === "number");
  return name === undefined ? Number.NaN : (metrics[name] as number);
}
