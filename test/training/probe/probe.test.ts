/** A run with a probe: what it writes, that it trains as one without, and that it goes on as if nothing had happened. */
import fs from "node:fs";
import { join, relative } from "node:path";
import { replay, type TrainConfigInput, train } from "selftrain";
import { beforeAll, describe, expect, it } from "vitest";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { gapsOf } from "../../../src/run/gaps.js";
import { listProbes, probeFile, readProbe, writeProbe } from "../../../src/run/probes.js";
import { isRun } from "../../../src/run/run-info.js";
import { type Fault, snapshots, trainInChild } from "../loop/child.js";
import { recordsOf, runContents } from "../loop/run-contents.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const configOf = (output: string, changes: Partial<TrainConfigInput> = {}) =>
  tinyTraining(base, output, {
    probe: { size: 6, samples: 4, every: 3 },
    adam: { learningRate: 5e-3 },
    keepCheckpoints: 2,
    ...changes,
  });
const linesOf = (run: string) => recordsOf(run).map(({ kind, step }) => `${kind} ${step}`);
const without = (name: string) => name === "config.yaml";
let whole: ReturnType<typeof runContents>;

beforeAll(async () => {
  await train(configOf(at("whole")));
  whole = runContents(at("whole"), without);
});

/** A copy of the finished run. */
function copy(name: string): string {
  fs.cpSync(at("whole"), at(name), { recursive: true });
  return at(name);
}

async function resume(run: string): Promise<string[]> {
  const notices: string[] = [];
  await train(configOf(run), {
    resume: true,
    observer: (event) => {
      if (event.type === "notice") notices.push(event.code);
    },
  });
  return notices;
}

describe("a run with a probe", () => {
  it("takes it before training, every so many steps and at the end, and trains as one without", async () => {
    expect(linesOf(at("whole"))).toEqual([
      ...["eval 0", "probe 0", "step 1", "step 2", "eval 2", "step 3", "probe 3"],
      ...["step 4", "probe 4", "eval 4"],
    ]);
    expect(listProbes(at("whole")).map(({ step }) => step)).toEqual([0, 3, 4]);
    await train(configOf(at("plain"), { probe: undefined }));
    const plain = runContents(at("plain"), without);
    const names = Object.keys(plain.files).filter((name) => !name.endsWith("manifest.json"));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(whole.files[name] === plain.files[name], name).toBe(true);
    expect(whole.metrics.filter(({ kind }) => kind !== "probe")).toEqual(plain.metrics);
    expect(fs.existsSync(join(at("plain"), "probe"))).toBe(false);
    // Nothing of a probe is asked for by a size of 0.
    await train(configOf(at("none"), { probe: { size: 0 } }));
    expect(runContents(at("none"), without)).toEqual(plain);
  });

  it("writes every sample with its tokens, and both policies' logprobs of them", async () => {
    const probes = await Promise.all(listProbes(at("whole")).map(({ path }) => readProbe(path)));
    const tokenizer = loadTokenizer(join(at("whole"), "checkpoints/step-000004"), []);
    const prompts = probes.map((rows) => rows.map(({ promptId, prompt }) => `${promptId} ${prompt}`));
    expect(prompts[1]).toEqual(prompts[0]);
    expect(new Set(prompts[0]).size).toBe(6);
    for (const row of probes.flat()) {
      expect(tokenizer.decode(row.tokenIds)).toBe(row.completion);
      expect(row.tokenTexts.join("")).toBe(row.completion);
      const lists = [row.tokenIds, row.tokenTexts, row.logprobs, row.referenceLogprobs!];
      expect(lists.map((list) => list.length)).toEqual(lists.map(() => row.tokens));
      expect(row.logprobs.reduce((sum, own) => sum + own, 0)).toBe(row.sumLogprob);
      if (row.answer === null) expect([row.answerFrom, row.answerTo]).toEqual([null, null]);
      // `#407`: all but the mark and the end.
      else expect([row.answerFrom, row.answerTo]).toEqual([1, row.completion.length]);
      if (row.step > 0) continue;
      for (const [t, own] of row.logprobs.entries()) expect(row.referenceLogprobs![t]).toBeCloseTo(own, 5);
    }
    expect(probes.flat().some(({ answer }) => answer !== null)).toBe(true);
    const last = probes.at(-1)!;
    expect(
      last.some(({ logprobs, referenceLogprobs }) =>
        logprobs.some((own, t) => Math.abs(own - referenceLogprobs![t]!) > 0.01),
      ),
    ).toBe(true);
  });

  it("leaves the starting policy alone where no KL is asked for", async () => {
    await train(configOf(at("no-kl"), { steps: 1, probe: { size: 2, samples: 2, kl: false } }));
    const rows = await readProbe(probeFile(at("no-kl"), 1));
    expect(rows.map(({ referenceLogprobs }) => referenceLogprobs)).toEqual(rows.map(() => null));
    const { metrics } = recordsOf(at("no-kl")).find(({ kind, step }) => kind === "probe" && step === 1)!;
    expect(Object.keys(metrics).filter((name) => /kl$/i.test(name))).toEqual([]);
  });
});

