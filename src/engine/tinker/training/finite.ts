/** JSON has no number that is not finite, and a server would take what stands in its place. */
import { SelftrainError } from "../../../errors.js";
import type { Datum } from "../../engine.js";

/** Throws `datum-not-finite`. */
export function checkFinite(data: readonly Datum[]): void {
  data.forEach(({ weights, logprobs, reference, scales }, i) => {
    for (const [name, values] of Object.entries({ weights, logprobs, reference, scales })) {
      const bad = values?.find((value) => !Number.isFinite(value));
      if (bad === undefined) continue;
      throw new SelftrainError({
        code: "datum-not-finite",
        message: `${name} of a datum are not finite`,
        found: String(bad),
        expected: "finite numbers",
        where: `datum ${i}`,
        remedy: "look at the rewards and advantages that they come from",
      });
    }
  });
}
