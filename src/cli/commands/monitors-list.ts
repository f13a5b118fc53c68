/** `selftrain monitors list`. */
import { z } from "zod";
import { DEFAULT_MONITORS } from "../../config/monitor-defaults.js";
import { SERIES_KINDS, seriesOfKind } from "../../config/monitor-series.js";
import { DETECTOR_KEYS } from "../../core/detect/spec.js";
import { defineCommand } from "../command.js";
import { monitorsListText } from "../monitors-list-text.js";
import { print } from "../output.js";

export const monitorsListCommand = defineCommand({
  name: "list",
  summary: "The default set, the detectors and the series that they can watch",
  schema: z.strictObject({}),
  examples: ["selftrain monitors list", "selftrain monitors list --json"],
  async run(_, context) {
    const listed = {
      default: DEFAULT_MONITORS,
      detectors: DETECTOR_KEYS,
      series: Object.fromEntries(SERIES_KINDS.map((kind) => [kind, seriesOfKind(kind)])),
    };
    print(context, listed, monitorsListText);
    return 0;
  },
});
