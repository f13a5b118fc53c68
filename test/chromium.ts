/** Where a Chromium is, for tests of pages; `CHROME_PATH` names another one. */
import { existsSync } from "node:fs";

export const executable = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** Why such a test is skipped, if it is. */
export const missing = executable === undefined ? "no Chromium found; set CHROME_PATH" : undefined;
