/** Grader failures are said at once, with the text, beside the metric and the column of the rollouts that keep them. */
import type { Group } from "../group.js";
import type { Observer } from "./observer.js";

/** Characters of the offending solution that are shown, from its end, where answers stand. */
const SHOWN = 200;

export function noticeFailures(groups: readonly Group[], observer: Observer | undefined): void {
  const failed = groups.flatMap(({ prompt, rollouts }) =>
    rollouts.flatMap(({ graderError, text }) =>
      graderError === undefined ? [] : [{ prompt, graderError, text }],
    ),
  );
  const [first] = failed;
  if (first === undefined) return;
  const { prompt, graderError, text } = first;
  observer?.({
    type: "notice",
    code: "grader-failure",
    message: `the grader failed on ${failed.length} solutions, which have no answer; the first, to prompt ${prompt.id}: ${graderError}: ${JSON.stringify(text.slice(-SHOWN))}`,
  });
}
