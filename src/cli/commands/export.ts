/** `selftrain export`: a model as a folder that other programs load. */
import { exportConfigSchema } from "../../config/export-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

export const exportCommand = defineCommand({
  name: "export",
  summary: "Write a model as a folder that transformers and vLLM load",
  schema: exportConfigSchema,
  positional: "model",
  examples: [
    "selftrain export runs/srt --output models/srt --dtype bfloat16",
    "selftrain export runs/srt --output models/srt --no-card",
    "selftrain export models/base --output models/small-files --max-shard-size-mib 1024",
  ],
  async run(config, context) {
    const { exportModel } = await import("../../apps/export/export-model.js");
    const result = await watched("export", context, (options) => exportModel(config, options), "at-once");
    print(context, result, ({ folder, dtype, parameters, files, bytes }) => {
      const size = `${(bytes / 2 ** 20).toFixed(1)} MiB in ${files.length} files`;
      return `${folder}  ${parameters.toLocaleString("en")} parameters in ${dtype}, ${size}`;
    });
    return 0;
  },
});
