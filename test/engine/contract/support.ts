/** What the clauses of the contract share. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  AdamParams,
  Completion,
  Datum,
  Engine,
  LossSpec,
  PolicyLoss,
  SampleRequest,
  Sampler,
} from "selftrain";
import { expect, it, onTestFinished, type TestContext } from "vitest";

/** What an engine may lack. */
export const FEATURES = [
  "greedy",
  "stop-tokens",
  /** Completions are a function of weights, prompt and key alone. */
  "seeded-sampling",
  "base-sampler",
  /** Copies of the policy taken, and moved, during training. */
  "copies",
  /** Entropy and self-certainty of the distributions that tokens come from. */
  "measures",
  /** A loaded state continues bit for bit. */
  "exact-state",
  "export-weights",
  /** A gradient that is not finite is refused. */
  "finite-gradients",
  "progress",
] as const;

export type Feature = (typeof FEATURES)[number];

/**
 * Opens a fresh engine with the same starting weights each time, or with the weights exported to `folder`. The model
 * should be one whose completions of 8 tokens end both ways, by an end-of-sequence token and by the limit.
 */
export type OpenEngine = (folder?: string) => Promise<Engine>;

export const CROSS_ENTROPY: LossSpec = { kind: "cross-entropy" };
export const POLICY_GRADIENT: PolicyLoss = { kind: "importance-sampling" };
export const ADAM: AdamParams = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.01,
  gradClipNorm: 1,
};
export const SAMPLING = { maxTokens: 8, temperature: 1 } as const;
/** Logprobs of one policy by two programs, in float32. */
export const CLOSE = 1e-4;

/** Keys of n completions. */
export const keys = (n: number, stream = 0): number[][] => Array.from({ length: n }, (_, i) => [stream, i]);

export const request = (prompt: readonly number[], n: number, stream = 0): SampleRequest => ({
  prompt,
  n,
  keys: keys(n, stream),
});

export const scored = (prompt: readonly number[], completions: readonly Completion[]) =>
  completions.map(({ tokens }) => ({ prompt, completion: tokens }));

export const worst = (a: readonly Float32Array[], b: readonly Float32Array[]): number => {
  expect(a.map((x) => x.length)).toEqual(b.map((x) => x.length));
  return Math.max(0, ...a.flatMap((x, i) => Array.from(x, (v, t) => Math.abs(v - b[i]![t]!))));
};

/** Sampled data with advantages that differ from token to token. */
export async function rollouts(sampler: Sampler, prompts: readonly (readonly number[])[], n: number) {
  const groups = await sampler.sample(
    prompts.map((prompt, p) => request(prompt, n, p)),
    SAMPLING,
  );
  return groups.flatMap((completions, p) =>
    completions.map(
      ({ tokens, logprobs }, i): Datum => ({
        prompt: prompts[p]!,
        completion: tokens,
        logprobs,
        weights: Float32Array.from(tokens, (_, t) => (i % 2 === 0 ? 0.5 : -0.25) + 0.125 * t),
        policyVersion: sampler.policyVersion,
      }),
    ),
  );
}

/** The norm of the accumulated gradient. The weights stay; moments and step count do not. */
export async function gradNorm(engine: Engine): Promise<number> {
  return (await engine.optimStep({ ...ADAM, learningRate: 0 })).gradNorm;
}

export async function train(engine: Engine, data: readonly Datum[], steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await engine.forwardBackward(data, CROSS_ENTROPY);
    await engine.optimStep(ADAM);
  }
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-contract-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The state as the bytes of its files. */
export async function stateBytes(engine: Engine): Promise<Record<string, string>> {
  const folder = newFolder();
  await engine.saveState(folder);
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

export const refusal = (code: string) => expect.objectContaining({ name: "SelftrainError", code });

export const tokensOf = (c: Completion): number[] => c.tokens;
export const logprobsOf = (c: Completion): Float32Array => c.logprobs;

/** Prompts of unlike lengths, without end-of-sequence tokens. */
export function somePrompts({ capabilities: { vocabSize, eosTokens } }: Engine): number[][] {
  const usable = Array.from({ length: Math.min(vocabSize, 12) }, (_, token) => token).filter(
    (token) => !eosTokens.includes(token),
  );
  return [1, 3, 5, 18].map((length, p) =>
    Array.from({ length }, (_, i) => usable[(3 * i + 5 * p + 2) % usable.length]!),
  );
}

export function skipGaps(context: TestContext, engine: Engine, needs: readonly Feature[]): void {
  const gap = needs.find((feature) => feature in engine.capabilities.gaps);
  if (gap) context.skip(`${gap}: ${engine.capabilities.gaps[gap]}`);
}

/** Shares of the total that a call reported, which never fall. */
export async function progress(
  call: (onProgress: (done: number, total: number) => void) => Promise<unknown>,
): Promise<number[]> {
  const seen: number[] = [];
  const totals = new Set<number>();
  await call((done, total) => {
    seen.push(done / total);
    totals.add(total);
  });
  expect(totals.size).toBe(1);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  return seen;
}

/** A clause about an engine of its own. */
export const clauseFor =
  (open: OpenEngine) =>
  (
    title: string,
    needs: readonly Feature[],
    body: (engine: Engine, prompts: readonly number[][]) => Promise<void>,
  ) =>
    it(title, async (context) => {
      const engine = await open();
      onTestFinished(() => engine.close());
      skipGaps(context, engine, needs);
      await body(engine, somePrompts(engine));
    });
