/** Changes a JSON file in place, for tests of what is wrong with one. */
import { readFileSync, writeFileSync } from "node:fs";

export function editJson(path: string, change: (value: Record<string, unknown>) => unknown): void {
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))));
}
