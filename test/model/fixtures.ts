/** The model folders that scripts/fixtures/models.py made. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const models = new URL("../fixtures/models/", import.meta.url).pathname;

export const variants = readdirSync(models, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

export const modelJson = (variant: string, file = "config.json"): Record<string, unknown> =>
  JSON.parse(readFileSync(join(models, variant, file), "utf8")) as Record<string, unknown>;
