// Usage: write-rollouts.mjs FOLDER STEP ROWS.json
import { readFileSync } from "node:fs";
import { writeRollouts } from "../../../dist/run/rollouts.js";

const [folder, step, rows] = process.argv.slice(2);
await writeRollouts(folder, Number(step), JSON.parse(readFileSync(rows, "utf8")));
