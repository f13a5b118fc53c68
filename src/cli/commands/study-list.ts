/** `selftrain study list`: the studies of the package, with what each asks and takes. */
import { z } from "zod";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { studyListText } from "../study-text.js";

export const studyListCommand = defineCommand({
  name: "list",
  summary: "List the built-in studies: what each asks, its runs, and its time",
  schema: z.strictObject({}),
  examples: ["selftrain study list", "selftrain study list --json"],
  async run(_, context) {
    const { builtInStudies } = await import("../../apps/study/locate.js");
    const listed = builtInStudies().map(
      ({ name, study: { id, title, claim, seeds, bases, arms, minutes } }) => ({
        id,
        name,
        title,
        claim,
        seeds: seeds.length,
        runs: seeds.length * (Object.keys(bases).length + Object.keys(arms).length),
        minutes,
      }),
    );
    print(context, listed, studyListText);
    return 0;
  },
});
