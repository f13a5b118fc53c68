/** An offline run that was cut short and continued equals one that was not, byte for byte. */
import fs from "node:fs";
import { join } from "node:path";
import { type FinetuneConfigInput, finetune, finetuneConfigSchema } from "selftrain";
import { describe, expect, it } from "vitest";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { isRun, readRunInfo } from "../../../src/run/run-info.js";
import { type Fault, snapshots, trainInChild } from "../loop/child.js";
import { recordsOf, runContents } from "../loop/run-contents.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";

/** Two rounds of two or three steps. */
function tiny(output: string, changes: Partial<FinetuneConfigInput> = {}) {
  const { model, maxNewTokens } = tinyTraining(base, output);
  const engine = { threads: 1 };
  return finetuneConfigSchema.parse({
    model,
    output,
    prompts: { file: base.file, answerColumn: "answer", size: 16 },
    maxNewTokens,
    engine,
    objective: "dpo",
    rounds: 2,
    promptsPerRound: 8,
    samplesPerPrompt: 6,
    batchSize: 6,
    epochs: 2,
    adam: { learningRate: 1e-3 },
    evaluation: { size: 4, samples: 2 },
    checkpointEvery: 2,
    keepCheckpoints: 1,
    ...changes,
  });
}

describe("every state of the run directory that a kill can leave", () => {
  it.each([
    ["pairs, each round from the policy of the one before", {}, 2],
    // What differs is where a round begins: fewer of the states will do.
    ["pairs, each round from the start", { restart: true }, 4],
  ] as const)(
    "%s: continues to the same end",
    async (_, keys, every) => {
      const output = at(`every-${Object.keys(keys).join("")}`);
      const config = tiny(output, keys);
      const copies = `${output}.states`;
      await trainInChild("finetune", config, { do: "snapshot", to: copies });
      const expected = runContents(output);
      const rounds = recordsOf(output).flatMap(({ kind, metrics }) =>
        kind === "step" ? [metrics.round] : [],
      );
      expect(new Set(rounds)).toEqual(new Set([1, 2]));
      expect(Object.keys(expected.files).filter((name) => name.startsWith("reference-"))).toHaveLength(2);

      // Each state that differs from the one before in what a resumed run reads: its files by name and size.
      const listing = (folder: string) =>
        fs
          .readdirSync(folder, { recursive: true, encoding: "utf8" })
          .sort()
          .map((name) => `${name} ${fs.statSync(join(folder, name)).size}`)
          .join("\n")
          .replaceAll(/partial-[0-9a-f]+/g, "partial");
      const states = snapshots(copies)
        .filter(isRun)
        .filter((state, i, all) => i === 0 || listing(state) !== listing(all[i - 1]!));
      expect(states.length).toBeGreaterThan(15);
      for (const state of states.filter((_, i) => i % every === 0)) {
        fs.rmSync(output, { recursive: true });
        fs.cpSync(state, output, { recursive: true });
        await finetune(config, { resume: true });
        expect(runContents(output), state).toEqual(expected);
        expect(readRunInfo(output).status, state).toBe("finished");
      }
    },
    600_000,
  );
});

describe("kill -9", () => {
  it("at one point after another, then continued: as if nothing had happened", async () => {
    const undisturbed = tiny(at("calm"));
    await finetune(undisturbed);
    const config = { ...undisturbed, output: at("killed") };
    const second = recordsOf(undisturbed.output).find(({ metrics }) => metrics.round === 2)!.step;
    const name = `step-${String(second).padStart(6, "0")}`;
    const points: Fault[] = [
      // Sampled, and the votes not yet kept.
      { do: "kill", call: "renameSync", path: "rollouts/step-000001" },
      // The votes are kept, the reference's scores not.
      { do: "kill", call: "renameSync", path: "reference-step-000001" },
      // Within the metrics of a step of the first round.
      { do: "tear", call: "writeSync", path: "metrics.jsonl", nth: 3 },
      // Between the rounds.
      { do: "kill", call: "renameSync", path: `rollouts/${name}` },
      { do: "tear", call: "writeSync", path: `reference-${name}` },
    ];
    for (const point of points) {
      const { signal } = await trainInChild("finetune", config, point);
      expect(signal, JSON.stringify(point)).toBe("SIGKILL");
    }
    expect((await trainInChild("finetune", config)).code).toBe(0);
    expect(runContents(config.output, notConfig)).toEqual(runContents(undisturbed.output, notConfig));
  }, 300_000);
});

describe("interruption by a signal", () => {
  it("stops after the step with a checkpoint, and continues to the same end", async () => {
    const config = tiny(at("signalled"), { objective: "sft", restart: true });
    await finetune({ ...config, output: at("unsignalled") });
    const total = recordsOf(at("unsignalled")).filter(({ kind }) => kind === "step").length;
    for (const stopAt of [1, total - 1]) {
      const stop = new AbortController();
      const summary = await finetune(config, {
        resume: true,
        signal: stop.signal,
        observer: (event) => {
          if (event.type === "step" && event.step === stopAt) stop.abort();
        },
      });
      expect(summary).toMatchObject({ interrupted: true, steps: stopAt, end: null });
      expect(listCheckpoints(config.output).at(-1)!.step).toBe(stopAt);
    }
    const { start, end } = await finetune(config, { resume: true });
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("unsignalled"), notConfig));
    // A finished run that is resumed says what it said.
    expect(await finetune(config, { resume: true })).toMatchObject({ start, end, interrupted: false });
  }, 60_000);
});

describe("what a round began with", () => {
  it("is not made up where it is gone: another policy would answer otherwise", async () => {
    for (const lost of ["rollouts/step-000001.parquet", "reference-step-000001.json"]) {
      const output = at(`lost-${lost.length}`);
      const config = tiny(output);
      const stop = new AbortController();
      await finetune(config, {
        signal: stop.signal,
        observer: (event) => {
          if (event.type === "record" && event.record.kind === "step") stop.abort();
        },
      });
      fs.rmSync(join(output, lost));
      await expect(finetune(config, { resume: true })).rejects.toMatchObject({
        code: "finetune-votes-missing",
      });
    }
  });

  it("another configuration is refused", async () => {
    const config = tiny(at("changed"), { rounds: 1 });
    await finetune(config);
    for (const changes of [{ beta: 0.2 }, { epochs: 3 }, { objective: "scpo" as const }])
      await expect(
        finetune(tiny(config.output, { rounds: 1, ...changes }), { resume: true }),
      ).rejects.toMatchObject({ code: "run-config-changed" });
  });
});
