/** Rewards from an endpoint, over real HTTP: what it is sent, and that whatever goes wrong is an error and never a reward. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { majorityReward } from "../../../src/core/reward/majority.js";
import { type HttpRewardOptions, httpReward } from "../../../src/training/reward-http/http-reward.js";
import { makeBatch } from "../../core/reward/make-batch.js";
import { endpointServer, payMajority } from "./endpoint-server.js";

const quick = { waitMs: 1, retries: 2 };
const batch = makeBatch({ p: ["7", "7", null], q: ["1", "2", "2"], r: ["5", "5", "5"] }, { step: 9 });
const send = (url: string, options: Partial<HttpRewardOptions> = {}) =>
  httpReward({ url, ...quick, ...options }).rewards(batch);

describe("a reward over HTTP", () => {
  it("sends whole groups with their votes, and returns rewards in the order of the groups", async () => {
    const { url, asked } = await endpointServer(async (one, response, count) => {
      // Later requests are answered first.
      await sleep(60 - 20 * count);
      await payMajority(one, response, count);
    });
    const rewards = await send(url);
    const expected = majorityReward().rewards(batch);
    expect(rewards.map((r) => r.rewards)).toEqual(expected.map((r) => r.rewards));
    expect(rewards[0]).toEqual({ label: null, rewards: [1, 1, 0], scores: [1, 1, 0], rewarded: true });
    expect(asked.map(({ body }) => body.prompt.id).sort()).toEqual(["p", "q", "r"]);
    const { body, headers } = asked.find((one) => one.body.prompt.id === "p")!;
    expect(body).toEqual({
      step: 9,
      prompt: { id: "p", text: "prompt p" },
      completions: [
        { text: "#7", answer: "7", finish: "stop", tokens: 3 },
        { text: "#7", answer: "7", finish: "stop", tokens: 3 },
        { text: "#", answer: null, finish: "length", tokens: 3 },
      ],
      vote: {
        label: "7",
        agreement: 2 / 3,
        margin: 2 / 3,
        tie: false,
        entropy: 0,
        noAnswerShare: expect.closeTo(1 / 3, 12),
        classes: [{ answer: "7", count: 2, weight: 2, members: [0, 1] }],
      },
    });
    expect(headers["content-type"]).toBe("application/json");
    expect(headers).not.toHaveProperty("authorization");
  });

  it("sends the token where there is one", async () => {
    const { url, asked } = await endpointServer(payMajority);
    await send(url, { token: "secret" });
    for (const { headers } of asked) expect(headers.authorization).toBe("Bearer secret");
  });

  it("takes any finite numbers, and null for a group without reward", async () => {
    const { url } = await endpointServer(({ body }, response) => {
      response.end(
        JSON.stringify({ rewards: body.prompt.id === "q" ? null : [-2.5, 1e6, 0.1], note: "more" }),
      );
    });
    const rewards = await send(url);
    expect(rewards.map((r) => r.rewards)).toEqual([
      [-2.5, 1e6, 0.1],
      [0, 0, 0],
      [-2.5, 1e6, 0.1],
    ]);
    expect(rewards.map((r) => r.rewarded)).toEqual([true, false, true]);
  });

  it("has no more groups under way than it may", async () => {
    let [now, most] = [0, 0];
    const { url } = await endpointServer(async (one, response, count) => {
      most = Math.max(most, ++now);
      await sleep(20);
      now--;
      await payMajority(one, response, count);
    });
    await send(url, { concurrency: 2 });
    expect(most).toBe(2);
  });

  it("tries again where that may help, and waits as long as it is asked to", async () => {
    const { url, asked } = await endpointServer((one, response, count) => {
      if (count === 1) response.writeHead(503).end("busy");
      else if (count === 2) response.writeHead(429, { "retry-after": "1" }).end();
      else return payMajority(one, response, count);
    });
    const started = performance.now();
    const rewards = await send(url, { concurrency: 1 });
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(rewards.map((r) => r.rewards)).toEqual(
      majorityReward()
        .rewards(batch)
        .map((r) => r.rewards),
    );
    expect(asked.map(({ body }) => body.prompt.id)).toEqual(["p", "p", "p", "q", "r"]);
  });

  it("tries again after a broken connection", async () => {
    const { url } = await endpointServer((one, response, count) => {
      if (count === 1) response.destroy();
      else return payMajority(one, response, count);
    });
    expect(await send(url)).toHaveLength(3);
  });
});

describe("a run that is to stop", () => {
  const stoppedAfter = async (url: string, ms: number, options: Partial<HttpRewardOptions>) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), ms);
    const started = performance.now();
    const { signal } = stop;
    const rewards = httpReward({ url, ...quick, ...options }).rewards({ ...batch, signal });
    await expect(rewards).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - started).toBeLessThan(5000);
  };

  it("waits for no answer, asks for no other, and breaks off what is under way", async () => {
    let gone = 0;
    const { url, asked } = await endpointServer((_, response) => {
      response.on("close", () => gone++);
    });
    await stoppedAfter(url, 100, { concurrency: 2, timeoutMs: 60_000 });
    await sleep(100);
    expect(asked).toHaveLength(2);
    expect(gone).toBe(2);
  });

  it("waits for no further attempt", async () => {
    const { url, asked } = await endpointServer((_, response) => void response.writeHead(503).end());
    await stoppedAfter(url, 200, { concurrency: 1, waitMs: 60_000 });
    expect(asked).toHaveLength(1);
  });

  it("is paid where all have answered", async () => {
    const stop = new AbortController();
    const { url } = await endpointServer(payMajority);
    const rewards = await httpReward({ url, ...quick }).rewards({ ...batch, signal: stop.signal });
    stop.abort();
    expect(rewards).toHaveLength(3);
  });
});

describe("defect 8: a reward that fails is an error, never 0 and never an earlier reward", () => {
  const failure = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });

  it("after as many attempts as it may make", async () => {
    const { url, asked } = await endpointServer(
      (_, response) => void response.writeHead(500).end("out of order"),
    );
    await expect(send(url, { concurrency: 1 })).rejects.toEqual(
      failure("reward-endpoint-failed", {
        found: "status 500: out of order",
        message: expect.stringContaining("3 attempts"),
        where: `${url}, prompt p`,
      }),
    );
    expect(asked).toHaveLength(3);
  });

  it("at once where the request itself is refused, or sent elsewhere", async () => {
    for (const status of [400, 401, 404, 302]) {
      const { url, asked } = await endpointServer(
        (_, response) => void response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(),
      );
      await expect(send(url, { concurrency: 1 })).rejects.toEqual(
        failure("reward-endpoint-failed", { found: `status ${status}` }),
      );
      expect(asked).toHaveLength(1);
    }
  });

  it("where the answer does not come, or not all of it", async () => {
    const silent = await endpointServer(() => {});
    const late = { timeoutMs: 50, retries: 1 };
    await expect(send(silent.url, late)).rejects.toEqual(
      failure("reward-endpoint-failed", { found: "no answer within 0.05 s" }),
    );
    const halting = await endpointServer(
      (_, response) => void response.writeHead(200).write('{"rewards": [1'),
    );
    await expect(send(halting.url, late)).rejects.toEqual(failure("reward-endpoint-failed"));
  });

  it("where nobody listens", async () => {
    await expect(send("http://127.0.0.1:1/")).rejects.toEqual(
      failure("reward-endpoint-failed", { found: expect.stringMatching(/ECONNREFUSED|bad port/) }),
    );
  });

  it.each([
    ["one reward too few", '{"rewards": [1, 0]}', "reward-answer-length"],
    ["no reward", '{"rewards": []}', "reward-answer-length"],
    ["NaN", '{"rewards": [1, NaN, 0]}', "reward-answer-malformed"],
    ["infinity", '{"rewards": [1, 1e999, 0]}', "reward-answer-malformed"],
    ["null among them", '{"rewards": [1, null, 0]}', "reward-answer-malformed"],
    ["text among them", '{"rewards": [1, "0", 0]}', "reward-answer-malformed"],
    ["no rewards", '{"reward": [1, 0, 0]}', "reward-answer-malformed"],
    ["a list alone", "[1, 0, 0]", "reward-answer-malformed"],
    ["a page", "<html>sign in</html>", "reward-answer-malformed"],
    ["nothing", "", "reward-answer-malformed"],
  ])("where it answers with %s, after one attempt", async (_, answer, code) => {
    const { url, asked } = await endpointServer(({ body }, response) => {
      response.end(body.prompt.id === "q" ? answer : '{"rewards": [1, 1, 1]}');
    });
    const malformed = code === "reward-answer-malformed" && { found: answer || "an empty answer" };
    await expect(send(url)).rejects.toEqual(failure(code, { where: `${url}, prompt q`, ...malformed }));
    expect(asked.filter(({ body }) => body.prompt.id === "q")).toHaveLength(1);
  });

  it("and the other groups are then asked no more", async () => {
    const { url, asked } = await endpointServer((_, response) => void response.end("{}"));
    await expect(send(url, { concurrency: 1 })).rejects.toEqual(failure("reward-answer-malformed"));
    await sleep(30);
    expect(asked).toHaveLength(1);
  });
});
