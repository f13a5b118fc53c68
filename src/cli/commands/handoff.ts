/** `selftrain handoff`: a run as a job of another trainer. */
import { type HandoffTarget, handoffConfigSchema } from "../../config/handoff-config.js";
import { type CommandFactory, defineCommand } from "../command.js";
import { defineGroup } from "../group.js";
import { notice, print } from "../output.js";
import { watched } from "../watched.js";
import { shownPath } from "../words.js";

const command = (target: HandoffTarget, title: string, example: string): CommandFactory =>
  defineCommand({
    name: target,
    summary: `Write a job folder of the same experiment for ${title}`,
    schema: handoffConfigSchema,
    positional: "run",
    examples: [`selftrain handoff ${target} runs/srt --output jobs/${target}`, example],
    async run(config, context) {
      const { handOff } = await import("../../apps/handoff/handoff.js");
      const { shownValue } = await import("../../apps/handoff/readme.js");
      const result = await watched(
        "handoff",
        context,
        (options) => handOff(target, config, options),
        "at-once",
      );
      for (const { key, value, why } of result.missing)
        notice(context, `note[handoff-missing]: ${title} has no key for ${key} ${shownValue(value)}: ${why}`);
      print(context, result, ({ folder, files, prompts, heldOut, missing }) =>
        [
          `${shownPath(folder)}  ${files.length} files, ${prompts} prompts, ${heldOut} held out`,
          `${missing.length === 0 ? "every setting is carried over" : `${missing.length} settings are not carried over`}; README.md has the commands`,
        ].join("\n"),
      );
      return 0;
    },
  });

export const handoffCommand = defineGroup({
  name: "handoff",
  summary: "Write a run as a job folder of another trainer",
  commands: [
    command("trl", "TRL", "selftrain handoff trl runs/srt --output jobs/small --gpus 0     on the processor"),
    command(
      "verl",
      "verl",
      "selftrain handoff verl srt.yaml --output jobs/verl --gpus 8 --nodes 4 --model Qwen/Qwen2.5-7B-Instruct",
    ),
    command(
      "skyrl",
      "SkyRL",
      "selftrain handoff skyrl srt.yaml --output jobs/skyrl --gpus 8 --micro-batch 8",
    ),
  ],
  examples: [
    "selftrain handoff trl runs/srt --output jobs/trl",
    "selftrain handoff verl runs/srt --output jobs/verl --gpus 8 --nodes 4",
    "selftrain submit jobs/verl --ray http://head:8265",
  ],
});
