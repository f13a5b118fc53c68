/** Clauses about sampling and scoring. */
import { type Completion, type Engine, type SampleRequest, type Sampler, SelftrainError } from "selftrain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CLOSE,
  FEATURES,
  type Feature,
  logprobsOf,
  type OpenEngine,
  progress,
  refusal,
  request,
  SAMPLING,
  scored,
  skipGaps,
  somePrompts,
  tokensOf,
  worst,
} from "./support.js";

export function samplingContract(name: string, open: OpenEngine): void {
  describe(`${name}: sampling`, () => {
    let engine: Engine;
    let sampler: Sampler;
    let prompts: readonly number[][];
    beforeAll(async () => {
      engine = await open();
      sampler = await engine.refreshSampler();
      prompts = somePrompts(engine);
    });
    afterAll(() => engine?.close());

    /** A clause that changes nothing of the engine. */
    const clause = (title: string, needs: readonly Feature[], body: () => Promise<void>) =>
      it(title, async (context) => {
        skipGaps(context, engine, needs);
        await body();
      });

    it("declares gaps by the names of features, each with a reason", () => {
      const { gaps } = engine.capabilities;
      expect(FEATURES).toEqual(expect.arrayContaining(Object.keys(gaps)));
      for (const reason of Object.values(gaps)) expect(reason).not.toBe("");
    });

    clause("n completions of each request, in request order", [], async () => {
      const counts = [2, 1, 0, 5];
      const groups = await sampler.sample(
        counts.map((n, p) => request(prompts[p]!, n)),
        SAMPLING,
      );
      expect(groups.map((g) => g.length)).toEqual(counts);
      expect(await sampler.sample([], SAMPLING)).toEqual([]);
    });

    clause(
      "an end-of-sequence token is the last of a completion that stopped, and nowhere else",
      [],
      async () => {
        const groups = await sampler.sample(
          prompts.map((prompt) => request(prompt, 16)),
          SAMPLING,
        );
        const { eosTokens } = engine.capabilities;
        const ends = groups.flat().map(({ tokens, logprobs, finish }) => {
          expect(logprobs.length).toBe(tokens.length);
          expect(logprobs.every((l) => Number.isFinite(l) && l <= 0)).toBe(true);
          const at = tokens.findIndex((token) => eosTokens.includes(token));
          if (finish === "stop") expect(at).toBe(tokens.length - 1);
          else expect([at, tokens.length]).toEqual([-1, SAMPLING.maxTokens]);
          return finish;
        });
        expect(new Set(ends)).toEqual(new Set(["stop", "length"]));
      },
    );

    clause("one token where one is asked for", [], async () => {
      const [group] = await sampler.sample([request(prompts[0]!, 6)], { ...SAMPLING, maxTokens: 1 });
      expect(group!.map((c) => c.tokens.length)).toEqual(new Array(6).fill(1));
    });

    clause("with no stop tokens every completion goes on to the limit", ["stop-tokens"], async () => {
      const [group] = await sampler.sample([request(prompts[1]!, 16)], { ...SAMPLING, stopTokens: [] });
      for (const { tokens, finish } of group!) expect([tokens.length, finish]).toEqual([8, "length"]);
    });

    clause("stop tokens change nothing up to the end", ["stop-tokens", "seeded-sampling"], async () => {
      const requests = [request(prompts[1]!, 16), request(prompts[2]!, 16)];
      const ended = (await sampler.sample(requests, SAMPLING)).flat();
      const full = (await sampler.sample(requests, { ...SAMPLING, stopTokens: [] })).flat();
      ended.forEach(({ tokens }, i) => {
        expect(full[i]!.tokens.slice(0, tokens.length)).toEqual(tokens);
      });
    });

    clause(
      "each of several stop tokens ends a completion, and is its last",
      ["stop-tokens", "seeded-sampling"],
      async () => {
        const requests = [request(prompts[1]!, 16), request(prompts[2]!, 16)];
        const full = (await sampler.sample(requests, { ...SAMPLING, stopTokens: [] })).flat();
        // Tokens that were drawn second: each ends the completions in which it comes first.
        const stopTokens = [...new Set(full.map(({ tokens }) => tokens[1]!))].slice(0, 3);
        expect(stopTokens).toHaveLength(3);
        const ended = (await sampler.sample(requests, { ...SAMPLING, stopTokens })).flat();
        ended.forEach(({ tokens, finish }, i) => {
          const at = full[i]!.tokens.findIndex((token) => stopTokens.includes(token));
          expect(tokens).toEqual(full[i]!.tokens.slice(0, at < 0 ? undefined : at + 1));
          expect(finish).toBe(at < 0 ? "length" : "stop");
        });
        expect(
          new Set(ended.map(({ tokens }) => tokens.at(-1)!).filter((token) => stopTokens.includes(token)))
            .size,
        ).toBe(3);
      },
    );

    clause("equal keys give equal completions, however they are batched", ["seeded-sampling"], async () => {
      const requests = prompts.map((prompt, p) => request(prompt, 6, p));
      const together = await sampler.sample(requests, SAMPLING);
      const tokens = (groups: readonly (readonly Completion[])[]) =>
        groups.map((g) => g.map((c) => c.tokens));
      const alone = [];
      for (const one of requests) alone.push(...(await sampler.sample([one], SAMPLING)));
      expect(tokens(alone)).toEqual(tokens(together));
      expect(tokens((await sampler.sample([...requests].reverse(), SAMPLING)).reverse())).toEqual(
        tokens(together),
      );
      expect(worst(alone.flat().map(logprobsOf), together.flat().map(logprobsOf))).toBeLessThan(CLOSE);

      const twin: SampleRequest = {
        prompt: prompts[0]!,
        n: 2,
        keys: [
          [7, 7],
          [7, 7],
        ],
      };
      const [[first, second] = []] = await sampler.sample([twin], SAMPLING);
      expect(second!.tokens).toEqual(first!.tokens);
      const distinct = new Set(together.flat().map((c) => c.tokens.join()));
      expect(distinct.size).toBeGreaterThan(prompts.length);
    });

    clause("temperature 0 takes the likeliest token, whatever the key", ["greedy"], async () => {
      const prompt = prompts[1]!;
      const greedy = { ...SAMPLING, temperature: 0 };
      const [group] = await sampler.sample([request(prompt, 3)], greedy);
      const [best] = group!;
      for (const other of group!) expect(other.tokens).toEqual(best!.tokens);
      expect((await sampler.sample([request(prompt, 3)], greedy))[0]!.map(tokensOf)).toEqual(
        group!.map(tokensOf),
      );

      const [drawn] = await sampler.sample([request(prompt, 24)], SAMPLING);
      for (const { logprobs } of drawn!) expect(logprobs[0]).toBeLessThanOrEqual(best!.logprobs[0]! + CLOSE);
      expect(worst([best!.logprobs], await sampler.logprobs(scored(prompt, [best!])))).toBeLessThan(CLOSE);
    });

    for (const temperature of [1, 0.5, 2]) {
      clause(
        `logprobs are those of a scoring pass at temperature 1, sampled at ${temperature}`,
        [],
        async () => {
          const groups = await sampler.sample(
            prompts.map((prompt) => request(prompt, 6)),
            { ...SAMPLING, temperature },
          );
          const data = groups.flatMap((completions, p) => scored(prompts[p]!, completions));
          expect(worst(groups.flat().map(logprobsOf), await sampler.logprobs(data))).toBeLessThan(CLOSE);
        },
      );
    }

    clause("scores a sequence the same alone and in company; nothing, too", [], async () => {
      const [a, b] = [
        { prompt: prompts[0]!, completion: [3, 2] },
        { prompt: prompts[3]!, completion: [2, 3, 4, 2] },
      ];
      const empty = { prompt: prompts[0]!, completion: [] };
      const together = await sampler.logprobs([a, empty, b]);
      const alone = [...(await sampler.logprobs([a])), ...(await sampler.logprobs([empty, b]))];
      expect(worst(together, alone)).toBeLessThan(CLOSE);
      expect(await sampler.logprobs([])).toEqual([]);
    });

    clause(
      "measures are those of the whole distribution that each token comes from",
      ["measures"],
      async () => {
        const { vocabSize } = engine.capabilities;
        const data = [
          { prompt: prompts[0]!, completion: [3, 2, 5] },
          { prompt: prompts[3]!, completion: [2, 3, 4, 2, 2, 7] },
          { prompt: prompts[1]!, completion: [] },
        ];
        const expected = { entropy: [] as Float32Array[], "self-certainty": [] as Float32Array[] };
        for (const { prompt, completion } of data) {
          const rows = completion.map((_, t) => [...prompt, ...completion.slice(0, t)]);
          const distributions: number[][] = [];
          for (const before of rows) {
            const all = Array.from({ length: vocabSize }, (__, token) => ({
              prompt: before,
              completion: [token],
            }));
            distributions.push((await sampler.logprobs(all)).map(([logprob]) => logprob!));
          }
          const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
          expected.entropy.push(
            Float32Array.from(distributions, (logs) => -sum(logs.map((log) => Math.exp(log) * log))),
          );
          expected["self-certainty"].push(
            Float32Array.from(distributions, (logs) => -Math.log(vocabSize) - sum(logs) / vocabSize),
          );
        }
        for (const measure of ["entropy", "self-certainty"] as const) {
          const measured = await sampler.measure(data, measure);
          expect(worst(measured, expected[measure])).toBeLessThan(CLOSE);
          for (const value of measured.flatMap((values) => [...values]))
            expect(value).toBeGreaterThan(-CLOSE);
          const alone = await Promise.all(data.map((datum) => sampler.measure([datum], measure)));
          expect(worst(alone.flat(), measured)).toBeLessThan(CLOSE);
        }
      },
    );

    clause("progress never goes back and ends at its total", ["progress"], async () => {
      const seen = await progress((onProgress) =>
        sampler.sample([request(prompts[0]!, 4), request(prompts[3]!, 4)], { ...SAMPLING, onProgress }),
      );
      expect(seen.at(-1)).toBe(1);
    });

    clause("errors are SelftrainErrors with code, expectation and remedy", [], async () => {
      const { vocabSize, contextLength } = engine.capabilities;
      const long = new Array<number>(contextLength).fill(2);
      const error: unknown = await sampler.sample([request(long, 1)], SAMPLING).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SelftrainError);
      expect(error).toMatchObject({
        code: "prompt-too-long",
        found: contextLength + 8,
        expected: expect.stringContaining(`${contextLength}`),
        remedy: expect.stringMatching(/\w/),
      });
      const refuse = (bad: SampleRequest, code: string) =>
        expect(sampler.sample([request(prompts[0]!, 1), bad], SAMPLING), code).rejects.toEqual(refusal(code));
      await refuse(request([], 1), "prompt-empty");
      await refuse(request([2, vocabSize], 1), "token-out-of-range");
      await refuse({ ...request([2], 1), n: 2 }, "keys-mismatch");
      await expect(sampler.logprobs([{ prompt: [], completion: [2] }])).rejects.toEqual(
        refusal("prompt-empty"),
      );
      await expect(sampler.logprobs([{ prompt: [2], completion: [-1] }])).rejects.toEqual(
        refusal("token-out-of-range"),
      );
      await expect(sampler.logprobs([{ prompt: long, completion: [2] }])).rejects.toEqual(
        refusal("prompt-too-long"),
      );
    });

    clause("a released sampler is refused, and others are not", [], async () => {
      const released = await engine.refreshSampler();
      await released.release();
      await expect(released.sample([request(prompts[0]!, 1)], SAMPLING)).rejects.toEqual(
        refusal("sampler-released"),
      );
      await expect(released.logprobs([])).rejects.toEqual(refusal("sampler-released"));
      await expect(released.measure([], "entropy")).rejects.toEqual(refusal("sampler-released"));
      expect(await sampler.sample([request(prompts[0]!, 1)], SAMPLING)).toHaveLength(1);
    });
  });
}
