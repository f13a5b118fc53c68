import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { onInterrupt } from "../../src/cli/interrupt.js";

function watch() {
  const source = new EventEmitter();
  const calls: string[] = [];
  const interrupt = onInterrupt({
    source,
    onFirst: () => calls.push("first"),
    onSecond: () => calls.push("second"),
  });
  return { source, calls, interrupt };
}

describe("onInterrupt", () => {
  it("aborts at the first signal and leaves at the second, whichever they are", () => {
    const { source, calls, interrupt } = watch();
    expect(interrupt.signal.aborted).toBe(false);
    source.emit("SIGINT");
    expect(interrupt.signal.aborted).toBe(true);
    expect(calls).toEqual(["first"]);
    source.emit("SIGTERM");
    expect(calls).toEqual(["first", "second"]);
  });

  it("gives the signals back", () => {
    const { source, interrupt } = watch();
    interrupt.dispose();
    expect(source.listenerCount("SIGINT") + source.listenerCount("SIGTERM")).toBe(0);
  });
});
