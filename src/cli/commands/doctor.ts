/** `selftrain doctor`: a dataset examined before a run. */
import { doctorConfigSchema } from "../../config/doctor-config.js";
import { defineCommand } from "../command.js";
import { diagnosisText } from "../doctor-text.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Examine a dataset, and whether it suits a model, before training on it",
  schema: doctorConfigSchema,
  positional: "data",
  examples: [
    "selftrain doctor prompts.jsonl",
    "selftrain doctor 'data/*.parquet' --model runs/base --prompt-column question --answer-column answer",
  ],
  async run(config, context) {
    const { diagnose } = await import("../../apps/doctor/diagnose.js");
    const diagnosis = await watched("doctor", context, (options) => diagnose(config, options), "at-once");
    print(context, diagnosis, diagnosisText);
    return diagnosis.fit ? 0 : 1;
  },
});
