/** The dashboard's server on a real run: what it says is what the files say, and what is new comes as it is written. */
import fs from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Bands,
  type Collapse,
  type ConfigDifference,
  type GroupRollouts,
  MARKER_HEADER,
  type Marks,
  type MetricsChunk,
  type PlaygroundMessage,
  type River,
  type RunEvents,
  type RunList,
  type RunOverview,
  routes,
  type StepGroups,
  type VoteMatrix,
} from "../../../src/apps/dashboard/api/index.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";
import { readMetrics } from "../../../src/run/metrics-log.js";
import { createRun } from "../../../src/run/open-run.js";
import { readProbe } from "../../../src/run/probes.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";
import { ask, type Event, errorOf, events, get, next, serve } from "./dashboard.js";

const base = tinyBase();
const ID = "sweep/a";
let folder: string;
let run: string;
let server: HttpServer;

beforeAll(async () => {
  folder = join(base.folder, "runs");
  run = join(folder, "sweep", "a");
  const probe = { size: 4, samples: 4, every: 2 };
  await train(tinyTraining(base, run, { probe }));
  // The same with another seed, as far as its files say.
  fs.cpSync(run, join(folder, "sweep", "b"), { recursive: true });
  const config = join(folder, "sweep", "b", "config.yaml");
  fs.writeFileSync(config, fs.readFileSync(config, "utf8").replace(/^seed: \d+$/m, "seed: 7"));
  server = await serve(folder, base.folder);
});
afterAll(() => server.close());

const records = () => readMetrics(join(run, "metrics.jsonl"));

describe("the list of runs", () => {
  it("says how each stands, and which differ in their seed alone", async () => {
    const { runs, gaps } = await get<RunList>(server, routes.runs());
    expect(gaps).toEqual([]);
    expect(runs.map(({ id }) => id).sort()).toEqual([ID, "sweep/b"]);
    const [a, b] = [ID, "sweep/b"].map((id) => runs.find((own) => own.id === id)!);
    expect(a).toMatchObject({
      kind: "train",
      status: "finished",
      stepsDone: 4,
      stepsPlanned: 4,
      problem: null,
    });
    expect([a!.family, a!.seed, b!.seed]).toEqual([b!.family, 0, 7]);
    const means = records().flatMap(({ kind, metrics }) => (kind === "eval" ? [metrics.mean as number] : []));
    expect(a!.accuracy).toMatchObject({ last: means.at(-1), best: Math.max(...means) });
    expect(a!.sparkline).toMatchObject({ series: "step.agreement", steps: [1, 2, 3, 4], thinned: false });
  });

  it("is told of a run that comes, changes and goes", async () => {
    const stream = events(server, routes.runsStream());
    const first = (await next(stream, "runs")).data as { changed: { id: string }[] };
    expect(first.changed).toHaveLength(2);
    const other = join(folder, "c");
    fs.cpSync(run, other, { recursive: true });
    expect((await next(stream, "runs")).data).toMatchObject({ changed: [{ id: "c" }], gone: [] });
    fs.rmSync(other, { recursive: true });
    expect((await next(stream, "runs")).data).toEqual({ changed: [], gone: ["c"] });
    await stream.return();
  });
});

