/** What every tracker keeps, whatever it sends to where. */
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TrainerEvent } from "../../../src/run/observer.js";
import { createRun, openRun } from "../../../src/run/open-run.js";
import type { Run } from "../../../src/run/run.js";
import { Feed } from "../../../src/run/trackers/feed.js";
import type { Tracked, Tracker } from "../../../src/run/trackers/tracker.js";
import { record } from "../samples.js";
import { temporaryFolder } from "../temporary.js";

export interface TrackerUnderTest {
  /** Called before each test; `folder` is a place of its own. */
  begin(folder: string): Promise<void>;
  finish(): Promise<void>;
  readonly open: (tracked: Tracked) => Promise<Tracker>;
  /** What the tracker shows of a series, as its own viewer would. */
  series(name: string): Promise<[step: number, value: number][]>;
  /** What it shows of the configuration. */
  config(): Promise<string>;
}

const agreement = (step: number): [number, number] => [step, step / 128];
const lineOf = (step: number) =>
  record(step, { metrics: { agreement: step / 128, word: "x", none: null, list: [1] } });
const schema = { parse: (raw: unknown) => raw as object };

export function holdsAsTracker(name: string, make: () => TrackerUnderTest): void {
  describe(`${name} as a tracker`, () => {
    const temporary = temporaryFolder();
    let tracker: TrackerUnderTest;
    let notices: string[];
    beforeEach(async () => {
      tracker = make();
      notices = [];
      await tracker.begin(join(temporary.path, "place"));
    });
    afterEach(() => tracker.finish());

    const path = () => join(temporary.path, "run");
    const begin = () => createRun(path(), "train", { steps: 4, adam: { learningRate: 0.5 } });
    const feedOf = (open = tracker.open) =>
      new Feed({
        name: "place",
        run: path(),
        config: { steps: 4, adam: { learningRate: 0.5 } },
        open,
        interval: 5,
        patience: 5000,
        observer: (event: TrainerEvent) => {
          if (event.type === "notice") notices.push(event.code);
        },
      });

    /** The run goes on to `last` in a process of its own. */
    async function goOn(run: Run<object>, first: number, last: number, feed = feedOf()): Promise<void> {
      feed.start();
      for (let step = first; step <= last; step++) run.append(lineOf(step));
      await feed.end(last === 4 ? "finished" : "interrupted");
      run.close();
    }

    it("shows every number of every record, at its step and under its kind, and the configuration", async () => {
      const run = begin();
      run.append(record(0, { kind: "eval", metrics: { mean: 0.25 } }));
      await goOn(run, 1, 4);
      expect(await tracker.series("train/agreement")).toEqual([1, 2, 3, 4].map(agreement));
      expect(await tracker.series("eval/mean")).toEqual([[0, 0.25]]);
      expect(await tracker.series("train/time/seconds")).toHaveLength(4);
      for (const none of ["word", "none", "list"]) expect(await tracker.series(`train/${none}`)).toEqual([]);
      expect(await tracker.config()).toMatch(/learningRate\W+0\.5/);
      expect(notices).toEqual([]);
    });

    it("goes on where the process before stopped, and sends nothing twice", async () => {
      await goOn(begin(), 1, 2);
      await goOn(openRun(path(), "train", schema), 3, 4);
      expect(await tracker.series("train/agreement")).toEqual([1, 2, 3, 4].map(agreement));
    });

    it("costs a run nothing where it fails: said once, and made up for when it works again", async () => {
      let working = false;
      const feed = feedOf(async (tracked) => {
        if (!working) throw new Error("no disk, no network");
        return tracker.open(tracked);
      });
      await goOn(begin(), 1, 2, feed);
      expect(notices).toEqual(["tracker-behind"]);
      working = true;
      await goOn(openRun(path(), "train", schema), 3, 4, feedOf());
      expect(await tracker.series("train/agreement")).toEqual([1, 2, 3, 4].map(agreement));
      expect(notices).toEqual(["tracker-behind"]);
    });

    it("keeps a run waiting no longer than the patience where it never answers", async () => {
      const run = begin();
      const feed = new Feed({
        name: "place",
        run: path(),
        config: {},
        open: () => new Promise(() => {}),
        patience: 50,
      });
      await goOn(run, 1, 4, feed);
    });

    it("is told what a run does again with another result", async () => {
      await goOn(begin(), 1, 3);
      const run = openRun(path(), "train", schema);
      const feed = feedOf();
      feed.start();
      await new Promise((resolve) => setTimeout(resolve, 50));
      run.append(record(2, { metrics: { agreement: 0.75 } }));
      run.append(lineOf(3));
      run.append(lineOf(4));
      await feed.end("finished");
      run.close();
      const series = await tracker.series("train/agreement");
      expect(series.slice(-3)).toEqual([[2, 0.75], agreement(3), agreement(4)]);
    });

    it("sends all again where it is not known what was sent", async () => {
      await goOn(begin(), 1, 3);
      fs.writeFileSync(join(path(), "trackers/place.json"), "{");
      await goOn(openRun(path(), "train", schema), 4, 4);
      expect((await tracker.series("train/agreement")).slice(-4)).toEqual([1, 2, 3, 4].map(agreement));
    });
  });
}
