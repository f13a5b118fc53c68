/** How sure the policy was of each token that it drew. */
import type { Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";

/** Entropy (nats) of the next-token distribution at each token of the rollouts, by group and rollout, in their order. */
export async function entropiesOf(
  groups: readonly Group[],
  sampler: Pick<Sampler, "measure">,
): Promise<Float32Array[][]> {
  const data = groups.flatMap(({ promptTokens, rollouts }) =>
    rollouts.map(({ tokens }) => ({ prompt: promptTokens, completion: tokens })),
  );
  const all = await sampler.measure(data, "entropy");
  let next = 0;
  return groups.map(({ rollouts }) => rollouts.map(() => all[next++]!));
}
