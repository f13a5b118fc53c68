/**
 * One workload of one checkout, as a process of its own: `node repeat.mjs CHECKOUT WORKLOAD`. It warms up, then repeats the workload once
 * per line on stdin and answers with a line of JSON: wall seconds, and processor seconds of all threads.
 */
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [checkout, name] = process.argv.slice(2);
const from = (file) => import(pathToFileURL(resolve(checkout, "bench", file)).href);
const { compared } = await from("workloads/index.mjs");
const { openEngine } = await from("models.mjs");

const engine = await openEngine(compared[name].model);
const repeat = compared[name].open(engine);
const reply = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

for (let run = 0; run < 3; run++) await repeat();
reply({ versions: {} });
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const start = performance.now();
  await repeat();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  reply({ seconds, processor: (user + system) / 1e6 });
}
await engine.close();
