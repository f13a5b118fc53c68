/** A run as it is read: whole, half written, damaged, and not a run. */
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { controlsOf } from "../../../src/apps/dashboard/write/controls.js";
import { askControl, logControl } from "../../../src/run/control.js";
import { createRun, openRun } from "../../../src/run/open-run.js";
import { groupVotes } from "../../../src/run/store/group-vote.js";
import { openRunStore } from "../../../src/run/store/open-store.js";
import { record, rows } from "../samples.js";
import { temporaryFolder } from "../temporary.js";
import { writeRun } from "./stored-run.js";

const temporary = temporaryFolder();
const at = (...names: string[]) => join(temporary.path, "run", ...names);
const open = () => openRunStore(at());
const parts = () =>
  open()
    .problems()
    .map(({ part, why }) => `${part} ${why}`);

describe("a whole run", () => {
  beforeEach(() => writeRun(at(), 3));

  it("gives its records, steps, rollouts and standing, and has no problems", async () => {
    const store = open();
    expect(store.records().map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(store.rolloutSteps()).toEqual([1, 2, 3]);
    expect(store.probeSteps()).toEqual([]);
    expect(await store.rollouts(2)).toEqual(rows(2, 32));
    expect(store.info).toMatchObject({ kind: "train", status: "finished" });
    expect(store.standing).toBe("finished");
    expect(store.config).toEqual({ steps: 3 });
    expect(store.problems()).toEqual([]);
  });

  it("gives the groups that were written with a step, which are those of its rollouts", async () => {
    const groups = await open().groups(2);
    expect(groups).toEqual(groupVotes(rows(2, 32), new Map([["train-0", "3"]])));
    expect(groups.map(({ promptId, truth }) => [promptId, truth])).toEqual([
      ["train-0", "3"],
      ["train-1", null],
    ]);
  });

  it("makes the groups of the rollouts where they were not written, with the truths that it is given", async () => {
    fs.rmSync(at("groups"), { recursive: true });
    const store = openRunStore(at(), { truths: new Map([["train-1", "1"]]) });
    expect((await store.groups(1)).map(({ truth }) => truth)).toEqual([null, "1"]);
    expect(store.problems()).toEqual([]);
    expect(fs.existsSync(at("groups"))).toBe(false);
  });

  it("lists its files anew where one came, though it keeps the list of a folder that is at rest", () => {
    const store = open();
    const atRest = () => fs.utimesSync(at("rollouts"), new Date(0), new Date(0));
    atRest();
    expect(store.rolloutSteps()).toEqual([1, 2, 3]);
    const listed = store.files("rollouts");
    expect(store.files("rollouts")).toBe(listed);
    for (const step of [4, 5]) {
      fs.copyFileSync(at("rollouts/step-000003.parquet"), at(`rollouts/step-00000${step}.parquet`));
      expect(store.rolloutSteps().at(-1)).toBe(step);
    }
  });

  it("says which steps it has where it has not the one asked for", async () => {
    const refused = { code: "store-no-step", found: "3 steps, from 1 to 3" };
    await expect(open().rollouts(9)).rejects.toMatchObject(refused);
    await expect(open().groups(9)).rejects.toMatchObject(refused);
    await expect(open().probe(3)).rejects.toMatchObject({ code: "store-no-step", found: "none" });
  });

  it("tells what happened: processes, alarms, the end", () => {
    const run = openRun(at(), "train", { parse: (raw) => raw as object });
    const alarm = { monitor: "topShare", action: "log", series: "topShare", bound: 0.3, evidence: {} };
    run.writeAlarm({ ...alarm, step: 2, value: 0.36 });
    run.fail(new Error("no more"));
    const events = open().events();
    expect(events.map(({ type, step }) => [type, step])).toEqual([
      ["started", null],
      ["resumed", null],
      ["alarm", 2],
      ["failed", null],
    ]);
    expect(events[2]).toMatchObject({ message: "topShare: topShare is 0.36, bound 0.3 (log)", data: alarm });
  });

  it("tells what was asked of it, and what became of that, as the dashboard does", () => {
    const asked = [
      { action: "stop" },
      { action: "learning-rate", factor: 0.5 },
      { action: "pause" },
    ] as const;
    for (const own of asked) askControl(at(), own);
    const at0 = new Date(0).toISOString();
    logControl(at(), { number: 1, at: at0, asked: asked[0], step: 3, refused: "it is over" });
    logControl(at(), { number: 2, at: at0, asked: asked[1], step: 1, refused: null });
    fs.writeFileSync(at("control/000004.json"), "{");
    const events = open()
      .events()
      .filter(({ type }) => type === "control");
    expect(events.map(({ step, message }) => [step, message])).toEqual([
      [1, "control 2 (learning-rate) was taken"],
      [3, "control 1 (stop) was refused: it is over"],
      [null, "control 3 (pause) is asked, and not decided yet"],
      [null, expect.stringContaining("control 4 cannot be read: ")],
    ]);
    const states = new Map(controlsOf(at()).map(({ number, state }) => [number, state]));
    expect([...states]).toEqual([
      [1, "refused"],
      [2, "taken"],
      [3, "asked"],
      [4, "asked"],
    ]);
    fs.appendFileSync(at("control/log.jsonl"), "no line of it\n");
    expect(parts()).toEqual([expect.stringContaining("control/log.jsonl is damaged")]);
  });
});

describe("a run that is being written", () => {
  it("is followed line by line, and a line that is not finished waits", async () => {
    const run = createRun(at(), "train", {});
    run.append(record(1));
    const store = open();
    expect(store.standing).toBe("running");
    expect(store.follow()).toMatchObject({ records: [{ step: 1 }], anew: false });
    run.append(record(2));
    expect(store.follow()).toMatchObject({ records: [{ step: 2 }], anew: false });
    expect(store.follow()).toEqual({ records: [], ends: [], anew: false });
    expect(store.offset).toBe(fs.statSync(at("metrics.jsonl")).size);
    fs.appendFileSync(at("metrics.jsonl"), '{"kind":"step","st');
    expect(store.follow()).toEqual({ records: [], ends: [], anew: false });
    expect(store.problems()).toMatchObject([{ part: "rollouts", steps: [1, 2] }]);
    run.close();
  });

  it("is read anew where its lines were replaced, though the file has grown past where it was", async () => {
    const run = createRun(at(), "train", {});
    for (const step of [1, 2, 3]) run.append(record(step));
    const store = open();
    expect(store.records()).toHaveLength(3);
    expect(run.append(record(2, { metrics: { agreement: 0.5 } }))?.code).toBe("resume-diverged");
    for (const step of [3, 4, 5, 6, 7]) run.append(record(step, { metrics: { agreement: 0.5 } }));
    expect(store.follow()).toMatchObject({ anew: true, records: { length: 7 } });
    expect(store.records().map(({ metrics }) => metrics.agreement)).toEqual([
      0.01, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
    ]);
    run.close();
  });

  it("has no groups of the steps that it gives up", async () => {
    const run = createRun(at(), "train", {});
    for (const step of [1, 2, 3]) {
      await run.writeRollouts(step, rows(step, 16));
      run.append(record(step));
    }
    run.append(record(2, { metrics: { agreement: 0.5 } }));
    expect(fs.readdirSync(at("groups"))).toEqual(["step-000001.jsonl", "step-000002.jsonl"]);
    run.close();
  });
});

describe("a damaged run", () => {
  beforeEach(() => writeRun(at(), 3));

  it("names a line that is no record, and gives the others", () => {
    const lines = fs.readFileSync(at("metrics.jsonl"), "utf8").split("\n");
    fs.writeFileSync(at("metrics.jsonl"), lines.with(1, '{"kind":"st').join("\n"));
    expect(
      open()
        .records()
        .map(({ step }) => step),
    ).toEqual([1, 3]);
    expect(parts()).toEqual(["metrics.jsonl, line 2 is no record"]);
  });

  it("names rollouts that are missing and cut short, and gives the others", async () => {
    fs.rmSync(at("rollouts/step-000001.parquet"));
    fs.truncateSync(at("rollouts/step-000002.parquet"), 100);
    expect(parts()).toEqual(["rollouts of step 1 is missing", "rollouts of step 2 is cut short"]);
    await expect(open().rollouts(2)).rejects.toMatchObject({ code: "rollouts-corrupt" });
    expect(await open().rollouts(3)).toHaveLength(32);
    // What was written beside them is there.
    expect(await open().groups(1)).toHaveLength(2);
  });

  it("makes damaged groups again, and names their file", async () => {
    const store = open();
    const whole = await store.groups(2);
    fs.truncateSync(at("groups/step-000002.jsonl"), 40);
    expect((await store.groups(2)).map(({ label }) => label)).toEqual(whole.map(({ label }) => label));
    expect(store.problems()).toMatchObject([{ part: "groups/step-000002.jsonl", why: "is damaged" }]);
  });

  it.each([
    ["run.json", /^run.json cannot be read/],
    ["config.yaml", /^config.yaml is missing or damaged/],
    ["environment.json", /^environment.json is damaged/],
    ["alarms.jsonl", /^alarms.jsonl is damaged/],
  ])("is read though %s is no such thing", (name, problem) => {
    fs.writeFileSync(at(name), "\0{");
    expect(parts()).toEqual([expect.stringMatching(problem)]);
    expect(open().records()).toHaveLength(3);
    expect(open().standing).toBe(name === "run.json" ? "damaged" : "finished");
  });

  it("is read without run.json and metrics, by its rollouts alone", async () => {
    for (const name of ["run.json", "metrics.jsonl", "groups"]) fs.rmSync(at(name), { recursive: true });
    expect(open().records()).toEqual([]);
    expect(await open().groups(3)).toHaveLength(2);
    expect(parts()).toEqual([expect.stringMatching(/^run.json/), "metrics.jsonl is missing"]);
  });

  it("follows no link out of it", async () => {
    const elsewhere = join(temporary.path, "elsewhere.parquet");
    fs.renameSync(at("rollouts/step-000002.parquet"), elsewhere);
    fs.symlinkSync(elsewhere, at("rollouts/step-000002.parquet"));
    await expect(open().rollouts(2)).rejects.toMatchObject({ code: "store-outside" });
    fs.rmSync(at("metrics.jsonl"));
    fs.symlinkSync("/etc/passwd", at("metrics.jsonl"));
    expect(() => open()).toThrow(expect.objectContaining({ code: "store-outside" }));
  });

  it("may itself be reached by a link", async () => {
    const link = join(temporary.path, "link");
    fs.symlinkSync(at(), link);
    expect(await openRunStore(link).rollouts(1)).toHaveLength(32);
  });
});

it("refuses a folder that has nothing of a run", () => {
  expect(() => openRunStore(temporary.path)).toThrow(expect.objectContaining({ code: "run-missing" }));
  expect(() => openRunStore(at())).toThrow(expect.objectContaining({ code: "run-missing" }));
});
