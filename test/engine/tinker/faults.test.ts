/** Networks and servers that fail: what is trained is what the clean run trains, to the bit of the server's own files. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type AdamParams, type Datum, TinkerEngine, type TinkerOptions } from "selftrain";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ADAM, POLICY_GRADIENT, refusal, request } from "../contract/support.js";
import { GQA, temporaryFolder, temporaryModel } from "../tiny-model.js";
import { proxiedServer } from "./proxied-server.js";
import { type Fault, startProxy } from "./proxy.js";
import { type ServerProcess, startServer } from "./server-process.js";

const model = temporaryModel(GQA);
const storage = temporaryFolder();
const KEY = "tml-a-secret-key";
const through = proxiedServer(model, storage, KEY);
const { options } = through;
let clean: Buffer;
beforeAll(async () => {
  clean = await trained();
});

/** The weights at the server after a state was saved, as its file has them. */
async function weightsAt(engine: TinkerEngine, where = storage): Promise<Buffer> {
  const folder = temporaryFolder();
  await engine.saveState(folder);
  const { path } = JSON.parse(readFileSync(join(folder, "tinker-state.json"), "utf8")) as { path: string };
  return readFileSync(join(where, path.replace("tinker://", ""), "model.safetensors"));
}

const adam: AdamParams = { ...ADAM, gradClipNorm: 0 };
const weightsOf = (length: number) => Float32Array.from({ length }, (_, t) => 0.5 - 0.25 * t);

/** Two steps on samples of the policy, a save between them: every operation of a run. */
async function trained(changes: Partial<TinkerOptions> = {}, where = storage): Promise<Buffer> {
  const engine = await TinkerEngine.open(options(changes));
  try {
    for (const step of [0, 1]) {
      const sampler = await engine.refreshSampler();
      const groups = await sampler.sample([request([2, 3], 3, step), request([4], 2, step)], {
        maxTokens: 6,
        temperature: 1,
      });
      const data = groups.flatMap((group, g) =>
        group.map(
          ({ tokens, logprobs }): Datum => ({
            prompt: g === 0 ? [2, 3] : [4],
            completion: tokens,
            logprobs,
            weights: weightsOf(tokens.length),
            policyVersion: sampler.policyVersion,
          }),
        ),
      );
      await engine.forwardBackward(data, POLICY_GRADIENT);
      await engine.optimStep(adam);
      if (step === 0) await engine.saveState(temporaryFolder());
    }
    return await weightsAt(engine, where);
  } finally {
    await engine.close();
  }
}

const OPERATIONS = [
  "create_session",
  "create_model",
  "save_weights_for_sampler",
  "asample",
  "forward_backward",
  "optim_step",
  "save_weights",
  "retrieve_future",
];
const FAULTS: readonly (readonly [string, Fault])[] = [
  ["a connection that ends before", { kind: "drop-before" }],
  ["a connection that ends after it was accepted", { kind: "drop-after" }],
  ["an answer that breaks off", { kind: "truncate" }],
  ["a request that arrives twice", { kind: "duplicate" }],
  ["408", { kind: "status", status: 408 }],
  ["409 of a proxy", { kind: "status", status: 409 }],
  ["429", { kind: "status", status: 429 }],
  ["502", { kind: "status", status: 502 }],
  ["503", { kind: "status", status: 503 }],
];

describe("on a server that recognises what it has done", () => {
  it.each(FAULTS)("%s, once at every operation, changes nothing", async (_, fault) => {
    const hit = new Set<string>();
    through.proxy.plan = {
      fault: ({ path }) => {
        if (!OPERATIONS.includes(path) || hit.has(path)) return null;
        // A 409 in the place of an answer is one the server means.
        if (fault.kind === "status" && fault.status === 409 && path === "retrieve_future") return null;
        hit.add(path);
        return fault;
      },
    };
    expect(await trained()).toEqual(clean);
    expect(hit.size).toBeGreaterThanOrEqual(OPERATIONS.length - 1);
  });

  it("a storm of them changes nothing", async () => {
    let seen = 0;
    through.proxy.plan = { fault: () => (seen++ % 3 === 0 ? FAULTS[seen % FAULTS.length]![1] : null) };
    through.proxy.plan = {
      fault: ({ path }) => {
        if (path === "session_heartbeat" || path === "unload_model" || seen++ % 3 > 0) return null;
        return FAULTS[Math.floor(seen / 3) % 5]![1];
      },
    };
    expect(await trained()).toEqual(clean);
  });
});

/** Data of no sampler: a server without keys of draws trains on the same ones each time. */
const givenData = (): Datum[] => [
  {
    prompt: [2, 3],
    completion: [4, 5, 6],
    weights: weightsOf(3),
    logprobs: Float32Array.of(-1, -2, -1),
    policyVersion: 9,
  },
];

