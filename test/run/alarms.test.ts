/** The file of alarms: written once, in order, and given up with the lines of metrics that it came from. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Alarm, readAlarms, removeAlarms, writeAlarm } from "../../src/run/alarms.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const alarm = (step: number, monitor = "a", changes: Partial<Alarm> = {}): Alarm => ({
  step,
  monitor,
  action: "log",
  series: "topShare",
  value: 0.5,
  bound: 0.4,
  evidence: { base: 0.2 },
  ...changes,
});
const file = () => join(folder.path, "alarms.jsonl");

describe("alarms.jsonl", () => {
  it("is not there without an alarm, and reads as none", () => {
    expect(readAlarms(folder.path)).toEqual([]);
    expect(fs.existsSync(file())).toBe(false);
  });

  it("keeps each alarm once, in the order of steps", () => {
    expect([alarm(3), alarm(5), alarm(3, "b"), alarm(5)].map((own) => writeAlarm(folder.path, own))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(readAlarms(folder.path)).toEqual([alarm(3), alarm(3, "b"), alarm(5)]);
    expect(fs.readFileSync(file(), "utf8").split("\n")).toHaveLength(4);
  });

  it("has one alarm of a monitor at a step: another takes its place", () => {
    writeAlarm(folder.path, alarm(3));
    expect(writeAlarm(folder.path, alarm(3, "a", { value: 0.6 }))).toBe(true);
    expect(readAlarms(folder.path)).toEqual([alarm(3, "a", { value: 0.6 })]);
  });

  it("loses those from a record on that came out otherwise", () => {
    const evaluated = alarm(4, "b", { series: "eval.topShare" });
    for (const own of [alarm(3), alarm(4), evaluated, alarm(5)]) writeAlarm(folder.path, own);
    removeAlarms(folder.path, { kind: "eval", step: 4 });
    expect(readAlarms(folder.path)).toEqual([alarm(3), alarm(4)]);
    removeAlarms(folder.path, { kind: "step", step: 4 });
    expect(readAlarms(folder.path)).toEqual([alarm(3)]);
    removeAlarms(folder.path, { kind: "step", step: 1 });
    expect(fs.existsSync(file())).toBe(false);
  });

  it("that is damaged is an error with the remedy", () => {
    fs.writeFileSync(file(), '{"step":1}\n');
    expect(() => readAlarms(folder.path)).toThrow(
      expect.objectContaining({
        code: "alarms-corrupt",
        where: file(),
        remedy: expect.stringContaining("Delete"),
      }),
    );
  });
});