describe("a run", () => {
  it("at a glance has what its folder has", async () => {
    const overview = await get<RunOverview>(server, routes.run(ID));
    expect(overview.kept).toEqual({
      rollouts: { ranges: [[1, 4, 1]], count: 4 },
      probe: { ranges: [[0, 4, 2]], count: 3 },
      checkpoints: {
        ranges: [
          [0, 0, 1],
          [4, 4, 1],
        ],
        count: 2,
      },
    });
    expect(overview.series).toEqual(
      expect.arrayContaining(["step.agreement", "step.time.seconds", "eval.mean"]),
    );
    expect(overview.pace).toMatchObject({ secondsPerStep: expect.any(Number), secondsLeft: null });
    expect([overview.truth, overview.gaps]).toEqual([{ rollouts: null, probe: null }, []]);
  });

  it("gives its metrics by column, those that are asked for alone", async () => {
    const all = await get<MetricsChunk>(server, routes.metrics(ID));
    const steps = records().filter(({ kind }) => kind === "step");
    expect(all.lines.step!.steps).toEqual([1, 2, 3, 4]);
    for (const name of Object.keys(steps[0]!.metrics))
      expect(all.lines.step!.columns[`step.${name}`]).toEqual(
        steps.map(({ metrics }) => metrics[name] ?? null),
      );
    const query = { series: ["step.agreement", "eval.mean", "step.nothing"] };
    const some = await get<MetricsChunk>(server, routes.metrics(ID), query);
    expect(Object.keys(some.lines.step!.columns)).toEqual(["step.agreement", "step.nothing"]);
    expect(some.lines.step!.columns["step.nothing"]).toEqual([null, null, null, null]);
    expect(some.next).toBe(all.next);
    expect(Number(all.next.split("-")[0])).toBe(fs.statSync(join(run, "metrics.jsonl")).size);
    expect((await get<MetricsChunk>(server, routes.metrics(ID), { from: all.next })).lines).toEqual({});
  });

  it("marks its steps", async () => {
    const marks = await get<Marks>(server, routes.marks(ID));
    expect(marks).toMatchObject({ alarms: [], phases: null, checkpoints: [0, 4] });
    expect(marks.gaps).toEqual([
      { code: "no-phases", message: "No phases: the run has 4 steps with rollouts." },
    ]);
    expect(marks.processes).toEqual([{ started: expect.any(String), version: expect.any(String) }]);
  });
});

describe("a step", () => {
  it("has its groups with their votes, truths and pay", async () => {
    const step = await get<StepGroups>(server, routes.step(ID, "rollouts", 3));
    expect([step.previous, step.next, step.gaps]).toEqual([2, 4, []]);
    const rows = await readRollouts(join(run, "rollouts/step-000003.parquet"));
    expect(step.groups).toHaveLength(4);
    for (const group of step.groups) {
      const own = rows.filter((row) => row.group === group.group);
      expect(group.prompt).toBe(own[0]!.prompt);
      // The task is to copy three digits.
      expect(group.truth).toBe(String(Number(own[0]!.prompt.slice(0, 3))));
      expect(group.rewards).toEqual(own.map(({ reward }) => reward));
      expect(group.advantages).toEqual(own.map(({ advantage }) => advantage));
      const given = new Map<string, number[]>();
      for (const { answer, sample } of own)
        if (answer !== null) given.set(answer, [...(given.get(answer) ?? []), sample]);
      expect(new Map(group.clusters.map(({ answer, samples }) => [answer, samples]))).toEqual(given);
      expect(group.clusters.map(({ count }) => count)).toEqual(
        group.clusters.map(({ count }) => count).toSorted((a, b) => b - a),
      );
      expect(group.verdict).toBe(
        group.label === null ? "none" : group.label === group.truth ? "right" : "wrong",
      );
    }
  });

  it("has one group with its completions, and says what was not kept", async () => {
    const { group, rollouts, gaps } = await get<GroupRollouts>(server, routes.group(ID, "rollouts", 2, 1));
    const rows = await readRollouts(join(run, "rollouts/step-000002.parquet"));
    const own = rows.filter((row) => row.group === 1);
    expect(rollouts.map(({ completion }) => completion)).toEqual(own.map(({ completion }) => completion));
    expect(rollouts.map(({ right }) => right)).toEqual(own.map(({ answer }) => answer === group.truth));
    expect([rollouts[0]!.tokens, gaps.map(({ code }) => code)]).toEqual([null, ["no-token-logprobs"]]);
  });

  it("of the probe has its tokens", async () => {
    const { rollouts, otherSteps, gaps } = await get<GroupRollouts>(server, routes.group(ID, "probe", 2, 0));
    const own = (await readProbe(join(run, "probe/step-000002.parquet"))).filter(({ group }) => group === 0);
    expect([otherSteps, gaps]).toEqual([[0, 4], []]);
    rollouts.forEach(({ tokens, completion }, i) => {
      expect(tokens!.texts.join("")).toBe(completion);
      expect(tokens!.logprobs).toEqual(own[i]!.logprobs);
      expect(tokens!.texts).toHaveLength(tokens!.logprobs.length);
    });
  });

  it.each([
    [routes.step(ID, "rollouts", 9), 422, "store-no-step"],
    [routes.group(ID, "rollouts", 2, 9), 404, "group-unknown"],
    [routes.step(ID, "rollouts", -1), 400, "query-malformed"],
    [`${routes.run(ID)}/rollouts/1e3`, 400, "query-malformed"],
    [routes.run("sweep/none"), 404, "run-unknown"],
    [`${routes.matrix(ID)}?columns=0`, 400, "query-malformed"],
    [`${routes.matrix(ID)}?rows=1`, 400, "query-malformed"],
    ["/api/nothing", 404, "not-found"],
  ])("at %s is refused with %i %s", async (path, status, code) => {
    const answer = await ask(server, path);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });
});

