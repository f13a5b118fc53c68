/** A fresh folder for each test, removed afterwards. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

export function temporaryFolder(): { readonly path: string } {
  const folder = { path: "" };
  beforeEach(() => {
    folder.path = fs.mkdtempSync(join(os.tmpdir(), "selftrain-test-"));
  });
  afterEach(() => {
    fs.rmSync(folder.path, { recursive: true, force: true });
  });
  return folder;
}
