/** Servers that do what servers of this protocol have been seen to do: each gets its one clear error, or is made up for. */
import { type AdamParams, type Datum, TinkerEngine, type TinkerOptions } from "selftrain";
import { describe, expect, it } from "vitest";
import type { PolicyLoss } from "../../../src/core/loss/loss.js";
import { ADAM, CROSS_ENTROPY, POLICY_GRADIENT, refusal, request } from "../contract/support.js";
import { GQA, temporaryFolder, temporaryModel } from "../tiny-model.js";
import { proxiedServer } from "./proxied-server.js";
import type { ProxyPlan } from "./proxy.js";

const model = temporaryModel(GQA);
const through = proxiedServer(model, temporaryFolder());
/** As a server of which nothing is known. */
const options = (changes: Partial<TinkerOptions> = {}) =>
  through.options({
    server: "other",
    accept: ["beta1", "beta2", "eps", "weightDecay", "gradClipNorm"],
    ...changes,
  });

async function opened<T>(
  use: (engine: TinkerEngine) => Promise<T>,
  changes: Partial<TinkerOptions> = {},
): Promise<T> {
  const engine = await TinkerEngine.open(options(changes));
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

type Json = Record<string, unknown>;
interface Sequence {
  tokens: number[];
  logprobs: number[];
  stop_reason: string;
}
interface Output {
  logprobs: { data: number[] };
}

const samples =
  (change: (sequence: Sequence) => Sequence): ProxyPlan["answer"] =>
  (path, answer) =>
    path === "retrieve_future" && answer.type === "sample"
      ? { ...answer, sequences: (answer.sequences as Sequence[]).map(change) }
      : answer;
const passes =
  (change: (data: number[]) => number[]): ProxyPlan["answer"] =>
  (path, answer) =>
    path === "retrieve_future" && Array.isArray(answer.loss_fn_outputs)
      ? {
          ...answer,
          loss_fn_outputs: (answer.loss_fn_outputs as Output[]).map((own) => ({
            ...own,
            logprobs: { ...own.logprobs, data: change(own.logprobs.data) },
          })),
        }
      : answer;

const weights = (length: number) => Float32Array.from({ length }, (_, t) => 0.5 - 0.25 * t);
async function sampled(engine: TinkerEngine): Promise<Datum[]> {
  const sampler = await engine.refreshSampler();
  const [group] = await sampler.sample([request([2, 3], 6)], { maxTokens: 8, temperature: 1 });
  return group!.map(({ tokens, logprobs }) => ({
    prompt: [2, 3],
    completion: tokens,
    logprobs,
    weights: weights(tokens.length),
    policyVersion: sampler.policyVersion,
  }));
}
const invalid = refusal("tinker-answer-invalid");
const known = { reduction: "sum-sum" } as const;

describe("what a server answers", () => {
  it.each<[string, (sequence: Sequence) => Sequence]>([
    ["logprobs that are all 0", (own) => ({ ...own, logprobs: own.logprobs.map(() => 0) })],
    ["a logprob too few", (own) => ({ ...own, logprobs: own.logprobs.slice(1) })],
    ["a logprob above 0", (own) => ({ ...own, logprobs: own.logprobs.map((l) => -l) })],
    [
      "a stop without its token",
      (own) =>
        own.stop_reason === "stop"
          ? { ...own, tokens: own.tokens.slice(0, -1), logprobs: own.logprobs.slice(1) }
          : own,
    ],
    ["tokens of another vocabulary", (own) => ({ ...own, tokens: own.tokens.map((token) => token + 5000) })],
    ["an end before the limit", (own) => ({ ...own, stop_reason: "length" })],
  ])("samples: %s", async (_, change) => {
    through.proxy.plan = { answer: samples(change) };
    await opened((engine) => expect(sampled(engine)).rejects.toEqual(invalid), known);
  });

  it("of a gradient: zeros, and one too few", async () => {
    await opened(async (engine) => {
      const data = await sampled(engine);
      for (const change of [(own: number[]) => own.map(() => 0), (own: number[]) => own.slice(1)]) {
        through.proxy.plan = { answer: passes(change) };
        await expect(engine.forwardBackward(data, POLICY_GRADIENT)).rejects.toEqual(invalid);
      }
    }, known);
  });

  it.each<[string, (own: number[]) => number[]]>([
    ["shifted by one", (own) => [own.at(-1)!, ...own.slice(0, -1)]],
    ["of another model", (own) => own.map((logprob) => logprob - 1.5)],
  ])("of a first gradient: logprobs %s", async (_, change) => {
    await opened(async (engine) => {
      const data = await sampled(engine);
      through.proxy.plan = { answer: passes(change) };
      await expect(engine.forwardBackward(data, POLICY_GRADIENT)).rejects.toEqual(refusal("tinker-ratio"));
    }, known);
  });

  it("prompt logprobs, one a token or one less: the base scores the same", async () => {
    const scores = () =>
      opened(async (engine) => {
        const base = await engine.baseSampler();
        return base.logprobs([
          { prompt: [2, 3], completion: [4, 5, 1] },
          { prompt: [4], completion: [] },
        ]);
      }, known);
    const whole = await scores();
    through.proxy.plan = {
      answer: (_, answer) =>
        Array.isArray(answer.prompt_logprobs)
          ? { ...answer, prompt_logprobs: answer.prompt_logprobs.slice(1) }
          : answer,
    };
    expect(await scores()).toEqual(whole);
    expect(whole[0]).toHaveLength(3);
  });

  it("copies in the place of samples: they are drawn one by one", async () => {
    through.proxy.plan = {
      // One seed, one sample.
      answer: (path, answer) => {
        if (path !== "retrieve_future" || answer.type !== "sample") return answer;
        const sequences = answer.sequences as Sequence[];
        return { ...answer, sequences: sequences.map(() => sequences[0]) };
      },
    };
    await opened(async (engine) => {
      const sampler = await engine.refreshSampler();
      const before = through.proxy.counts.asample!;
      const requests = [2, 3, 4, 5].map((token, p) => request([token], 8, p));
      const groups = await sampler.sample(requests, { maxTokens: 8, temperature: 1 });
      for (const group of groups) expect(group).toHaveLength(8);
      expect(new Set(groups[0]!.map(({ tokens }) => tokens.join())).size).toBeGreaterThan(1);
      expect(through.proxy.counts.asample! - before).toBe(4 + 32);
      expect(engine.facts.equalSamples).toBe(true);
    }, known);
  });

  it("a result once: where it was lost, the model is made anew", async () => {
    const given = new Set<string>();
    let lose = "";
    through.proxy.plan = {
      fault: ({ path, body }) => {
        if (path !== "retrieve_future") return null;
        const { request_id: id } = JSON.parse(body.toString()) as { request_id: string };
        if (given.has(id))
          return { kind: "status", status: 400, body: '{"detail":"future id result already retrieved"}' };
        given.add(id);
        if (lose !== "now") return null;
        lose = "";
        return { kind: "drop-after" };
      },
    };
    await opened(async (engine) => {
      const data = await sampled(engine);
      const models = through.proxy.counts.create_model!;
      lose = "now";
      const { logprobs } = await engine.forwardBackward(data, CROSS_ENTROPY);
      expect(logprobs).toHaveLength(data.length);
      expect(through.proxy.counts.create_model! - models).toBe(1);
    }, known);
  });

  it("another base model than was asked for", async () => {
    through.proxy.plan = {
      answer: (path, answer) =>
        path === "get_info" ? { ...answer, model_data: { model_name: "another/model" } } : answer,
    };
    await expect(TinkerEngine.open(options(known))).rejects.toEqual(refusal("tinker-model-unknown"));
  });
});

const STILL: AdamParams = { ...ADAM, learningRate: 0, gradClipNorm: 0 };

/** Means in the place of sums: the proxy divides what the server would not. */
const meaning =
  (perSequence: boolean): ProxyPlan["request"] =>
  (path, body) => {
    if (path !== "forward_backward") return body;
    const request = JSON.parse(body.toString()) as {
      forward_backward_input: { data: { loss_fn_inputs: Record<string, { data: number[] }> }[] };
    };
    const { data } = request.forward_backward_input;
    for (const { loss_fn_inputs: inputs } of data) {
      // The completion: where the sampler's logprobs are.
      const tokens = inputs.logprobs!.data.filter((logprob) => logprob !== 0).length;
      const divisor = data.length * (perSequence ? tokens : 1);
      inputs.advantages!.data = inputs.advantages!.data.map((advantage) => advantage / divisor);
    }
    return Buffer.from(JSON.stringify(request));
  };

describe("what a server would train otherwise is refused, and what it is said that it may", () => {
  const all = ["query", "key", "value", "output", "gate", "up", "down"] as const;
  const lora = (alpha: number, targets: readonly (typeof all)[number][] = all) => ({
    adapter: { lora: { rank: 2, alpha, targets }, seed: 0 },
    ...known,
  });
  const refused = (changes: Partial<TinkerOptions>) => TinkerEngine.open(options(changes));

  it("α, projections, an adapter, a model", async () => {
    const dropped = refusal("tinker-would-drop");
    await expect(refused({ ...lora(16), server: "skyrl-jax" })).rejects.toEqual(dropped);
    await expect(refused({ ...lora(32, ["query"]), server: "skyrl-jax" })).rejects.toEqual(dropped);
    await expect(refused(lora(32))).rejects.toEqual(dropped);
    await expect(refused({ ...lora(32), server: "verl" })).rejects.toEqual(refusal("engine-lacks"));
    await expect(refused({ server: "tuft", ...known })).rejects.toEqual(refusal("engine-lacks"));
    const accepted = { ...lora(16), accept: ["alpha"] };
    await opened(async (engine) => expect(engine.capabilities.gaps.copies).toBeDefined(), accepted);
  });
});

describe("what a server makes of a loss", () => {
  const data: Datum[] = [
    {
      prompt: [2, 3],
      completion: [4, 5, 6, 2],
      weights: weights(4),
      logprobs: Float32Array.of(-2, -2, -2, -2),
      policyVersion: 9,
    },
    {
      prompt: [4],
      completion: [5, 1],
      weights: weights(2),
      logprobs: Float32Array.of(-2, -2),
      policyVersion: 9,
    },
  ];
  const norm = (loss: PolicyLoss, changes: Partial<TinkerOptions> = {}) =>
    opened(async (engine) => {
      const { loss: value, logprobs } = await engine.forwardBackward(data, loss);
      return { value, logprobs, norm: (await engine.optimStep(STILL)).gradNorm, facts: engine.facts };
    }, changes);

  it.each([
    ["sum-mean", false],
    ["mean-mean", true],
  ] as const)("%s is found out, and the gradient is that of the sum", async (reduction, perSequence) => {
    const sum = await norm(POLICY_GRADIENT, { server: "selftrain" });
    through.proxy.plan = { request: meaning(perSequence) };
    const mean = await norm(POLICY_GRADIENT);
    expect(mean.facts).toMatchObject({ reduction, echoes: false });
    expect(mean.norm / sum.norm).toBeCloseTo(1, 4);
    expect(mean.value).toBeCloseTo(sum.value, 4);
  });

  it("a sum is found out, too, and echoed logprobs, in whose place the policy's are asked for", async () => {
    const sent = new Map<string, unknown>();
    let last: unknown = null;
    through.proxy.plan = {
      request: (path, body) => {
        if (path === "forward_backward") last = JSON.parse(body.toString()).forward_backward_input.data;
        return body;
      },
      answer: (path, answer, body) => {
        if (path === "forward_backward") sent.set(answer.request_id as string, last);
        const own =
          path === "retrieve_future" && sent.get((JSON.parse(body.toString()) as Json).request_id as string);
        if (!own || !Array.isArray(answer.loss_fn_outputs)) return answer;
        const inputs = own as { loss_fn_inputs: { logprobs: object } }[];
        return {
          ...answer,
          loss_fn_outputs: inputs.map(({ loss_fn_inputs: of }) => ({ logprobs: of.logprobs })),
        };
      },
    };
    const echoed = await norm(POLICY_GRADIENT);
    expect(echoed.facts).toMatchObject({ reduction: "sum-sum", echoes: true });
    through.proxy.plan = {};
    const own = await norm(POLICY_GRADIENT, { server: "selftrain" });
    echoed.logprobs.forEach((logprobs, i) => {
      for (const [t, logprob] of logprobs.entries()) expect(logprob).toBeCloseTo(own.logprobs[i]![t]!, 4);
    });
    expect(echoed.norm / own.norm).toBeCloseTo(1, 4);
  });

  it("no norm: the reduction must be said", async () => {
    through.proxy.plan = {
      answer: (_, answer) => (answer.type === "optim_step" ? { ...answer, metrics: {} } : answer),
    };
    await expect(TinkerEngine.open(options())).rejects.toEqual(refusal("tinker-reduction-unknown"));
    const { norm: unknown } = await norm(POLICY_GRADIENT, known);
    expect(unknown).toBeNaN();
  });

  it.each<PolicyLoss>([
    { kind: "gspo", low: 0.05, high: 0.05 },
    { kind: "cispo", low: 0.5, high: 0.5 },
    { kind: "ppo-clip", low: 0.2, high: 0.2, dualClip: 1.5 },
  ])(
    "$kind, which it lacks, goes as weights: value, clipped tokens and gradient are the embedded engine's",
    async (loss) => {
      const own = await norm(loss, { server: "selftrain" });
      const lacking = await norm(loss, known);
      expect(lacking.value).toBeCloseTo(own.value, 4);
      expect(lacking.norm / own.norm).toBeCloseTo(1, 3);
    },
  );
});