describe("the course of the answers", () => {
  it("is a matrix of the probe's votes", async () => {
    const matrix = await get<VoteMatrix>(server, routes.matrix(ID));
    expect([matrix.steps, matrix.prompts.length, matrix.gaps]).toEqual([[0, 2, 4], 4, []]);
    const rows = await readProbe(join(run, "probe/step-000004.parquet"));
    matrix.prompts.forEach(({ group, truth }, p) => {
      const { voteLabel } = rows.find((row) => row.group === group)!;
      const label = matrix.labels[p]![2]!;
      expect(label < 0 ? null : matrix.answers[label]).toBe(voteLabel);
      const verdict = voteLabel === null ? "none" : voteLabel === truth ? "right" : "wrong";
      expect(matrix.verdicts[p]![2]).toBe(verdict);
    });
    expect((await get<VoteMatrix>(server, routes.matrix(ID), { columns: 2 })).steps).toEqual([0, 4]);
  });

  it("is a river of a prompt, whose shares are all there is", async () => {
    const { prompts } = await get<VoteMatrix>(server, routes.matrix(ID));
    const river = await get<River>(server, routes.river(ID), { prompt: prompts[1]!.promptId, top: 1 });
    expect([river.source, river.steps, river.truth]).toEqual(["probe", [0, 2, 4], prompts[1]!.truth]);
    river.steps.forEach((_, i) => {
      const shares = river.bands.reduce((sum, band) => sum + band.shares[i]!, 0);
      expect(shares + river.others[i]! + river.unanswered[i]!).toBeCloseTo(1, 12);
    });
    expect(river.bands.length).toBeLessThanOrEqual(2);
    const unknown = await ask(server, `${routes.river(ID)}?prompt=none`);
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, "prompt-unknown"]);
  });

  it("is the commonest answers over all prompts", async () => {
    const collapse = await get<Collapse>(server, routes.collapse(ID));
    const rows = await readRollouts(join(run, "rollouts/step-000002.parquet"));
    const counts = new Map<string, number>();
    for (const { answer } of rows) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    expect(collapse.topShare[1]).toBeCloseTo(Math.max(...counts.values()) / rows.length, 12);
    for (const { share, truth } of collapse.firstMovers) {
      expect(share).toBeGreaterThan(0);
      expect(truth).not.toBe(collapse.attractor);
    }
  });
});

