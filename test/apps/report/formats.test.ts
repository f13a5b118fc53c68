/** The report as Markdown and as PDF. */
import fs, { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fenced, plain, sparkline } from "../../../src/apps/report/markdown.js";
import { writeReport } from "../../../src/apps/report/report.js";
import { missing } from "../../chromium.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "report-formats-"));
  const lines = [1, 2, 3].map((step) => ({
    kind: "step",
    step,
    metrics: { reward: step / 4, "odd|metric": step },
    time: {},
  }));
  mkdirSync(join(folder, "run"));
  writeFileSync(join(folder, "run/metrics.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});
const run = () => join(folder, "run");

describe("Markdown", () => {
  it("has what the page says, in tables, and text as text", async () => {
    const text = readFileSync(
      await writeReport([run()], join(folder, "report.md"), { format: "md" }),
      "utf8",
    );
    expect(text).toMatch(/^# Run run\n/);
    expect(text).toContain("| step | Reward (reward) | 0.250 | 0.750 | ▁▅█ |");
    expect(text).toContain("odd\\|metric");
  });

  it("draws values as blocks: the mean of each stretch, gaps as blanks", () => {
    expect(sparkline([0, null, 1])).toBe("▁ █");
    expect(sparkline([2, 2])).toBe("▄▄");
    expect(sparkline([])).toBe("");
    expect([
      ...sparkline(
        Array.from({ length: 1000 }, (_, i) => i),
        8,
      ),
    ]).toEqual([..."▁▂▃▄▅▆▇█"]);
  });

  it("lets no text become markup", () => {
    expect(plain("a|b\n<i>*c*")).toBe("a\\|b \\<i\\>\\*c\\*");
    expect(fenced("a\n```\nb")).toEqual(["````", "a\n```\nb", "````"]);
  });
});

describe("PDF", () => {
  it.skipIf(missing)(missing ? `is printed (skipped: ${missing})` : "is printed by Chromium", async () => {
    const path = await writeReport([run()], join(folder, "report.pdf"), { format: "pdf" });
    const pdf = readFileSync(path);
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(5000);
  });

  it("says what to do where there is no Chromium, and writes nothing", async () => {
    const there = fs.existsSync;
    vi.stubEnv("CHROME_PATH", "");
    vi.spyOn(fs, "existsSync").mockImplementation((path) => !/chrom|edge/i.test(String(path)) && there(path));
    const output = join(folder, "report.pdf");
    await expect(writeReport([run()], output, { format: "pdf" })).rejects.toMatchObject({
      code: "report-no-chromium",
      remedy: expect.stringContaining("--format html"),
    });
    expect(there(output)).toBe(false);
    vi.unstubAllEnvs();
  });
});
