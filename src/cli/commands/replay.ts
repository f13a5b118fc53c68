/** `selftrain replay`: votes, rewards and advantages of a run again, from its rollouts. */
import { type ReplayConfig, replayConfigSchema } from "../../config/replay-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { replayText } from "../replay-text.js";

export const replayCommand = defineCommand({
  name: "replay",
  summary: "Recompute answers, votes, rewards and advantages of a run from its rollouts, and compare",
  schema: replayConfigSchema,
  positional: "run",
  takes: ["config"],
  examples: [
    "selftrain replay runs/srt                                      nothing may differ",
    "selftrain replay runs/srt --ties first --agreement-threshold 0.6",
    "selftrain replay runs/srt --steps 10-20 --advantage grpo --output replayed",
  ],
  async run(config, context) {
    const { replay } = await import("../../apps/replay/replay.js");
    const result = await replay(config as ReplayConfig);
    print(context, result, replayText);
    const incomplete = Object.values(result.missing).some((steps: readonly number[]) => steps.length > 0);
    return incomplete || (result.same && result.differenceCount > 0) ? 1 : 0;
  },
});