describe("several runs", () => {
  it("differ in the keys that differ", async () => {
    const { keys } = await get<ConfigDifference>(server, routes.difference(), { run: [ID, "sweep/b"] });
    expect(keys).toEqual([{ key: "seed", values: [0, 7] }]);
  });

  it("have a band over their seeds", async () => {
    const query = { run: [ID, "sweep/b"], series: ["step.agreement", "step.nothing"] };
    const { series, gaps } = await get<Bands>(server, routes.bands(), query);
    const steps = records().filter(({ kind }) => kind === "step");
    const y = steps.map(({ metrics }) => metrics.agreement);
    expect(series[0]!.curves.map((curve) => curve.y)).toEqual([y, y]);
    expect(series[0]!.bands).toMatchObject([{ x: [1, 2, 3, 4], mean: y, low: y, high: y }]);
    expect(series[1]).toEqual({ name: "step.nothing", curves: [], bands: [] });
    expect(gaps.map(({ code }) => code)).toEqual(["series-missing", "series-missing"]);
  });
});

describe("a run that goes on", () => {
  const live = () => join(folder, "live");
  const file = () => join(live(), "metrics.jsonl");
  const lines = () => fs.readFileSync(join(run, "metrics.jsonl"), "utf8").split(/(?<=\n)/);
  const stepsOf = ({ data }: Event) => (data as RunEvents["metrics"]).lines.step?.steps;

  beforeAll(() => fs.cpSync(run, live(), { recursive: true }));
  afterAll(() => fs.rmSync(live(), { recursive: true }));

  it("sends new lines alone, a torn one once it is whole, and again from where a client was", async () => {
    const all = lines();
    const atStep = (step: number) => all.findIndex((line) => line.includes(`"kind":"step","step":${step},`));
    fs.writeFileSync(file(), all.slice(0, atStep(3)).join(""));
    const start = await get<MetricsChunk>(server, routes.metrics("live"), { series: "step.agreement" });
    expect(start.lines.step!.steps).toEqual([1, 2]);

    const path = `${routes.stream("live")}?from=${start.next}&series=step.agreement`;
    const stream = events(server, path);
    expect((await next(stream, "overview")).data).toMatchObject({ id: "live", stepsDone: 2 });
    const third = all[atStep(3)!]!;
    fs.appendFileSync(file(), third.slice(0, 20));
    fs.appendFileSync(file(), third.slice(20));
    const event = await next(stream, "metrics");
    expect(stepsOf(event)).toEqual([3]);
    await stream.return();

    // A browser that comes back says where it was; that goes before what its address says.
    fs.appendFileSync(file(), all[atStep(4)!]!);
    const again = events(server, path, { "last-event-id": event.id! });
    expect(stepsOf(await next(again, "metrics"))).toEqual([4]);
    await again.return();
  });

  it("says so where its lines were cut, to who watches and to who comes back", async () => {
    fs.writeFileSync(file(), lines().join(""));
    const { next: place } = await get<MetricsChunk>(server, routes.metrics("live"));
    const stream = events(server, `${routes.stream("live")}?from=${place}`);
    await next(stream, "overview");
    fs.writeFileSync(file(), lines().slice(0, 2).join(""));
    expect((await next(stream, "reset")).data).toEqual({});
    expect((await stream.next()).done).toBe(true);
    const gone = await ask(server, `${routes.metrics("live")}?from=${place}`);
    expect([gone.status, errorOf(gone).code]).toEqual([409, "cursor-gone"]);
    const wrong = await ask(server, `${routes.metrics("live")}?from=x`);
    expect([wrong.status, errorOf(wrong).code]).toEqual([400, "cursor-malformed"]);
  });
});

