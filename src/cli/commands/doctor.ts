/** `selftrain doctor`: a dataset examined before a run, or the graphics device. */
import { doctorConfigSchema } from "../../config/doctor-config.js";
import { defineCommand } from "../command.js";
import { deviceCheckText } from "../device-check-text.js";
import { diagnosisText } from "../doctor-text.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Examine a dataset, and whether it suits a model, before training on it; or the graphics device",
  schema: doctorConfigSchema,
  positional: "data",
  examples: [
    "selftrain doctor prompts.jsonl",
    "selftrain doctor 'data/*.parquet' --model runs/base --prompt-column question --answer-column answer",
    "selftrain doctor --device gpu --full",
  ],
  async run(config, context) {
    if (config.device !== undefined) {
      const { checkDevice } = await import("../../apps/doctor/device/check-device.js");
      const check = await watched(
        "doctor",
        context,
        (_, display) => checkDevice(config, (doing) => display.say(doing)),
        "at-once",
      );
      print(context, check, deviceCheckText);
      return check.ok ? 0 : 1;
    }
    const { diagnose } = await import("../../apps/doctor/diagnose.js");
    const diagnosis = await watched("doctor", context, (options) => diagnose(config, options), "at-once");
    print(context, diagnosis, diagnosisText);
    return diagnosis.fit ? 0 : 1;
  },
});
