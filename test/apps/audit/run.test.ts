/** Runs of a tiny model, audited: whole, cut off, without metrics, without prompts. */
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replay, type TrainConfigInput, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { audit } from "../../../src/apps/audit/audit.js";
import { HACKED } from "../../../src/cli/errors.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { auditConfigSchema } from "../../../src/config/audit-config.js";
import { readMetrics } from "../../../src/run/metrics-log.js";
import { probeFile, readProbe } from "../../../src/run/probes.js";
import { fakeIo } from "../../cli/fake-io.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

const base = tinyBase();
const STEPS = 12;
let run: string | undefined;

async function trained(): Promise<string> {
  if (run !== undefined) return run;
  run = join(base.folder, "run");
  const config: Partial<TrainConfigInput> = {
    evaluation: { size: 0 },
    steps: STEPS,
    klCoefficient: 0.01,
    probe: { size: 6, samples: 4, every: 6 },
  };
  await train(tinyTraining(base, run, config));
  return run;
}

async function copy(name: string): Promise<string> {
  const path = join(base.folder, name);
  cpSync(await trained(), path, { recursive: true });
  return path;
}

const auditOf = (path: string) => audit(auditConfigSchema.parse({ run: path }));

async function cli(...argv: string[]) {
  const io = fakeIo(["audit", ...argv]);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe("a run of ours", () => {
  it("gives the figures that training logged", async () => {
    const path = await trained();
    const found = await auditOf(path);
    const records = readMetrics(join(path, "metrics.jsonl")).filter(({ kind }) => kind === "step");
    expect(found.steps).toEqual(records.map(({ step }) => step));
    const close = (values: readonly (number | null)[], name: string) =>
      values.forEach((value, i) => {
        const logged = records[i]!.metrics[name] as number | null;
        const expected = logged === null ? null : expect.closeTo(logged, 10);
        expect(value, `${name} of step ${found.steps[i]}`).toEqual(expected);
      });
    close(found.signs.agreement, "agreement");
    close(found.gap!.accuracy, "accuracy");
    close(found.gap!.reward, "reward");
    close(found.gap!.gap, "hackingGap");
    for (const name of ["paidWrong", "unpaidRight", "proxyAlignment", "drift"] as const)
      close(found.payments![name], name);
    // Nothing is held against the first three steps, and where all wrong pay is of one kind the others are 0.
    const pay = found.falsePay!;
    close(pay.toAttractor, "falsePayToAttractor");
    close(pay.toContradiction, "falsePayToContradiction");
    expect(pay.toAttractor.slice(0, 3)).toEqual([null, null, null]);
    pay.toOwnError.forEach((own, i) => {
      if (own !== null) expect(own + pay.toAttractor[i]! + pay.toContradiction[i]!).toBeCloseTo(1, 10);
    });
    for (const name of ["promptFreeAgreement", "withinPromptAgreement", "crossPromptAgreement"] as const)
      close(found.signs[name], name);
    for (const name of ["excessShare", "effectiveAnswersRatio"] as const) close(found.signs[name], name);
    found.goodhart!.points.forEach(({ distance }, i) => {
      expect(distance ** 2).toBeCloseTo(records[i]!.metrics.sequenceKl as number, 6);
    });
    close(found.signs.noAnswerShare, "noAnswerShare");
    close(found.signs.distinctMajorityShare, "distinctMajorityShare");
    expect(found.gap!.wrongLabelShare.map((value) => 1 - value!)).toEqual(
      records.map(({ metrics }) => expect.closeTo(metrics.labelAccuracy as number, 10)),
    );
    expect(found.goodhart!.points).toHaveLength(STEPS);
    expect(found.rollouts).toBe((await replay({ run: path })).total.rollouts);
    expect(found.movedFirst.signals.map(({ signal }) => signal)).toEqual(
      expect.arrayContaining(["kl", "entropy", "gradNormPeak"]),
    );
  });

  it("as text, as JSON and as a page, with the status of what was found", async () => {
    const path = await trained();
    const html = join(base.folder, "audit.html");
    const text = await cli(path, "--html", html);
    const json = await cli(path, "--json");
    const result = JSON.parse(json.stdout);
    expect(text.stdout).toContain(result.verdict.sentence.slice(0, 30));
    expect(text.stdout).toContain(`page: ${html}`);
    expect(text.status).toBe(result.verdict.wrong ? HACKED : 0);
    expect(json.status).toBe(text.status);
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
    expect(text.stderr).toBe("");
  });

  it("shows the probe: its majorities, its fates and its completions", async () => {
    const path = await trained();
    const found = await auditOf(path);
    const rows = await Promise.all([0, 6, 12].map((step) => readProbe(probeFile(path, step))));
    expect(found.probe!.steps).toEqual([0, 6, 12]);
    expect(found.probe!.majorities).toHaveLength(6);
    for (const { promptId, majorities, truth } of found.probe!.majorities) {
      expect(majorities).toEqual(rows.map((own) => own.find((row) => row.promptId === promptId)!.voteLabel));
      expect(truth).toMatch(/^\d{3}$/);
    }
    const logged = readMetrics(join(path, "metrics.jsonl")).findLast(({ kind }) => kind === "probe")!.metrics;
    const { learned, corrupted, stayedRight, stayedWrong } = logged;
    expect(found.fates).toMatchObject({
      of: "probe",
      prompts: 6,
      learned,
      corrupted,
      stayedRight,
      stayedWrong,
    });
    expect(found.beforeAfter).toHaveLength(5);
    for (const { promptId, before, after } of found.beforeAfter) {
      const completions = (own: (typeof rows)[number]) =>
        own.flatMap((row) => (row.promptId === promptId ? [row.completion] : []));
      expect([before.step, after.step]).toEqual([0, 12]);
      expect(completions(rows[0]!)).toContain(before.completion);
      expect(completions(rows[2]!)).toContain(after.completion);
    }
  });

  it("changes nothing of the run", async () => {
    const path = await trained();
    const before = readFileSync(join(path, "metrics.jsonl"), "utf8");
    await auditOf(path);
    expect(readFileSync(join(path, "metrics.jsonl"), "utf8")).toBe(before);
  });
});

describe("a run that lacks something", () => {
  it("a probe that is damaged: the others are read", async () => {
    const path = await copy("probe-damaged");
    truncateSync(probeFile(path, 6), 500);
    const found = await auditOf(path);
    expect(found.probe!.steps).toEqual([0, 12]);
    expect(found.omitted.map(({ what }) => what)).toContain("the probe of step 6");
  });

  it("a reference that moves: the distance from the start is the probe's, and none without one", async () => {
    const path = await copy("moving");
    const config = join(path, "config.yaml");
    const text = readFileSync(config, "utf8").replace(
      "klReference: start",
      "klReference: moving\nklReferenceEvery: 4",
    );
    expect(text).toContain("moving");
    writeFileSync(config, text);
    const metrics = join(path, "metrics.jsonl");
    const probed = readMetrics(metrics).filter(({ kind, step }) => kind === "probe" && step > 0);
    const distances = (await auditOf(path)).goodhart!.points.map(({ distance }) => distance);
    expect(distances).toEqual(probed.map((own) => Math.sqrt(own.metrics.sequenceKl as number)));
    const lines = readFileSync(metrics, "utf8").split("\n");
    writeFileSync(metrics, lines.filter((line) => !line.includes('"kind":"probe"')).join("\n"));
    const found = await auditOf(path);
    expect(found.goodhart).toBeNull();
    expect(found.omitted.filter(({ what }) => what === "the Goodhart curve")).toHaveLength(1);
  });

  it("cut off in the middle of a file: the step is left out and named", async () => {
    const path = await copy("cut");
    truncateSync(join(path, "rollouts", "step-000012.parquet"), 1000);
    const found = await auditOf(path);
    expect(found.steps).toHaveLength(STEPS - 1);
    expect(JSON.stringify(found.omitted)).toContain("the rollouts of step 12 are missing or cut short");
  });

  it("a file whose inside is damaged: the others are read", async () => {
    const path = await copy("damaged");
    const file = join(path, "rollouts", "step-000005.parquet");
    const bytes = readFileSync(file);
    bytes.fill(0x55, 4, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
    writeFileSync(file, bytes);
    const found = await auditOf(path);
    expect(found.steps).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]);
    expect(found.omitted).toContainEqual({
      what: "step 5",
      why: expect.stringMatching(/^its rollouts cannot be read/),
    });
  });

  it("no metrics: rollouts are enough", async () => {
    const path = await copy("no-metrics");
    rmSync(join(path, "metrics.jsonl"));
    const found = await auditOf(path);
    expect(found.steps).toHaveLength(STEPS);
    expect(found.omitted).toContainEqual({
      what: "what the trainer logged",
      why: "there is no metrics.jsonl",
    });
    expect(found.movedFirst.unknown).toEqual(expect.arrayContaining(["kl", "entropy", "gradNormPeak"]));
  });

  it("a metric without a number at some steps: those are passed over and counted", async () => {
    const path = await copy("nulls");
    const file = join(path, "metrics.jsonl");
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(
      file,
      `${lines.map((line, i) => (i % 2 === 0 ? line : line.replace(/"entropy":[^,}]+/, '"entropy":null'))).join("\n")}\n`,
    );
    const found = await auditOf(path);
    expect(found.omitted).toContainEqual({
      what: "entropy",
      why: `no number is logged at ${STEPS / 2} of ${STEPS} steps`,
    });
    expect(found.movedFirst.unknown).toContain("entropy");
  });

  it("prompts that are gone: no true answers, and why", async () => {
    const path = await copy("no-prompts");
    const config = join(path, "config.yaml");
    writeFileSync(config, readFileSync(config, "utf8").replaceAll(base.file, `${base.file}-gone`));
    const found = await auditOf(path);
    expect(found).toMatchObject({ onset: null, gap: null });
    expect(found.omitted).toContainEqual({
      what: "true answers",
      why: expect.stringContaining("cannot be had"),
    });
  });

  it.each<[string, (path: string) => void, string, number]>([
    ["no rollouts", (path) => rmSync(join(path, "rollouts"), { recursive: true }), "audit-no-rollouts", 1],
    ["no run.json", (path) => rmSync(join(path, "run.json")), "run-damaged", 1],
    [
      "a torn line of metrics",
      (path) => writeFileSync(join(path, "metrics.jsonl"), "{\n{}\n"),
      "metrics-corrupt",
      1,
    ],
    ["nothing at all", (path) => rmSync(path, { recursive: true }), "run-missing", 1],
  ])("%s is an error without a stack", async (name, break_, code, status) => {
    const path = await copy(name.replaceAll(" ", "-"));
    break_(path);
    const found = await cli(path);
    expect(found.status).toBe(status);
    expect(found.stderr).toContain(`error[${code}]`);
    expect(found.stderr).not.toMatch(/\n\s+at /);
    expect(found.stdout).toBe("");
  });

  it.each([
    ["--reward-column", "score"],
    ["--truth-column", "gold"],
    ["--rules", "boxed"],
  ])("%s is of the files of other trainers, and refused", async (...flag) => {
    const found = await cli(await trained(), ...flag);
    expect(found.status).toBe(2);
    expect(found.stderr).toContain("error[config-audit-reading]");
  });
});
