/** What this engine lacks at a server, by the names of `test/engine/contract/support.ts`, each with its reason. */
import type { Profile } from "./profile.js";

export function gapsOf({ keys, base }: Profile): Record<string, string> {
  return {
    copies: "the protocol has no weighted mean of two models' weights",
    measures: "the protocol gives logprobs of tokens, and not the distributions that they come from",
    "exact-state": "the state stays on the server: what is saved here is where it is",
    "export-weights": "weights stay on the server, which writes them in its own form",
    "finite-gradients": "weights that are not finite are refused before they are sent",
    ...(keys
      ? {}
      : {
          "seeded-sampling": "the server draws with seeds of its own: a run cannot be repeated to the token",
          "stop-tokens": "the server may not take an empty list of stop tokens",
        }),
    ...(base === null
      ? { "base-sampler": "the server cannot sample the model that training began with" }
      : {}),
  };
}
