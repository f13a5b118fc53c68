/** Ctrl-C, or a terminal that closes: once stops after the current step, with a checkpoint; twice leaves at once. */
import type { EventEmitter } from "node:events";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type StopSignal = (typeof signals)[number];

/**
 * Leaves at once, ended by the signal itself, of which a shell makes status 130, 143 or 129. To exit would be to terminate the engine's threads,
 * and one that is inside native code takes the process down with an abort. Nothing is emitted: what must be put in order comes before.
 */
export function leaveBy(signal: StopSignal): void {
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  dispose(): void;
}

export interface InterruptOptions {
  /** Called at the first signal. */
  readonly onFirst: (signal: StopSignal) => void;
  /** Called at the second; by default it leaves at once. */
  readonly onSecond?: (signal: StopSignal) => void;
  readonly source?: Pick<EventEmitter, "on" | "off">;
}

export function onInterrupt({ onFirst, onSecond = leaveBy, source = process }: InterruptOptions): Interrupt {
  const controller = new AbortController();
  const handlers = signals.map((signal) => {
    const handle = (): void => {
      const again = controller.signal.aborted;
      controller.abort();
      if (again) onSecond(signal);
      else onFirst(signal);
    };
    source.on(signal, handle);
    return { signal, handle };
  });
  return {
    signal: controller.signal,
    dispose: () => {
      for (const { signal, handle } of handlers) source.off(signal, handle);
    },
  };
}
