/** Groups for tests: only the answers matter, unless a rollout says otherwise. */
import type { Group, Rollout } from "../../../src/group.js";

export function makeRollout(answer: string | null, length = 3): Rollout {
  return {
    text: `#${answer ?? ""}`,
    tokens: new Array<number>(length).fill(1),
    logprobs: new Float32Array(length).fill(-0.5),
    finish: answer === null ? "length" : "stop",
    answer,
  };
}

export function makeGroup(id: string, answers: readonly (string | null)[]): Group {
  return {
    prompt: { id, text: `prompt ${id}` },
    promptTokens: [1, 2],
    policyVersion: 0,
    rollouts: answers.map((answer) => makeRollout(answer)),
  };
}