describe("on a server that would do it twice", () => {
  /** Another's: no keys of draws, so the data are given. */
  const other = {
    server: "other",
    reduction: "sum-sum",
    accept: ["beta1", "beta2", "eps", "weightDecay"],
  } as const;
  const data = givenData();
  async function steps(before: (step: number) => void): Promise<Buffer> {
    const engine = await TinkerEngine.open(options(other));
    try {
      for (const step of [0, 1, 2]) {
        before(step);
        await engine.forwardBackward(data, POLICY_GRADIENT);
        await engine.optimStep(adam);
        if (step === 0) await engine.saveState(temporaryFolder());
      }
      return await weightsAt(engine);
    } finally {
      await engine.close();
    }
  }

  it.each(["forward_backward", "optim_step", "save_weights"])(
    "a lost answer to %s leads back to the saved weights, and what followed is done again, once",
    async (lost) => {
      const expected = await steps(() => {});
      let drop = false;
      const models = through.proxy.counts.create_model!;
      through.proxy.plan = {
        fault: ({ path }) => {
          if (!drop || path !== lost) return null;
          drop = false;
          return { kind: "drop-after" };
        },
      };
      const found = await steps((step) => {
        drop = step === (lost === "save_weights" ? 0 : 2);
      });
      expect(found).toEqual(expected);
      // One of the run, and one in the place of the uncertain.
      expect(through.proxy.counts.create_model! - models).toBe(2);
    },
  );
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe("servers that forget", () => {
  const data = givenData();
  async function steps(engine: TinkerEngine, between: () => Promise<void>): Promise<void> {
    await engine.forwardBackward(data, POLICY_GRADIENT);
    await engine.optimStep(adam);
    await engine.saveState(temporaryFolder());
    await engine.forwardBackward(data, POLICY_GRADIENT);
    await engine.optimStep(adam);
    await engine.forwardBackward(data, POLICY_GRADIENT);
    await between();
    await engine.optimStep(adam);
  }

  it("killed between gradient and step, and started again: the weights are those of the clean run", async () => {
    const port = await freePort();
    const kept = temporaryFolder();
    const first = await startServer(model, kept, { key: KEY, port });
    onTestFinished(() => first.stop("SIGKILL"));
    const engine = await TinkerEngine.open(options({ url: first.url }));
    onTestFinished(() => engine.close());
    let second: Promise<ServerProcess> | null = null;
    await steps(engine, async () => {
      await first.stop("SIGKILL");
      second = startServer(model, kept, { key: KEY, port });
    });
    const again = await second!;
    onTestFinished(() => again.stop());
    const found = await weightsAt(engine, kept);
    const undisturbed = await TinkerEngine.open(options());
    onTestFinished(() => undisturbed.close());
    await steps(undisturbed, async () => {});
    expect(found).toEqual(await weightsAt(undisturbed));
  });

  it("a session that ended for want of heartbeats is made anew; one whose heart beats is not", async () => {
    const kept = temporaryFolder();
    const own = await startServer(model, kept, { key: KEY, args: ["--session-seconds", "1"] });
    onTestFinished(() => own.stop());
    const between = await startProxy(() => own.url);
    onTestFinished(() => between.close());
    for (const [heartbeat, sessions] of [
      [100_000, 2],
      [100, 1],
    ] as const) {
      const before = between.counts.create_session ?? 0;
      const engine = await TinkerEngine.open(options({ url: between.url, heartbeat }));
      await steps(engine, () => new Promise((resolve) => setTimeout(resolve, 2500)));
      expect(await weightsAt(engine, kept)).toBeInstanceOf(Buffer);
      await engine.close();
      expect(between.counts.create_session! - before).toBe(sessions);
    }
  });
});

describe("before training starts", () => {
  it("a wrong key, model, address or protocol is one clear error, and the key is in none", async () => {
    const errorOf = async (changes: Partial<TinkerOptions>): Promise<Error> =>
      TinkerEngine.open(options(changes)).then(
        () => expect.fail("opened"),
        (error: Error) => error,
      );
    const wrong = await errorOf({ key: "tml-wrong-key" });
    expect(wrong).toEqual(refusal("api-key-refused"));
    expect(await errorOf({ baseModel: "Qwen/Qwen3-8B" })).toEqual(refusal("tinker-model-unknown"));
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const unreached = await errorOf({ url: nobody, patience: { first: 1, most: 5, total: 50 } });
    expect(unreached).toEqual(refusal("tinker-unreachable"));
    through.proxy.plan = { fault: () => ({ kind: "status", status: 404, body: "<html>not here</html>" }) };
    expect(await errorOf({})).toEqual(refusal("tinker-refused"));
    through.proxy.plan = { fault: () => ({ kind: "status", status: 401, body: `no: ${KEY}` }) };
    const echoed = await errorOf({});
    expect(echoed).toEqual(refusal("tinker-key-refused"));
    through.proxy.plan = {
      answer: (path, answer) =>
        path === "get_server_capabilities" ? { ...answer, selftrain: null } : answer,
    };
    expect(await errorOf({})).toEqual(refusal("tinker-server-unknown"));
    for (const error of [wrong, unreached, echoed])
      expect(JSON.stringify(error)).not.toMatch(/tml-(?:a-secret|wrong)/);
  });

  it("what the server would drop is refused, unless it is accepted", async () => {
    const uses = { adam: ADAM, loss: POLICY_GRADIENT };
    const open = (changes: Partial<TinkerOptions>) =>
      TinkerEngine.open(options({ uses, server: "skyrl-train", reduction: "sum-sum", ...changes }));
    const error = await open({}).catch((own: unknown) => own);
    expect(error).toMatchObject({ code: "tinker-would-drop", found: expect.stringContaining("beta2 0.95") });
    const engine = await open({ accept: ["beta2", "eps", "weightDecay"] });
    await engine.close();
    const bonus = { adam: ADAM, loss: { ...POLICY_GRADIENT, entropyBonus: 0.1 } };
    await expect(open({ uses: bonus, accept: ["beta2", "eps", "weightDecay"] })).rejects.toEqual(
      refusal("engine-lacks"),
    );
  });
});
