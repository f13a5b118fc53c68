/** What a user should know of a reward before a run, for `--dry-run`. */
import type { TrainConfig } from "../../config/train-config.js";

const CONTROL = "this is a control, not self-training";

const NOTES: Readonly<Partial<Record<TrainConfig["reward"], string>>> = {
  "ground-truth": `the ground-truth reward reads labels: ${CONTROL}`,
  mixed:
    "the mixed reward reads the labels of a part of the prompts: this is self-training on the others alone",
  random: `the random reward looks at nothing: ${CONTROL}`,
  format: `the format reward pays any answer: ${CONTROL}`,
  "wrong-answer": `the wrong-answer reward pays whoever disagrees with the majority: ${CONTROL}`,
  http: "an endpoint that answers the same request differently makes a resumed run another one",
};

export function rewardNotes({ reward, labelNoise, votesPerPrompt, samplesPerPrompt }: TrainConfig): string[] {
  const note = NOTES[reward];
  return [
    ...(note === undefined ? [] : [note]),
    ...(labelNoise > 0 ? [`${100 * labelNoise}% of the true answers are replaced by wrong ones`] : []),
    ...(votesPerPrompt !== undefined && votesPerPrompt > samplesPerPrompt
      ? [`${votesPerPrompt} rollouts of a prompt vote, of which ${samplesPerPrompt} are trained`]
      : []),
  ];
}