describe("killed and continued", () => {
  it.each<[string, Fault]>([
    ["before its folder is there", { do: "kill", call: "mkdirSync", path: "probe" }],
    ["before the first file has its name", { do: "kill", call: "renameSync", path: "probe/" }],
    ["before a later file has its name", { do: "kill", call: "renameSync", path: "probe/", nth: 2 }],
    // Lines: eval 0, probe 0, step 1, …
    ["between the first file and its line", { do: "kill", call: "writeSync", path: "metrics.jsonl", nth: 2 }],
    ["within the line of a later one", { do: "tear", call: "writeSync", path: "metrics.jsonl", nth: 7 }],
    ["within the line of the last one", { do: "tear", call: "writeSync", path: "metrics.jsonl", nth: 9 }],
  ])("%s: the end is the same, to the byte", async (name, fault) => {
    const run = at(name.replaceAll(" ", "-"));
    expect(await trainInChild("train", configOf(run), fault)).toMatchObject({ signal: "SIGKILL" });
    expect(await resume(run)).toEqual([]);
    expect(runContents(run, without)).toEqual(whole);
  });

  it("at any moment of a run that ends early and goes back: the end is the same", async () => {
    const output = at("stopped");
    const config = configOf(output, {
      steps: 5,
      promptsPerStep: 2,
      evaluation: { size: 4, samples: 2 },
      probe: { size: 3, samples: 2, every: 4 },
      adam: { learningRate: 0.3, gradClipNorm: 0 },
      validation: { size: 4, samples: 2, every: 1 },
      monitors: {
        default: "off",
        mine: {
          on: "validation.mean",
          detector: { kind: "plateau", patience: 2 },
          onAlarm: "restore-best",
        },
      },
    });
    await trainInChild("train", config, { do: "snapshot", to: `${output}.states` });
    const expected = runContents(output, without);
    expect(linesOf(output)).toEqual([
      ...["eval 0", "probe 0", "validation 0", "step 1", "validation 1"],
      // The probe of the policy that the run stopped at, and the evaluation of that which it went back to.
      ...["step 2", "probe 2", "validation 2", "eval 2"],
    ]);
    const states = snapshots(`${output}.states`).filter(isRun);
    const probed = states.filter((state) => fs.existsSync(join(state, "probe")));
    for (const state of probed.filter((_, i) => i % 4 === 0).concat(probed.slice(-6))) {
      fs.rmSync(output, { recursive: true });
      fs.cpSync(state, output, { recursive: true });
      await train(config, { resume: true });
      expect(runContents(output, without), relative(`${output}.states`, state)).toEqual(expected);
    }
  }, 180_000);
});

describe("what was lost", () => {
  const cut = (path: string) => fs.truncateSync(path, fs.statSync(path).size - 20);

  it.each<[string, (path: string) => void]>([
    ["deleted", (path) => fs.rmSync(path)],
    ["cut", cut],
    ["empty", (path) => fs.truncateSync(path)],
  ])(
    "a file that was %s: said by whoever reads the run, refused, and the remedy works",
    async (name, lose) => {
      const run = copy(`lost-${name}`);
      const path = probeFile(run, 3);
      lose(path);
      expect(gapsOf(run, "train", recordsOf(run))).toEqual({ metrics: [], rollouts: [], probes: [3] });
      const before = runContents(run);
      await expect(resume(run)).rejects.toMatchObject({
        code: "probe-missing",
        where: path,
        remedy: expect.stringContaining("checkpoints of step 3 and later"),
      });
      expect(runContents(run)).toEqual(before);
      expect(await replay({ run })).toMatchObject({ missing: { probes: [3] }, differenceCount: 0 });
      fs.rmSync(path, { force: true });
      fs.rmSync(join(run, "checkpoints/step-000004"), { recursive: true });
      expect(await resume(run)).toEqual([]);
      expect(runContents(run, without)).toEqual(whole);
    },
  );

  it("the first probe: the remedy keeps the first checkpoint", async () => {
    const run = copy("lost-first");
    fs.rmSync(probeFile(run, 0));
    await expect(resume(run)).rejects.toMatchObject({ remedy: expect.stringContaining("step 1 and later") });
    for (const step of [2, 4]) fs.rmSync(join(run, `checkpoints/step-00000${step}`), { recursive: true });
    expect(await resume(run)).toEqual([]);
    expect(runContents(run).metrics).toEqual(whole.metrics);
  });

  it("rows, which somebody deleted: refused before anything is compared with them", async () => {
    const run = copy("lost-rows");
    await writeProbe(run, 0, (await readProbe(probeFile(run, 0))).slice(2));
    fs.rmSync(join(run, "checkpoints/step-000004"), { recursive: true });
    await expect(resume(run)).rejects.toMatchObject({ code: "probe-rows", where: probeFile(run, 0) });
  });

  it("a line: written again from an earlier checkpoint", async () => {
    const run = copy("lost-line");
    const metrics = join(run, "metrics.jsonl");
    const lines = fs.readFileSync(metrics, "utf8").split("\n");
    fs.writeFileSync(metrics, lines.filter((line) => !line.includes('"probe","step":3')).join("\n"));
    expect(await resume(run)).toEqual(["resume-earlier"]);
    expect(runContents(run, without)).toEqual(whole);
  });
});

describe("replay", () => {
  it("finds every figure of the probes again, and what was tampered with", async () => {
    const clean = await replay({ run: at("whole") });
    expect(clean).toMatchObject({ probes: 3, differenceCount: 0, same: true });
    expect(await replay({ run: at("whole"), steps: "3" })).toMatchObject({ probes: 1, differenceCount: 0 });
    expect(await replay({ run: at("whole"), agreementThreshold: 0.9 })).toMatchObject({ probes: 0 });
    const run = copy("tampered");
    const rows = await readProbe(probeFile(run, 3));
    await writeProbe(run, 3, rows.with(5, { ...rows[5]!, answer: "777" }));
    const { differences } = await replay({ run });
    await writeProbe(run, 4, rows.slice(1));
    await expect(replay({ run })).rejects.toMatchObject({ code: "probe-rows", where: probeFile(run, 4) });
    expect(differences).toEqual([
      { step: 3, group: 1, sample: 1, column: "probe.answer", stored: "777", recomputed: rows[5]!.answer },
    ]);
  });
});
