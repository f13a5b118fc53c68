/** What alarms do to a run, on the embedded engine: whole, in pieces, killed, and replayed. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Notice, type TrainConfig, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { replay } from "../../../src/apps/replay/replay.js";
import { TIMES } from "../../../src/core/monitor/catalogue/index.js";
import { type Alarm, readAlarms } from "../../../src/run/alarms.js";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { policyOf } from "../../../src/training/loop/checkpoint.js";
import { trainInChild } from "./child.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";
const stepsOf = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");
const quick = { evaluation: { size: 0 }, steps: 5, checkpointEvery: 2 } as const;
/** In alarm from the first step on. */
const always = { on: "agreement", detector: { kind: "threshold", above: 0 } } as const;
/** In alarm at the second step and later. */
const second = { on: "agreement", detector: { kind: "threshold", above: 0, patience: 2 } } as const;

/** Of a collapse, whatever the answers of the task are. */
const signs: NonNullable<Exclude<TrainConfig["monitors"][string], "off">["detector"]> = {
  kind: "any",
  of: [
    { on: "topShare", kind: "rise", by: 0.15, from: "first" },
    { on: "marginalAnswerEntropy", kind: "fall", ratio: 0.8, from: "first" },
    { on: "distinctMajorityShare", kind: "fall", ratio: 0.7, from: "first" },
  ],
};

/** A learning rate that ruins the model at once. */
const ruinous = { adam: { learningRate: 0.3, gradClipNorm: 0 }, steps: 8, checkpointEvery: 1 } as const;

async function stoppedAt(config: TrainConfig, stopAt: number) {
  const stop = new AbortController();
  return train(config, {
    resume: true,
    signal: stop.signal,
    observer: (event) => {
      if (event.type === "step" && event.step === stopAt) stop.abort();
    },
  });
}

const cases: [string, Parameters<typeof tinyTraining>[2]][] = [
  ["lower-lr", { ...quick, monitors: { a: { ...always, onAlarm: "lower-lr", factor: 0.5, cooldown: 1 } } }],
  [
    "filter",
    {
      ...quick,
      monitors: { a: { ...second, onAlarm: "filter", rule: { minAgreement: 0.5, refillRounds: 2 } } },
    },
  ],
  ["stop", { ...quick, monitors: { a: { ...second, onAlarm: "stop" } } }],
  [
    "restore-best",
    {
      ...ruinous,
      evaluation: { size: 8, samples: 2, every: 1 },
      promptsPerStep: 8,
      monitors: { default: "off", signs: { detector: signs, onAlarm: "restore-best" } },
    },
  ],
];

describe.each(cases)("%s", (name, changes) => {
  it("ends in the same bytes in pieces, and after kill -9 around its alarm; replays bit for bit", async () => {
    const whole = tinyTraining(base, at(`${name}-whole`), changes);
    await train(whole);
    const alarms = readAlarms(whole.output);
    expect(alarms.length).toBeGreaterThan(0);
    const expected = runContents(whole.output);
    expect(expected.files).toHaveProperty("alarms.jsonl");

    const pieces = { ...whole, output: at(`${name}-pieces`) };
    for (const stopAt of [1, 2]) await stoppedAt(pieces, stopAt);
    await train(pieces, { resume: true });
    expect(runContents(pieces.output, notConfig)).toEqual(runContents(whole.output, notConfig));

    const killed = { ...whole, output: at(`${name}-killed`) };
    // Before the alarm is written, and before the checkpoint that has it behind it.
    for (const path of ["alarms.jsonl", "step-000002.partial"]) {
      const { signal } = await trainInChild("train", killed, { do: "kill", call: "renameSync", path });
      expect(signal, path).toBe("SIGKILL");
    }
    expect((await trainInChild("train", killed)).code).toBe(0);
    expect(runContents(killed.output, notConfig)).toEqual(runContents(whole.output, notConfig));

    // And a finished one stays as it is.
    await train(killed, { resume: true });
    expect(runContents(killed.output, notConfig)).toEqual(runContents(whole.output, notConfig));
    expect(await replay({ run: whole.output })).toMatchObject({ same: true, differenceCount: 0 });
  }, 180_000);
});

