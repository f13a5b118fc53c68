/** A server that dies while a step is sampled and the one before it trains: what the run goes on to is the clean run, to the bit. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STREAM } from "../../../src/training/rollout/sample-groups.js";
import { type Passing, startProxy, type Tampering } from "../../engine/tinker/proxy.js";
import { type ServerProcess, startServer } from "../../engine/tinker/server-process.js";
import { runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const KEY = "tml-overlap-faults";
/** Step 4 is sampled while step 3 trains; the checkpoint before them is that of step 2. */
const AHEAD = 4;
/** Two optimiser steps a batch. */
const UPDATES = 2;
const base = tinyBase();
const started: ServerProcess[] = [];
let proxy: Tampering;
let clean: ReturnType<typeof outcome>;
beforeAll(async () => {
  process.env.TINKER_API_KEY = KEY;
  await start();
  proxy = await startProxy(() => started.at(-1)!.url);
  await train(overlapping("clean"));
  clean = outcome("clean");
});
afterAll(async () => {
  delete process.env.TINKER_API_KEY;
  await proxy?.close();
  for (const server of started) await server.stop();
});

const storage = () => join(base.folder, "storage");
async function start(): Promise<void> {
  started.push(await startServer(base.model, storage(), { key: KEY }));
}

const overlapping = (name: string) =>
  tinyTraining(base, join(base.folder, name), {
    loss: "ppo-clip",
    updatesPerBatch: UPDATES,
    engine: { kind: "tinker", url: proxy.url, baseModel: "base", wire: "json", overlap: true },
  });

/** The run's files and metrics, and the weights at the end. Where the server keeps these is no part of it. */
function outcome(name: string) {
  const run = join(base.folder, name);
  const { files, metrics } = runContents(
    run,
    (own) => own === "config.yaml" || own.endsWith("tinker-state.json"),
  );
  const told = /"tinker-state.json": \{[^}]*\}/;
  const state = readFileSync(join(run, "checkpoints/step-000004/tinker-state.json"), "utf8");
  const path = (JSON.parse(state) as { path: string }).path.replace("tinker://", "");
  return {
    files: Object.fromEntries(Object.entries(files).map(([own, text]) => [own, text.replace(told, "")])),
    metrics,
    weights: readFileSync(join(storage(), path, "model.safetensors")),
  };
}

/** What passes, counted from when step `AHEAD` was first asked for. */
interface Watched extends Passing {
  /** Requests of that path so far, this one included. */
  readonly since: number;
  /** Samples of the step that were asked for, and those that were handed over. */
  readonly asked: number;
  readonly received: number;
  /** Whether it asks for a sample that is held back. */
  readonly held: boolean;
  /** Optimiser steps whose results were handed over. */
  readonly trained: number;
}

/**
 * Holds back the samples ahead, but for the first `handed`, until `when` says that the server is to die; it is then killed, and started again.
 * Returns whether it was.
 */
function killing(when: (passing: Watched) => boolean, handed: number, then: () => void): () => boolean {
  const futures = new Set<string>();
  const received = new Set<string>();
  const since: Record<string, number> = {};
  let killed = false;
  let trained = 0;
  proxy.plan = {
    fault: ({ path, count, body }) => {
      const request = body.length > 0 && path !== "forward_backward" ? JSON.parse(body.toString()) : {};
      if (path === "asample" && isAhead(request)) since.asked = (since.asked ?? 0) + 1;
      if (since.asked === undefined || killed) return null;
      since[path] = (since[path] ?? 0) + 1;
      const ahead = path === "retrieve_future" && futures.has(request.request_id);
      if (ahead && received.size < handed) received.add(request.request_id);
      const held = ahead && !received.has(request.request_id);
      const own = { asked: since.asked, received: received.size, since: since[path], held, trained };
      if (when({ path, count, body, ...own })) {
        killed = true;
        then();
        return { kind: "drop-before" };
      }
      return held ? { kind: "status", status: 408 } : null;
    },
    answer: (path, answer, body) => {
      if (path === "asample" && isAhead(JSON.parse(body.toString())))
        futures.add(answer.request_id as string);
      if (since.asked !== undefined && answer.type === "optim_step") trained++;
      return answer;
    },
  };
  return () => killed;
}

const isAhead = (request: { selftrain?: { keys?: number[][] } }): boolean => {
  const [, stream, step] = request.selftrain?.keys?.[0] ?? [];
  return stream === STREAM.train && step === AHEAD;
};

const MOMENTS: readonly (readonly [string, number, (passing: Watched) => boolean])[] = [
  ["while the samples are asked for", 0, ({ asked, path }) => path === "asample" && asked === 3],
  ["before the gradient", 0, ({ path, since }) => path === "forward_backward" && since === 1],
  ["between gradient and optimiser step", 0, ({ path, since }) => path === "optim_step" && since === 1],
  ["between two optimiser steps", 0, ({ path, since }) => path === "forward_backward" && since === UPDATES],
  ["when half of the samples are there", 2, ({ path, since }) => path === "optim_step" && since === UPDATES],
  [
    "when the step is trained, and the samples are waited for",
    1,
    ({ held, trained }) => held && trained === UPDATES,
  ],
];

describe("a server that dies while a step is sampled ahead", () => {
  it.each(MOMENTS)("and comes back: %s", async (moment, handed, when) => {
    const name = moment.replaceAll(/\W+/g, "-");
    const first = started.at(-1)!;
    let again: Promise<void> = Promise.resolve();
    const killed = killing(when, handed, () => {
      again = first.stop("SIGKILL").then(start);
    });
    await train(overlapping(name));
    await again;
    expect(killed()).toBe(true);
    expect(outcome(name)).toEqual(clean);
  });

  it("and the run with it, is resumed", async () => {
    const killed = killing(
      ({ path, since }) => path === "optim_step" && since === 1,
      0,
      () => {
        proxy.plan = { fault: () => ({ kind: "status", status: 400, body: '{"detail":"gone"}' }) };
      },
    );
    await expect(train(overlapping("stopped"))).rejects.toMatchObject({ code: "tinker-refused" });
    expect(killed()).toBe(true);
    await started.at(-1)!.stop("SIGKILL");
    await start();
    proxy.plan = {};
    await train(overlapping("stopped"), { resume: true });
    expect(outcome("stopped")).toEqual(clean);
  });
});
