/** Self-training over HTTP: against our own server in another process, on both wires, a run is the run in one process, to the bit. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { TrainConfigInput } from "../../../src/config/train-config.js";
import { type ServerProcess, startServer } from "../../engine/tinker/server-process.js";
import { recordsOf } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const KEY = "tml-over-http";
const base = tinyBase();
let server: ServerProcess;
beforeAll(async () => {
  process.env.TINKER_API_KEY = KEY;
  server = await startServer(base.model, join(base.folder, "storage"), { key: KEY });
});
afterAll(async () => {
  delete process.env.TINKER_API_KEY;
  await server?.stop();
});

/** Everything that goes over the wire: samples, scores by the base, a clipped loss with a KL term, two updates a batch, evaluation. */
const changes: Partial<TrainConfigInput> = {
  loss: "ppo-clip",
  klCoefficient: 0.01,
  klIn: "loss",
  updatesPerBatch: 2,
  mismatch: { kind: "sequence-mask" },
  checkpointEvery: 1,
};
const local = (name: string) => tinyTraining(base, join(base.folder, name), changes);
const remote = (name: string, wire: "json" | "protobuf", url = server.url) =>
  tinyTraining(base, join(base.folder, name), {
    ...changes,
    engine: { kind: "tinker", url, baseModel: "base", wire },
  });
const metricsOf = (name: string) =>
  recordsOf(join(base.folder, name)).map(({ kind, step, metrics }) => ({ kind, step, metrics }));

/** Paths of the states that a run's checkpoints name, and of those that the server has of the same model. */
const namedByRun = (name: string): string[] => {
  const folder = join(base.folder, name, "checkpoints");
  return readdirSync(folder)
    .map((step) => JSON.parse(readFileSync(join(folder, step, "tinker-state.json"), "utf8")).path as string)
    .sort();
};
const savedAtServer = (name: string): string[] => {
  const [, model] = /^tinker:\/\/([^/]+)/.exec(namedByRun(name)[0]!)!;
  const saved = readdirSync(join(base.folder, "storage", model!, "weights"));
  return saved.map((own) => `tinker://${model}/weights/${own}`).sort();
};

describe("self-training on selftrain engine serve", () => {
  it.each(["json", "protobuf"] as const)("has the metrics of the run in one process, by %s", async (wire) => {
    if (wire === "json") await train(local("local"));
    await train(remote(wire, wire));
    const own = metricsOf(wire);
    expect(own.filter(({ kind }) => kind === "step")).toHaveLength(4);
    expect(own[1]!.metrics).toMatchObject({ mismatchMasked: 0, mismatchOutside: 0 });
    expect(own).toEqual(metricsOf("local"));
    expect(savedAtServer(wire)).toEqual(namedByRun(wire));
  });

  it("samples a step while the one before it trains, and is resumed as if it had not been stopped", async () => {
    const overlapping = (name: string) => {
      const given = remote(name, "protobuf");
      return { ...given, checkpointEvery: 2, engine: { ...given.engine, overlap: true } };
    };
    await train(overlapping("overlap"));
    const whole = metricsOf("overlap");
    const steps = whole.filter(({ kind }) => kind === "step").map(({ metrics }) => metrics);
    // Two optimiser steps a batch, and none across a checkpoint.
    expect(steps.map(({ staleness }) => staleness)).toEqual([0, 2, 0, 2]);
    expect(steps[0]!.mismatchRatio).toBeCloseTo(1, 4);
    expect(steps[1]!.mismatchRatio).not.toBeCloseTo(1, 4);
    const stop = new AbortController();
    await train(overlapping("stopped"), {
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "record" && event.record.kind === "step" && event.record.step === 2) stop.abort();
      },
    });
    await train(overlapping("stopped"), { resume: true });
    expect(metricsOf("stopped")).toEqual(whole);
  });

  it("is resumed on a server that was killed and started again, and ends the same", async () => {
    const storage = join(base.folder, "killed-storage");
    const first = await startServer(base.model, storage, { key: KEY });
    onTestFinished(() => first.stop());
    const stop = new AbortController();
    const { interrupted } = await train(remote("killed", "json", first.url), {
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "record" && event.record.kind === "step" && event.record.step === 2) stop.abort();
      },
    });
    expect(interrupted).toBe(true);
    await first.stop("SIGKILL");
    const second = await startServer(base.model, storage, { key: KEY });
    onTestFinished(() => second.stop());
    await train(remote("killed", "json", second.url), { resume: true });
    expect(metricsOf("killed")).toEqual(metricsOf("local"));
  });
});
