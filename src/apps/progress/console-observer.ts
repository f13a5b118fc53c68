/** Progress of a run as plain lines, for programs and log files: what the command line prints where there is no terminal. */
import type { Observer } from "../../run/observer.js";
import { lastingLine, logLine } from "./lines.js";
import { ProgressState } from "./state.js";

export interface ConsoleObserverOptions {
  /** Where lines are written; by default standard error, so that standard output is the program's own. */
  readonly stream?: { write(text: string): unknown };
  /** Least number of seconds between two lines of progress (5). Notices, evaluations and the last step are printed at once; 0 prints every event. */
  readonly every?: number;
  /** First word of each line of progress (`train`). */
  readonly title?: string;
  /** Seconds of a clock that only moves forward. */
  readonly now?: () => number;
}

const EVERY = 5;

/**
 * An observer of one run (`train`, `finetune`, `pretrain`, `labelPrompts`, `evaluateModel`, `Trainer.run` …) that prints where it stands, its
 * evaluations and its notices. It changes nothing of the run.
 *
 * ```ts
 * import { consoleObserver, Trainer } from "selftrain";
 *
 * const trainer = new Trainer({ model: "runs/base", output: "runs/mine", prompts: { task: "chain-sums" } });
 * await trainer.run({ observer: consoleObserver() });
 * ```
 */
export function consoleObserver({
  stream = process.stderr,
  every = EVERY,
  title = "train",
  now = () => performance.now() / 1000,
}: ConsoleObserverOptions = {}): Observer {
  const state = new ProgressState(title);
  let printed = Number.NEGATIVE_INFINITY;
  return (event) => {
    const time = now();
    state.handle(event, time);
    const lasting = lastingLine(event);
    if (lasting !== null) {
      stream.write(`${lasting}\n`);
      return;
    }
    const view = state.view(time);
    const last = event.type === "record" && view.steps > 0 && view.step === view.steps;
    if (!last && time - printed < every) return;
    printed = time;
    stream.write(`${logLine(view)}\n`);
  };
}
