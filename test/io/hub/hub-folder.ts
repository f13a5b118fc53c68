/** A cache for a test, and settings that lead to the test's hub and lose no time between retries. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type HubSettings, hubSettings } from "../../../src/io/hub/settings.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

/** Removed after the test. */
export function temporaryHome(): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-hub-"));
  folders.push(folder);
  return folder;
}

export function testSettings(endpoint: string, home: string, env: Record<string, string> = {}): HubSettings {
  return { ...hubSettings({ HF_ENDPOINT: endpoint, HF_HOME: home, ...env }), retryMs: 1 };
}

/** Files under a folder, by path, links followed. */
export function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => fs.statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, fs.readFileSync(join(folder, path), "utf8")]),
  );
}