describe("a run that is damaged", () => {
  const damaged = () => join(folder, "damaged");
  beforeAll(() => fs.cpSync(run, damaged(), { recursive: true }));
  afterAll(() => fs.rmSync(damaged(), { recursive: true }));

  it("shows what is readable, and says what is not", async () => {
    fs.rmSync(join(damaged(), "run.json"));
    fs.truncateSync(join(damaged(), "rollouts/step-000002.parquet"), 100);
    fs.writeFileSync(join(damaged(), "config.yaml"), "[");
    const metrics = fs.readFileSync(join(damaged(), "metrics.jsonl"), "utf8").split("\n");
    metrics[1] = '{"kind":"step"';
    fs.writeFileSync(join(damaged(), "metrics.jsonl"), metrics.join("\n"));

    const { runs } = await get<RunList>(server, routes.runs());
    expect(runs.find(({ id }) => id === "damaged")).toMatchObject({ status: "damaged", kind: null });
    const { gaps } = await get<RunOverview>(server, routes.run("damaged"));
    const said = gaps.map(({ message }) => message).join(" ");
    for (const part of [
      "run.json",
      "config.yaml",
      "metrics.jsonl, line 2",
      "rollouts of step 2 is cut short",
    ])
      expect(said).toContain(part);
    const { damaged: lines } = await get<MetricsChunk>(server, routes.metrics("damaged"));
    expect(lines.map(({ line }) => line)).toEqual([2]);
    expect((await get<StepGroups>(server, routes.step("damaged", "rollouts", 3))).groups).toHaveLength(4);
    const cut = await ask(server, routes.step("damaged", "rollouts", 2));
    expect([cut.status, errorOf(cut).code]).toEqual([422, "rollouts-corrupt"]);
  });
});

describe("the playground", () => {
  const post = (body: object) => ask(server, routes.playground(ID), { method: "POST", body });
  const linesOf = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as PlaygroundMessage);

  it("samples from a checkpoint, and shows the vote as it forms", async () => {
    const { status, text } = await post({ prompt: "407>", samples: 6, checkpoint: 0, seed: 3 });
    expect(status).toBe(200);
    const lines = linesOf(text);
    expect(lines.map(({ type }) => type)).toEqual([
      "loading",
      "loaded",
      ...["sample", "sample", "sample", "sample", "vote"],
      ...["sample", "sample", "vote"],
      "done",
    ]);
    const answers = lines.flatMap((line) => (line.type === "sample" ? [line.answer] : []));
    for (const line of lines) {
      if (line.type !== "vote") continue;
      const { classes, label, share } = majorityVote(answers.slice(0, line.samples));
      expect([line.label, line.agreement]).toEqual([label, share]);
      expect(line.clusters.map(({ answer, samples }) => [answer, samples])).toEqual(
        classes.map(({ answer, members }) => [answer, members]),
      );
    }
  });

  it("refuses what it cannot do, and samples beside a training only where that is meant", async () => {
    const unknown = await post({ prompt: "407>", checkpoint: 1 });
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, "checkpoint-unknown"]);
    const training = createRun(join(folder, "training"), "train", { output: "x" });
    try {
      const refused = await post({ prompt: "407>", samples: 1 });
      expect([refused.status, errorOf(refused).code]).toEqual([409, "cores-in-use"]);
      const forced = linesOf((await post({ prompt: "4".repeat(100), samples: 1, force: true })).text);
      expect(forced.map(({ type }) => type)).toEqual(["loading", "failed"]);
    } finally {
      training.close();
      fs.rmSync(training.path, { recursive: true });
    }
  });

  it("ends with its request, and is then free for the next", async () => {
    const gone = new AbortController();
    const response = await fetch(`${server.url}${routes.playground(ID)}`, {
      method: "POST",
      headers: { "content-type": "application/json", [MARKER_HEADER]: "1" },
      body: JSON.stringify({ prompt: "407>", samples: 64 }),
      signal: gone.signal,
    });
    await response.body!.getReader().read();
    const second = await post({ prompt: "407>", samples: 1 });
    expect([second.status, errorOf(second).code]).toEqual([409, "playground-busy"]);
    gone.abort();
    let status = 409;
    while (status === 409) ({ status } = await post({ prompt: "407>", samples: 1 }));
    expect(status).toBe(200);
  });
});
