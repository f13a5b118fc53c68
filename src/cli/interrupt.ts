/** Ctrl-C: once stops after the current step, with a checkpoint; twice leaves at once. */
import type { EventEmitter } from "node:events";

const signals = ["SIGINT", "SIGTERM"] as const;

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  dispose(): void;
}

export interface InterruptOptions {
  /** Called at the first signal. */
  readonly onFirst: () => void;
  /** Called at the second; by default the process exits with status 130. */
  readonly onSecond?: () => void;
  readonly source?: Pick<EventEmitter, "on" | "off">;
}

export function onInterrupt({
  onFirst,
  onSecond = () => process.exit(130),
  source = process,
}: InterruptOptions): Interrupt {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) {
      onSecond();
      return;
    }
    controller.abort();
    onFirst();
  };
  for (const signal of signals) source.on(signal, handle);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) source.off(signal, handle);
    },
  };
}
