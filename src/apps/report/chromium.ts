/** A Chromium of this machine, which prints pages as PDF. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { SelftrainError } from "../../errors.js";

/** Where browsers are; `CHROME_PATH` names another one. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** The first that is there; undefined where none is. */
export const findChromium = (): string | undefined =>
  [process.env.CHROME_PATH, ...PLACES].find(
    (path) => path !== undefined && path !== "" && fs.existsSync(path),
  );

const MOST_SECONDS = 120;

/**
 * A page of one file as PDF. Throws `report-no-chromium` where there is none, and `report-not-printed` where it fails.
 */
export async function printed(page: string): Promise<Buffer> {
  const chromium = findChromium();
  if (chromium === undefined)
    throw new SelftrainError({
      code: "report-no-chromium",
      message: "A PDF is printed by Chromium, and there is none here.",
      found: "no Chromium, Chrome or Edge where they usually are",
      expected: "one of them, or CHROME_PATH with the path of one",
      remedy:
        "Install one or set CHROME_PATH; or write the page with --format html and print it from any browser.",
    });
  const folder = fs.mkdtempSync(join(tmpdir(), "selftrain-print-"));
  try {
    const [source, target] = [join(folder, "report.html"), join(folder, "report.pdf")];
    fs.writeFileSync(source, page);
    await print(chromium, folder, [`--print-to-pdf=${target}`, pathToFileURL(source).href]);
    return fs.readFileSync(target);
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "report-not-printed",
        message: "Chromium did not print the report.",
        found: (cause instanceof Error ? cause.message : String(cause)).split("\n").slice(0, 3).join(" "),
        where: chromium,
        remedy:
          "Set CHROME_PATH to another Chromium; or write the page with --format html and print it from any browser.",
      },
      { cause },
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const print = (chromium: string, folder: string, target: readonly string[]) =>
  promisify(execFile)(
    chromium,
    [
      "--headless",
      "--disable-gpu",
      "--disable-extensions",
      "--disable-background-networking",
      "--no-first-run",
      "--no-pdf-header-footer",
      `--user-data-dir=${join(folder, "profile")}`,
      // Its sandbox does not work for the superuser. The page is ours, loads nothing, and runs only what its policy names by hash.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...target,
    ],
    { timeout: MOST_SECONDS * 1000, maxBuffer: 2 ** 24 },
  );
