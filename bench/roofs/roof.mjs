/**
 * One roof, as a process of its own: `node roof.mjs matmul|copy [JSON]`, the latter what `open` is to be given. It warms up, then measures once per line on stdin and answers with a
 * line of JSON. Apart, so that its memory is not counted as the engine's.
 */
import { createInterface } from "node:readline";

const { open } = await import(`./${process.argv[2]}.mjs`);
const measure = await open(JSON.parse(process.argv[3] ?? "{}"));
const reply = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

await measure();
reply({ versions: {} });
for await (const _ of createInterface({ input: process.stdin })) reply(await measure());
process.exit(0);
