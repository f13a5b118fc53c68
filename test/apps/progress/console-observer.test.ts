/** The observer for programs: a tiny run, and the lines that it leaves. */
import { join } from "node:path";
import { consoleObserver, Trainer, type TrainerEvent } from "selftrain";
import { describe, expect, it } from "vitest";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

function collected() {
  let text = "";
  return { stream: { write: (more: string) => (text += more) }, lines: () => text.split("\n").slice(0, -1) };
}

describe("consoleObserver", () => {
  const base = tinyBase();

  it("prints where a run stands, its evaluations and its notices", async () => {
    const { stream, lines } = collected();
    const config = tinyTraining(base, join(base.folder, "watched"), { samplesPerPrompt: 8 });
    const events: TrainerEvent[] = [];
    const print = consoleObserver({ stream, every: 0 });
    const summary = await new Trainer(config).run({
      observer: (event) => {
        events.push(event);
        print(event);
      },
    });
    expect(lines()).toContainEqual(expect.stringMatching(/^evaluation at step 0: mean \d+\.\d% · maj/));
    expect(lines()).toContainEqual(
      expect.stringMatching(/^train: step 4\/4 \(100%\).* \| agreement \d+\.\d% · /),
    );
    const notices = events.flatMap((event) => (event.type === "notice" ? [event.code] : []));
    const printed = lines().flatMap((line) => line.match(/^note\[(.*?)\]/)?.[1] ?? []);
    expect(printed).toEqual(notices);
    expect(summary.signs === null).toBe(!notices.includes("signs-of-collapse"));
  });

  it("says that nothing can be learned, once, and that it ended so", async () => {
    const { stream, lines } = collected();
    // The base marks answers with "#", which the rule `boxed` does not find.
    const config = tinyTraining(base, join(base.folder, "silent"), { answers: { rules: ["boxed"] } });
    const { signs } = await new Trainer(config).run({ observer: consoleObserver({ stream, title: "mine" }) });
    const said = (code: string) => lines().filter((line) => line.startsWith(`note[${code}]`));
    expect(said("no-answers")).toHaveLength(1);
    expect(said("truncated")).toEqual([]);
    expect(said("base-agreement")).toEqual([]);
    expect(said("base-majority")).toEqual([]);
    expect(said("signs-of-collapse")).toHaveLength(1);
    expect(lines().join("\n")).toMatch(
      /found {5}\{"completion":"#\d+".*\n {2}expected {2}.*: boxed\n {2}remedy/,
    );
    expect(lines()).toContainEqual(expect.stringMatching(/^mine: step 4\/4 .*no answer 100\.0%/));
    expect(signs).toMatchObject({ kind: "no-answers", noAnswerShare: [1, 1] });

    const again = collected();
    const resumed = { ...config, steps: 5 };
    await new Trainer(resumed).run({ resume: true, observer: consoleObserver({ stream: again.stream }) });
    expect(again.lines().filter((line) => line.startsWith("note[no-answers]"))).toHaveLength(1);
  });
});

it("prints a line every few seconds, the last step and what lasts at once", () => {
  const { stream, lines } = collected();
  let clock = 0;
  const observer = consoleObserver({ stream, every: 10, now: () => clock });
  const record = (step: number): TrainerEvent => ({
    type: "record",
    record: { kind: "step", step, metrics: { agreement: 0.5 }, time: {} },
  });
  for (let step = 1; step <= 4; step++) {
    observer({ type: "step", step, steps: 4 });
    observer(record(step));
    clock += 3;
  }
  observer({ type: "notice", code: "note", message: "a\u009b31m is data", found: "\u009b31m\u202e" });
  expect(lines()).toEqual([
    "train: step 0/4 (0%)",
    "train: step 4/4 (100%) | agreement 50.0%",
    "note[note]: a\u009b31m is data",
    '  found     "\\u009b31m\\u202e"',
  ]);
});
