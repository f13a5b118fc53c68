/** A reward of one's own behind HTTP: every group is sent to an endpoint, which answers with a reward a rollout. */
import type { GroupReward, RewardSource } from "../../core/reward/reward-source.js";
import { type Endpoint, post } from "./post.js";
import { readAnswer, requestBody } from "./protocol.js";

export interface HttpRewardOptions extends Partial<Omit<Endpoint, "url">> {
  readonly url: string;
  /** Groups under way at a time. */
  readonly concurrency?: number;
}

/**
 * Groups are sent in order, some at a time, and their rewards returned in order. What fails is an error that names the URL and the prompt, and
 * no group of the step is then rewarded: `reward-endpoint-failed`, `reward-answer-malformed`, `reward-answer-length`. Throws an `AbortError`
 * where the run is to stop before all have answered.
 */
export function httpReward({ concurrency = 8, ...options }: HttpRewardOptions): RewardSource {
  const endpoint: Endpoint = { timeoutMs: 60_000, retries: 3, waitMs: 1000, ...options };
  return {
    name: "http",
    async rewards({ step, groups, votes, signal }) {
      const results: GroupReward[] = [];
      let next = 0;
      const stop = new AbortController();
      const either = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
      const worker = async () => {
        while (next < groups.length && !stop.signal.aborted) {
          const g = next++;
          const group = groups[g]!;
          try {
            const body = requestBody(step, group, votes[g]!);
            const text = await post(endpoint, body, `prompt ${group.prompt.id}`, either);
            results[g] = readAnswer(text, group, endpoint.url);
          } catch (error) {
            stop.abort();
            throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, groups.length) }, worker));
      return results;
    },
  };
}