describe("what each does", () => {
  it("lower-lr: multiplies from the next step on, and again after the cool-down while the alarm lasts", () => {
    const rates = stepsOf(at("lower-lr-whole")).map(({ metrics }) => metrics.learningRate);
    expect(rates).toEqual([1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4]);
    expect(readAlarms(at("lower-lr-whole")).map(({ step }) => step)).toEqual([1, 3, 5]);
  });

  it("every step says how long monitoring took, on top of its seconds", () => {
    const times = stepsOf(at("lower-lr-whole")).map(({ time }) => time);
    expect(times).toHaveLength(5);
    for (const time of times) {
      expect(Object.keys(time).sort()).toEqual([...Object.keys(TIMES)].sort());
      expect(time.monitorSeconds).toBeGreaterThan(0);
      // Counting a few dozen answers; a step of the smallest model takes longer.
      expect(time.monitorSeconds).toBeLessThan(5);
    }
  });

  it("filter: rejects from the next step on, and one that finds too little does not end the run", () => {
    const rejected = stepsOf(at("filter-whole")).map(({ metrics }) => "rejectedAgreement" in metrics);
    expect(rejected).toEqual([false, false, true, true, true]);
    // Raised once, as long as it lasts.
    expect(readAlarms(at("filter-whole"))).toEqual([expect.objectContaining({ step: 2, action: "filter" })]);
  });

  it("stop: ends with the policy of the step", () => {
    expect(readRunInfo(at("stop-whole"))).toMatchObject({
      status: "finished",
      earlyStop: {
        step: 2,
        restored: 2,
        stopped: true,
        reason: expect.stringMatching(/^a: agreement .* at step 2/),
      },
    });
    const last = listCheckpoints(at("stop-whole")).at(-1)!;
    expect([last.step, policyOf(last.path)]).toEqual([2, 2]);
  });

  it("restore-best: ends with a policy of before the signs", () => {
    const { earlyStop } = readRunInfo(at("restore-best-whole"));
    expect(earlyStop!.restored).toBeLessThan(earlyStop!.step);
    const last = listCheckpoints(at("restore-best-whole")).at(-1)!;
    expect(policyOf(last.path)).toBe(earlyStop!.restored);
  });

  it("log: tells once, in the summary and as a notice, and changes no byte of what is trained", async () => {
    const config = tinyTraining(base, at("logged"), { ...quick, monitors: { a: always } });
    const notices: Notice[] = [];
    const { alarms } = await train(config, {
      observer: (event) => {
        if (event.type === "notice" && event.code === "monitor-alarm") notices.push(event);
      },
    });
    const own = (some: readonly Alarm[] | undefined) => some?.filter(({ monitor }) => monitor === "a");
    expect(own(alarms)).toEqual([
      {
        step: 1,
        monitor: "a",
        action: "log",
        series: "agreement",
        value: stepsOf(config.output)[0]!.metrics.agreement,
        bound: 0,
        evidence: {},
      },
    ]);
    expect(own(readAlarms(config.output))).toEqual(own(alarms));
    expect(notices.filter(({ message }) => message.startsWith("a: agreement"))).toHaveLength(1);
    const bare = { ...config, output: at("unlogged"), monitors: { default: "off" } as const };
    await train(bare);
    expect(fs.existsSync(join(bare.output, "alarms.jsonl"))).toBe(false);
    const trained = (name: string) => notConfig(name) || name === "alarms.jsonl";
    expect(runContents(bare.output, trained)).toEqual(runContents(config.output, trained));
  });

  it("the canary stops a run that loses what it could", async () => {
    const config = tinyTraining(base, at("canary"), {
      ...ruinous,
      evaluation: { size: 0 },
      validation: { size: 16, samples: 8, every: 1 },
      monitors: {
        default: "off",
        canary: { on: "validation.mean", detector: { kind: "canary" }, onAlarm: "restore-best" },
      },
    });
    const { earlyStop } = await train(config);
    expect(earlyStop).toMatchObject({ restored: 0, stopped: true });
    const [alarm] = readAlarms(config.output);
    expect(alarm).toMatchObject({ monitor: "canary", bound: 40, evidence: { trials: 16 * 8 } });
    expect(alarm!.evidence.observed).toBeLessThan(alarm!.evidence.start!);
  });
});

