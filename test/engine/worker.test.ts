/** The engine's thread leaves this one free, and says what became of it. */
import { OnnxEngine } from "selftrain";
import { describe, expect, it } from "vitest";
import { llamaConfig } from "../../src/model/config-file.js";
import { MHA } from "./tiny-model.js";

describe("the worker thread", () => {
  it("leaves timers of the owner running, and its reports arrive while it works", async () => {
    const config = llamaConfig({
      ...MHA,
      hiddenSize: 128,
      feedForward: 512,
      headDim: 32,
      contextLength: 256,
    });
    const engine = await OnnxEngine.create({ model: { config, seed: 0 }, threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    try {
      const sampler = await engine.refreshSampler();
      const keys = Array.from({ length: 64 }, (_, i) => [i]);
      /** Ticks of the timer when each report came. */
      const reports: number[] = [];
      const done: (readonly [number, number])[] = [];
      ticks = 0;
      await sampler.sample([{ prompt: [2, 3], n: 64, keys }], {
        maxTokens: 200,
        temperature: 1,
        stopTokens: [],
        onProgress: (...progress) => {
          reports.push(ticks);
          done.push(progress);
        },
      });
      expect(ticks).toBeGreaterThan(5);
      // Reports came in between ticks, and not all at the end. There are fewer than tokens, but the first and the last are among them.
      expect(new Set(reports).size).toBeGreaterThan(1);
      expect(done[0]).toEqual([64, 64 * 200]);
      expect(done.at(-1)).toEqual([64 * 200, 64 * 200]);
    } finally {
      clearInterval(timer);
      await engine.close();
    }
  });

  it("hands on why a model cannot be opened", async () => {
    await expect(OnnxEngine.create({ model: { folder: "/no/such/model" } })).rejects.toMatchObject({
      name: "SelftrainError",
      code: "model-not-found",
      where: expect.stringContaining("config.json"),
      remedy: expect.stringMatching(/\w/),
    });
  });
});
