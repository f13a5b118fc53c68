import { afterEach, describe, expect, it } from "vitest";
import { ProgressDisplay } from "../../../src/cli/progress/display.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { type FakeIo, fakeIo } from "../fake-io.js";

const record: MetricRecord = {
  kind: "step",
  step: 1,
  metrics: { agreement: 0.71, accuracy: 0.642, reward: 0.7, topShare: 0.08, loss: Number.NaN },
  time: { tokensPerSecond: 8123.4 },
};

/** What a terminal shows after the writes: follows cursor-up, carriage return and the two kinds of clearing. */
function screen(written: string): string[] {
  const lines: string[] = [""];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's own
  for (const token of written.match(/\u001b\[\??\d*[A-Za-z]|[\n\r]|[^\u001b\n\r]+/g) ?? []) {
    if (token.startsWith("\u001b[") && token.endsWith("A")) row -= Number(token.slice(2, -1));
    else if (token === "\u001b[J") lines.splice(row, lines.length, "");
    else if (token === "\n") lines[++row] ??= "";
    else if (!token.startsWith("\u001b") && token !== "\r") lines[row] = token;
  }
  return lines.filter((line) => line !== "");
}

let clock = 0;
let display: ProgressDisplay;

function open(change: (io: FakeIo) => void = () => undefined): FakeIo {
  const io = fakeIo();
  change(io);
  clock = 0;
  display = new ProgressDisplay(io, { now: () => clock });
  display.start("train");
  return io;
}

function terminal(columns: number) {
  return (io: FakeIo) => {
    io.stderr.isTTY = true;
    io.stderr.columns = columns;
  };
}

/** Step `number` begins some seconds after what was before. */
function begin(number: number, seconds = 1): void {
  clock += seconds;
  display.observer({ type: "step", step: number, steps: 4 });
}

/** The step that began is done. */
function finish(number: number, seconds = 0): void {
  clock += seconds;
  display.observer({ type: "record", record: { ...record, step: number } });
}

afterEach(() => display.close());

describe("on a terminal", () => {
  it("rewrites one block in place", () => {
    const io = open((given) => {
      terminal(90)(given);
      Object.assign(given.env, { NO_COLOR: "1" });
    });
    begin(1);
    finish(1, 1.5);
    begin(2, 0.5);
    clock += 0.5;
    display.observer({ type: "phase", phase: "sample", done: 61, total: 100 });
    expect(screen(io.stderr.text)).toEqual([
      "train      ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 1/4  25%  6 s left",
      "  sample   ━━━━━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 61%",
      "  agreement 71.0%  accuracy 64.2%  reward 70.0%  top answer 8.0%  8,123 tokens/s",
    ]);
  });

  it("writes a frame at a time, and not more often than an eye can see", () => {
    const io = open(terminal(80));
    const writes: string[] = [];
    io.stderr.write = (text: string) => writes.push(text);
    for (let i = 0; i < 50; i++) {
      clock += 0.01;
      display.observer({ type: "phase", phase: "sample", done: i, total: 50 });
    }
    expect(writes.length).toBeGreaterThan(2);
    expect(writes.length).toBeLessThan(8);
  });

  it.each([10, 30, 60, 200])("never fills the last of %i columns", (columns) => {
    const io = open((given) => {
      terminal(columns)(given);
      Object.assign(given.env, { NO_COLOR: "1" });
    });
    begin(1);
    finish(1);
    begin(2);
    clock += 1;
    display.observer({ type: "phase", phase: "checkpoint", done: 1, total: 2 });
    for (const line of screen(io.stderr.text)) expect([...line].length).toBeLessThan(Math.max(columns, 11));
  });

  it("shows the course of agreement and accuracy, and how many alarms there were", () => {
    const io = open((given) => {
      terminal(110)(given);
      Object.assign(given.env, { NO_COLOR: "1" });
    });
    const shares = [0.5, 0.625, 0.75, 1];
    for (const [i, agreement] of shares.entries()) {
      begin(i + 1);
      clock += 1;
      const metrics = i === 0 ? { agreement } : { agreement, accuracy: 1 - agreement };
      display.observer({ type: "record", record: { ...record, step: i + 1, metrics } });
      // Not before there is a course.
      if (i < 2) expect(screen(io.stderr.text).join("\n")).not.toContain("█");
    }
    display.observer({ type: "notice", code: "monitor-alarm", message: "topShare rose" });
    display.observer({ type: "notice", code: "monitor-alarm", message: "the canary fell" });
    const lines = screen(io.stderr.text);
    expect(lines.slice(-2)).toEqual([
      "  agreement 50.0% ▁▃▅█ 100.0%   accuracy 37.5% █▆▁ 0.0%",
      "  2 alarms, the last: the canary fell",
    ]);
  });

  it("keeps notices and evaluations above the block", () => {
    const io = open(terminal(80));
    begin(1);
    display.observer({ type: "notice", code: "memory", message: "smaller micro-batches" });
    display.observer({
      type: "record",
      record: { ...record, kind: "eval", metrics: { mean: 0.551, maj: 0.68 } },
    });
    begin(2);
    expect(screen(io.stderr.text).slice(0, 2)).toEqual([
      "note[memory]: smaller micro-batches",
      "evaluation at step 1: mean 55.1% · maj 68.0%",
    ]);
  });

  it("leaves nothing behind and gives the cursor back", () => {
    const io = open(terminal(80));
    begin(1);
    display.close();
    display.close();
    expect(screen(io.stderr.text)).toEqual([]);
    expect(io.stderr.text.split("\u001b[?25l")).toHaveLength(2);
    expect(io.stderr.text.split("\u001b[?25h")).toHaveLength(2);
    expect(process.listenerCount("exit")).toBe(0);
  });

  it("uses colours unless NO_COLOR is set", () => {
    const coloured = open(terminal(80));
    begin(1);
    expect(coloured.stderr.text).toContain("\u001b[32m");
    display.close();
    const plain = open((given) => {
      terminal(80)(given);
      Object.assign(given.env, { NO_COLOR: "1" });
    });
    begin(1);
    expect(plain.stderr.text).not.toContain("\u001b[32m");
  });
});

describe("elsewhere", () => {
  it("prints a plain line every few seconds", () => {
    const io = open();
    for (let i = 1; i <= 4; i++) {
      begin(i, 1);
      finish(i, 2);
    }
    const metrics = "agreement 71.0% · accuracy 64.2% · reward 70.0% · top answer 8.0% · 8,123 tokens/s";
    expect(io.stderr.text.split("\n").slice(0, -1)).toEqual([
      "train: step 0/4 (0%)",
      `train: step 2/4 (50%), 6 s left | ${metrics}`,
      `train: step 4/4 (100%) | ${metrics}`,
    ]);
  });

  it("prints evaluations at once", () => {
    const io = open();
    display.observer({ type: "record", record: { ...record, kind: "eval", metrics: { mean: 0.5 } } });
    expect(io.stderr.text).toBe("evaluation at step 1: mean 50.0%\n");
  });

  it("shows the loss where there is no reward", () => {
    const io = open();
    display.observer({ type: "record", record: { ...record, metrics: { loss: 1.2345 }, time: {} } });
    expect(io.stderr.text).toContain("| loss 1.23\n");
  });

  it("shows a phase without steps", () => {
    const io = open();
    display.observer({ type: "phase", phase: "evaluate", done: 3, total: 4 });
    expect(io.stderr.text).toBe("train: evaluate 75%\n");
  });
});

describe("a resumed run", () => {
  it("counts time from where it starts", () => {
    const io = open();
    begin(3, 100);
    finish(3, 3);
    begin(4, 4);
    expect(io.stderr.text).toContain("train: step 3/4 (75%), 7 s left");
  });
});

describe("quiet", () => {
  it.each([true, false])("prints notices and nothing else, on a terminal: %s", (isTTY) => {
    const io = fakeIo();
    io.stderr.isTTY = isTTY;
    display = new ProgressDisplay(io, { now: () => clock, quiet: true });
    display.start("train");
    begin(1);
    finish(1, 10);
    display.observer({ type: "record", record: { ...record, kind: "eval", metrics: { mean: 0.5 } } });
    display.observer({ type: "notice", code: "monitor-alarm", message: "topShare rose" });
    display.close();
    expect(io.stderr.text).toBe("note[monitor-alarm]: topShare rose\n");
  });
});
