/** `selftrain select`: prompts to train on, chosen by their votes. */

import { plainNumber } from "../../apps/report/format.js";
import { selectConfigSchema } from "../../config/select-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { shownPath } from "../words.js";

export const selectCommand = defineCommand({
  name: "select",
  summary: "Choose labelled prompts to train on: the easy share, or a band",
  schema: selectConfigSchema,
  positional: "labels",
  takes: ["config"],
  examples: [
    "selftrain select labels/base --by agreement --fraction 0.33 --output easy.jsonl",
    "selftrain select labels/base --by pass-rate --min 0.2 --max 0.8 --output middling.jsonl",
  ],
  async run(config, context) {
    const { selectPrompts } = await import("../../training/label/select.js");
    const summary = await selectPrompts(config);
    print(context, summary, ({ selected, prompts, by, least, most, output }) =>
      [
        `${selected} of ${prompts} prompts in ${shownPath(output)}, ${by} from ${plainNumber(least)} to ${plainNumber(most)}`,
        "next:",
        `  selftrain train --prompts.subset ${shownPath(output)} … with the prompts and the seed that were labelled`,
      ].join("\n"),
    );
    return 0;
  },
});
