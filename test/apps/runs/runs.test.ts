/** Runs compared, exported and deleted, as the commands do it on real run directories. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { compareRuns } from "../../../src/apps/runs/compare.js";
import { exportRun } from "../../../src/apps/runs/export-run.js";
import { removeRuns } from "../../../src/apps/runs/remove.js";
import { runSql } from "../../../src/apps/sql/query.js";
import { createRun, openRun } from "../../../src/run/open-run.js";
import { openRunStore } from "../../../src/run/store/open-store.js";
import { record } from "../../run/samples.js";
import { writeRun } from "../../run/store/stored-run.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const at = (...names: string[]) => join(temporary.path, ...names);
const schema = { parse: (raw: unknown) => raw as object };

async function checkpoints(run: string, ...steps: number[]) {
  const opened = openRun(run, "train", schema);
  for (const step of steps)
    await opened.publishCheckpoint(step, async (folder) =>
      fs.writeFileSync(join(folder, "model"), "weights"),
    );
  opened.close({ status: "finished" });
}

describe("compare", () => {
  const trained = (name: string, config: object, means: readonly number[]) => {
    const run = createRun(at(name), "train", { output: name, ...config });
    means.forEach((mean, i) => {
      run.append(record(i + 1));
      run.append(record(i + 1, { kind: "eval", metrics: { mean } }));
    });
    run.close({ status: "finished" });
  };

  it("gives the settings that differ, where they lie apart, then figures", () => {
    trained("a", { seed: 1, adam: { learningRate: 0.001, beta: 0.9 }, levels: [1, 2] }, [0.5, 0.75, 0.625]);
    trained("b", { seed: 2, adam: { learningRate: 0.002, beta: 0.9 }, levels: [1, 3] }, [0.5]);
    const { config, figures, unknown } = compareRuns([at("a"), at("b")]);
    expect(config).toEqual([
      { name: "seed", values: [1, 2] },
      { name: "adam.learningRate", values: [0.001, 0.002] },
      { name: "levels", values: ["[1,2]", "[1,3]"] },
    ]);
    const figure = (name: string) => figures.find((own) => own.name === name)?.values;
    expect(figure("steps")).toEqual([3, 1]);
    expect(figure("mean, last")).toEqual([0.625, 0.5]);
    expect(figure("mean, best")).toEqual([0.75, 0.5]);
    expect(figure("mean, best at step")).toEqual([2, 1]);
    expect(figure("kl, last step")).toBeUndefined();
    expect(unknown).toEqual([]);
  });

  it("goes on without a configuration that cannot be read, and names the run", () => {
    trained("a", { seed: 1 }, [0.5]);
    trained("b", { seed: 2 }, [0.5]);
    trained("c", { seed: 2 }, [0.5]);
    fs.rmSync(at("c", "config.yaml"));
    expect(compareRuns([at("a"), at("b"), at("c")])).toMatchObject({
      config: [{ name: "seed", values: [1, 2, null] }],
      unknown: [at("c")],
    });
  });
});

describe("export", () => {
  beforeEach(async () => {
    await writeRun(at("run"), 3);
    await checkpoints(at("run"), 1, 3);
    await runSql(at("run"), "select count(*) from rollouts");
    fs.mkdirSync(at("run/cache"), { recursive: true });
    fs.writeFileSync(at("run/cache/derived"), "");
  });

  it("makes a folder that is read as the run was, without checkpoints and cache", async () => {
    const exported = await exportRun({ run: at("run"), output: at("out/copy"), checkpoints: "none" });
    expect(exported).toMatchObject({ output: at("out/copy"), checkpoints: [] });
    expect(fs.readdirSync(at("out/copy")).sort()).toEqual(
      ["config.yaml", "environment.json", "groups", "metrics.jsonl", "rollouts", "run.json"].sort(),
    );
    const [was, is] = [openRunStore(at("run")), openRunStore(at("out/copy"))];
    expect(is.problems()).toEqual([]);
    expect(is.records()).toEqual(was.records());
    expect(await is.rollouts(2)).toEqual(await was.rollouts(2));
  });

  it.each([
    ["last", [3]],
    ["all", [1, 3]],
  ] as const)("takes checkpoints along: %s", async (which, steps) => {
    expect((await exportRun({ run: at("run"), output: at("copy"), checkpoints: which })).checkpoints).toEqual(
      steps,
    );
    expect(
      openRunStore(at("copy"))
        .checkpoints()
        .map(({ step }) => step),
    ).toEqual(steps);
  });

  it("makes an archive that tar unpacks to the same", async () => {
    // Longer than the hundred bytes that a name has room for.
    const long = join(at("run"), "notes".padEnd(90, "s"), "of-step.txt".padStart(80, "x"));
    fs.mkdirSync(join(long, ".."));
    fs.writeFileSync(long, "é".repeat(700));
    const { files } = await exportRun({ run: at("run"), output: at("run.tar.gz"), checkpoints: "all" });
    fs.mkdirSync(at("unpacked"));
    execFileSync("tar", ["-xzf", at("run.tar.gz"), "-C", at("unpacked")]);
    await exportRun({ run: at("run"), output: at("copy"), checkpoints: "all" });
    const list = (folder: string) =>
      fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => fs.statSync(join(folder, name)).isFile())
        .sort();
    expect(list(at("unpacked/run"))).toEqual(list(at("copy")));
    expect(list(at("copy"))).toHaveLength(files);
    for (const name of list(at("copy")))
      expect(fs.readFileSync(at("unpacked/run", name))).toEqual(fs.readFileSync(at("copy", name)));
  });

  it("overwrites nothing, leaves nothing half done, and follows no link out of the run", async () => {
    fs.writeFileSync(at("there.tgz"), "");
    const into = (output: string) => exportRun({ run: at("run"), output, checkpoints: "none" });
    await expect(into(at("there.tgz"))).rejects.toMatchObject({ code: "export-run-exists" });
    await expect(into(at("run/copy"))).rejects.toMatchObject({ code: "export-run-within" });
    fs.symlinkSync("/etc/hostname", at("run/rollouts/notes.txt"));
    await expect(into(at("new.tgz"))).rejects.toMatchObject({ code: "store-outside" });
    expect(fs.readdirSync(temporary.path).sort()).toEqual(["run", "there.tgz"]);
  });
});

describe("rm", () => {
  it("deletes what was confirmed, and says what it would delete otherwise", async () => {
    await writeRun(at("run"), 1);
    expect(() => removeRuns([at("run")], { yes: false })).toThrow(
      expect.objectContaining({ code: "runs-rm-unconfirmed", found: [expect.stringContaining(at("run"))] }),
    );
    expect(removeRuns([at("run")], { yes: true })).toMatchObject([{ path: at("run") }]);
    expect(fs.readdirSync(temporary.path)).toEqual([]);
  });

  it("deletes none where one is running, is no run, or is a link", async () => {
    await writeRun(at("run"), 1);
    const running = createRun(at("running"), "train", {});
    fs.mkdirSync(at("photos"));
    fs.symlinkSync(at("run"), at("link"));
    const refusing = (other: string) => () => removeRuns([at("run"), at(other)], { yes: true });
    expect(refusing("running")).toThrow(expect.objectContaining({ code: "run-in-use" }));
    expect(refusing("photos")).toThrow(expect.objectContaining({ code: "run-missing" }));
    expect(refusing("link")).toThrow(expect.objectContaining({ code: "runs-rm-link" }));
    expect(openRunStore(at("run")).records()).toHaveLength(1);
    running.close();
  });
});
