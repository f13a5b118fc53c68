// Writes schema/*.schema.json from the built package: `npm run build && node scripts/make-schema.mjs`.
// test/config/json-schema.test.ts fails where the checked-in files are out of date.
import { mkdirSync, writeFileSync } from "node:fs";
import { schemaFiles } from "../dist/config/json-schema.js";

const folder = new URL("../schema/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of schemaFiles()) writeFileSync(new URL(name, folder), text);
