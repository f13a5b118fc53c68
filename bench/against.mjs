/**
 * This checkout against another one: `node bench/against.mjs OTHER [--only LIST] [--runs N]`, both built. Each workload is repeated by both in
 * alternation, the order changing from pair to pair, so that a slow spell of the machine falls on each. Printed are the geometric means of the
 * ratios of this one's times to the other's, and the upper end of their 95% intervals.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { interval } from "./interval.mjs";
import { Repeater } from "./repeater.mjs";
import { compared } from "./workloads/index.mjs";

const USAGE = `Usage: node bench/against.mjs OTHER [--only LIST] [--runs N]`;
const THIS = fileURLToPath(new URL("..", import.meta.url));
const REPEAT = fileURLToPath(new URL("repeat.mjs", import.meta.url));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "train,sample,step,train-30m,step-30m" },
    runs: { type: "string", default: "10" },
  },
});
const [other] = positionals;
const runs = Number(values.runs);
const names = values.only.split(",");
const unknown = names.find((name) => !compared[name]);
if (!other || !(Number.isInteger(runs) && runs >= 5) || unknown !== undefined) {
  console.error(`${USAGE}\nN is at least 5; LIST are some of: ${Object.keys(compared).join(", ")}`);
  process.exit(2);
}

for (const name of names) {
  const ours = await Repeater.start(process.execPath, [REPEAT, THIS, name]);
  const theirs = await Repeater.start(process.execPath, [REPEAT, other, name]);
  const ratios = { seconds: [], processor: [] };
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? [ours, theirs] : [theirs, ours];
    const times = new Map();
    for (const side of order) times.set(side, await side.run());
    for (const kind of Object.keys(ratios))
      ratios[kind].push(times.get(ours)[kind] / times.get(theirs)[kind]);
  }
  for (const side of [ours, theirs]) side.close();
  const text = Object.entries(ratios).map(([kind, list]) => {
    const { mean, upper } = interval(list);
    return `${kind} ${mean.toFixed(3)} (up to ${upper.toFixed(3)})`;
  });
  console.log(`${name}: ${text.join(", ")}`);
}
