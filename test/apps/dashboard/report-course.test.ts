/** What a report shows of votes over the steps, of a real run. */
import fs from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { beforeAll, expect, it } from "vitest";
import { courseOf } from "../../../src/apps/dashboard/figures/report-course.js";
import { writeReport } from "../../../src/apps/report/report.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

const base = tinyBase();
let run: string;
beforeAll(async () => {
  run = join(base.folder, "run");
  await train(tinyTraining(base, run, { probe: { size: 4, samples: 4, every: 2 } }));
});

it("reads the probe's votes, the answers of all prompts, and the true answers", async () => {
  const course = (await courseOf(run))!;
  expect(course.matrix).toMatchObject({ columns: [0, 2, 4], stepsKept: 3 });
  expect(course.matrix!.rows).toHaveLength(4);
  const { collapse } = course;
  expect(collapse!.steps).toEqual([1, 2, 3, 4]);
  for (const [i] of collapse!.steps.entries()) {
    const all = collapse!.bands.reduce((sum, { shares }) => sum + shares[i]!, 0);
    expect(all + collapse!.others[i]! + collapse!.unanswered[i]!).toBeCloseTo(1);
  }
  expect(course.truths.size).toBeGreaterThan(0);
  expect(await courseOf(base.folder)).toBeNull();
});

it("stands in the page and in Markdown", async () => {
  const page = fs.readFileSync(await writeReport([run], join(run, "report.html"), { courseOf }), "utf8");
  expect(page).toContain('class="matrix"');
  expect(page).toContain('class="drawing river"');
  expect(page).toContain("hidden from training");
  const text = fs.readFileSync(
    await writeReport([run], join(run, "report.md"), { format: "md", courseOf }),
    "utf8",
  );
  expect(text).toContain("## Votes at step 4");
});
