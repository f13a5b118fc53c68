/**
 * The constants of the loop's own thread in src/apps/plan/constants.ts, `loopSeconds` and `wireBytes`: bench/loop.mjs at three lengths of completions, and a
 * line through what each part took. Processor seconds, so that other work on the machine matters little. Prints JSON: the constants beside those
 * that are set.
 *
 *   npm run build && node scripts/measure-loop.mjs [prompts] [repetitions]
 */
import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { median } from "../bench/measure.mjs";
import { loopSeconds, wireBytes } from "../dist/apps/plan/constants.js";
import { leastSquares } from "./plan/least-squares.mjs";

const [prompts = "256", repeats = "3"] = process.argv.slice(2);
const SAMPLES = 32;
const TOKENS = [64, 256, 512];
const WIRES = ["protobuf", "json"];
const bench = new URL("../bench/loop.mjs", import.meta.url).pathname;

/** Of the second step; the first warms up. */
function step(tokens) {
  const options = ["--prompts", prompts, "--samples", String(SAMPLES), "--tokens", String(tokens)];
  const out = execFileSync(process.execPath, [bench, ...options, "--steps", "2"], { encoding: "utf8" });
  return JSON.parse(out).steps.at(-1);
}

const rollouts = Number(prompts) * SAMPLES;
const points = TOKENS.map((tokens) => {
  const steps = Array.from({ length: Number(repeats) }, () => step(tokens));
  const [{ trained, wire }] = steps;
  const bytes = (name) => (wire[name].MiB * 2 ** 20) / trained;
  const parts = ({ parts }) =>
    Object.entries(parts).reduce((sum, [name, { cpu }]) => (name === "encode" ? sum : sum + cpu), 0);
  return {
    tokens,
    positions: (bytes("protobuf") - wireBytes.protobuf.datum) / wireBytes.protobuf.position,
    loop: median(steps.map(parts)) / rollouts,
    encode: Object.fromEntries(
      WIRES.map((name) => [name, median(steps.map((own) => own.wire[name].cpu / own.trained))]),
    ),
    bytes: Object.fromEntries(WIRES.map((name) => [name, bytes(name)])),
  };
});

/** The line through the points: where it begins, and by how much it rises. */
function line(x, y) {
  const [start, slope] = leastSquares(
    x.map((value) => [1, value]),
    y,
  );
  return { start, slope };
}

const own = line(
  TOKENS,
  points.map(({ loop }) => loop),
);
const positions = points.map((point) => point.positions);
const encoded = (name) =>
  line(
    positions,
    points.map(({ encode }) => encode[name]),
  );
const sent = (name) =>
  line(
    positions,
    points.map(({ bytes }) => bytes[name]),
  );
const rounded = (_, value) => (typeof value === "number" ? Number(value.toPrecision(3)) : value);
console.log(
  JSON.stringify(
    {
      loopSeconds: {
        rollout: own.start,
        token: own.slope,
        datum: Math.max(...WIRES.map((name) => encoded(name).start)),
        position: Object.fromEntries(WIRES.map((name) => [name, encoded(name).slope])),
      },
      jsonPosition: sent("json").slope,
      set: { loopSeconds, jsonPosition: wireBytes.json.position },
      points,
      load: loadavg(),
    },
    rounded,
    2,
  ),
);
