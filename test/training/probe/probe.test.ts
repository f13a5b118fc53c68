/** A run with a probe: what it writes, that it trains as one without, and that it goes on as if nothing had happened. */
import fs from "node:fs";
import { join } from "node:path";
import { type TrainConfigInput, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { listProbes, readProbe } from "../../../src/run/probes.js";
import { recordsOf, runContents } from "../loop/run-contents.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const probe = { size: 6, samples: 4, every: 3 };
const configOf = (name: string, changes: Partial<TrainConfigInput> = {}) =>
  tinyTraining(base, at(name), { probe, adam: { learningRate: 0.02 }, ...changes });

describe("a run with a probe", () => {
  it("probes before, at its steps and at the end", async () => {
    await train(configOf("probed"));
    const records = recordsOf(at("probed"));
    console.log(
      JSON.stringify(
        records.filter((r) => r.kind === "probe"),
        null,
        1,
      ),
    );
    const probes = listProbes(at("probed"));
    console.log((await readProbe(probes[2]!.path))[0], fs.statSync(probes[2]!.path).size);
    expect(records.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "eval 0",
      "probe 0",
      "step 1",
      "step 2",
      "eval 2",
      "step 3",
      "probe 3",
      "step 4",
      "probe 4",
      "eval 4",
    ]);
    await train(configOf("plain", { probe: undefined }));
    const [own, plain] = [runContents(at("probed")), runContents(at("plain"))];
    const shared = Object.keys(plain.files).filter((name) => !/config.yaml|manifest/.test(name));
    for (const name of shared) expect(own.files[name] === plain.files[name], name).toBe(true);
    expect(own.metrics.filter(({ kind }) => kind !== "probe")).toEqual(plain.metrics);
  });
});
