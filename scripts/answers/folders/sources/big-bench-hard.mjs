/** suzgunmirac/BIG-Bench-Hard: one model on 27 tasks, with a chain of thought that ends in `So the answer is X.`, and without. */
import { lastMatch, lettered } from "../reading.mjs";

export const bigBenchHard = {
  repository: "suzgunmirac/BIG-Bench-Hard",
  stated: "what follows the last 'the answer is', without its full stop; of a direct answer the text itself",
  files: /-outputs\/.*_few_shot_template_\S*\.json$/,
  *rows(path, text) {
    const [folder, file] = path.split("/").slice(-2);
    const task = file.split("_few_shot")[0];
    const direct = folder.endsWith("-direct");
    for (const [index, { input, prediction, target }] of JSON.parse(text).outputs.entries()) {
      const phrase = () => lastMatch(prediction, /the answer is:? *(.+?)\.? *$/gm);
      const stated = direct ? prediction.trim() || undefined : phrase();
      const options = input.split("Options:").at(-1).split("\nA:")[0];
      const choices = /^\([A-Z]\)$/.test(target) ? lettered(options) : undefined;
      const part = direct ? "direct" : "";
      yield {
        run: task,
        part,
        gold: target,
        completion: prediction,
        choices,
        stated,
        group: `${task}-${index}`,
      };
    }
  },
};