describe("webhook", () => {
  /** A server that keeps what it is posted, and answers with the status. */
  async function listening<T>(
    status: number,
    use: (url: string, posted: unknown[]) => Promise<T>,
  ): Promise<T> {
    const posted: unknown[] = [];
    const server = http.createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        posted.push(JSON.parse(text));
        response.writeHead(status).end("ok");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await use(`http://127.0.0.1:${port}/secret-path`, posted);
    } finally {
      server.close();
    }
  }
  const posting = (output: string, url: string) =>
    tinyTraining(base, output, {
      ...quick,
      monitors: { default: "off", a: { ...second, onAlarm: "webhook", url } },
    });

  it("posts an alarm once, however often the run is killed and continued", async () => {
    await listening(200, async (url, posted) => {
      const config = posting(at("posted"), url);
      // After the alarm was posted, before the checkpoint of its step.
      const fault = { do: "kill", call: "renameSync", path: "step-000002.partial" } as const;
      expect((await trainInChild("train", config, fault)).signal).toBe("SIGKILL");
      const { agreement } = stepsOf(config.output)[1]!.metrics;
      const message = {
        run: "posted",
        step: 2,
        monitor: "a",
        series: "agreement",
        value: agreement,
        bound: 0,
      };
      expect(posted).toEqual([{ ...message, evidence: { inARow: 2, patience: 2 } }]);
      await train(config, { resume: true });
      await train(config, { resume: true });
      expect(posted).toHaveLength(1);
      const moved = {
        ...config,
        monitors: { ...config.monitors, a: { ...second, onAlarm: "webhook" as const, url: `${url}2` } },
      };
      expect((await train(moved, { resume: true })).interrupted).toBe(false);
    });
  }, 60_000);

  it("that fails is a notice without the address's path, and the run goes on", async () => {
    const failures: Notice[] = [];
    const follow = (config: TrainConfig) =>
      train(config, {
        observer: (event) => {
          if (event.type === "notice" && event.code === "webhook-failed") failures.push(event);
        },
      });
    const dead = await listening(500, async (url) => {
      expect(await follow(posting(at("refused"), url))).toMatchObject({ steps: 5, interrupted: false });
      return url;
    });
    expect(await follow(posting(at("dead"), dead))).toMatchObject({ steps: 5, interrupted: false });
    expect(failures.map(({ found }) => found)).toEqual(["status 500", "ECONNREFUSED"]);
    expect(JSON.stringify(failures)).not.toContain("secret-path");
    expect(readAlarms(at("dead"))).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("takes more steps beside monitors that only tell, and not beside those whose end they would change", async () => {
    const longer = (config: TrainConfig) => train({ ...config, steps: 7 }, { resume: true });
    await expect(longer(tinyTraining(base, at("stop-whole"), cases[2]![1]))).rejects.toMatchObject({
      code: "run-config-changed",
    });
    const config = tinyTraining(base, at("longer"), { ...cases[0]![1] });
    await train(config);
    await longer(config);
    const rates = stepsOf(config.output).map(({ metrics }) => metrics.learningRate);
    expect(rates).toEqual([1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4, 1.25e-4, 1.25e-4]);
    await expect(
      train({ ...config, steps: 7, monitors: { ...config.monitors, b: { ...always } } }, { resume: true }),
    ).rejects.toMatchObject({ code: "run-config-changed" });
  });
});
