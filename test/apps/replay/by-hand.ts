/** Votes, rewards and GRPO advantages of stored rows, counted without any code of ours. */
import type { RolloutRow } from "../../../src/run/run-directory.js";

/** The answer is what the pattern captures in a finished solution; ties go to the answer sampled first. */
export function byHand(rows: readonly RolloutRow[], pattern: RegExp, threshold: number) {
  const groups = new Map<string, RolloutRow[]>();
  for (const row of rows) {
    const key = `${row.step}/${row.group}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((own) => {
    const answers = own.map(({ completion, finish }) =>
      finish === "length" ? null : (pattern.exec(completion)?.[1] ?? null),
    );
    const votes = (answer: string | null) =>
      answer === null ? 0 : answers.filter((other) => other === answer).length;
    const most = Math.max(...answers.map(votes));
    const voteLabel = most === 0 ? null : answers.find((answer) => votes(answer) === most)!;
    const voteShare = most / own.length;
    const rewardLabel = voteShare < threshold ? null : voteLabel;
    const rewards: number[] = answers.map((answer) => (answer !== null && answer === rewardLabel ? 1 : 0));
    const mean = rewards.reduce((a, b) => a + b) / rewards.length;
    const std = Math.sqrt(rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (rewards.length - 1));
    return answers.map((answer, i) => ({
      answer,
      voteLabel,
      voteShare,
      rewardLabel,
      reward: rewards[i]!,
      advantage: rewardLabel === null || std === 0 ? 0 : (rewards[i]! - mean) / (std + 1e-6),
    }));
  });
}
