/** The runner of recipes over seeds, on models of a few hundred parameters. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "selftrain-recipes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shape = ["hiddenSize=16", "heads=2", "layers=1", "feedForward=16"].map((value) => `model.${value}`);
const small = ["evaluation.size=4", "evaluation.samples=2"];
const settings = [
  ...[...shape, "steps=3", "batchSize=4", ...small].flatMap((value) => ["--base-set", value]),
  ...["steps=2", "promptsPerStep=2", "samplesPerPrompt=2", ...small].flatMap((value) => ["--set", value]),
];

function recipe(name: string, keys: string): string {
  mkdirSync(join(folder, "recipes"), { recursive: true });
  const file = join(folder, "recipes", `${name}.yaml`);
  writeFileSync(
    file,
    `# yaml-language-server: $schema=../../schema/train.schema.json\noutput: runs/${name}\nprompts:\n  task: chain-sums\n  levels: { 4: 1 }\nmaxNewTokens: 8\n${keys}`,
  );
  return file;
}

async function run(files: readonly string[], seeds: string, more: readonly string[] = []) {
  const script = resolve("scripts/experiments/recipe-seeds.mjs");
  const child = spawn(
    process.execPath,
    [script, ...files, "--seeds", seeds, "--output", "out", "--threads", "1", ...settings, ...more],
    { cwd: folder },
  );
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const started = stderr
    .split("\n")
    .flatMap((line) => line.match(/ ((?:run|resume|failed:) .*)$/)?.slice(1) ?? []);
  return { status, stdout, started };
}

describe("recipe-seeds", () => {
  it("runs each recipe on its seed's base after what it needs, and reports the failed without stopping", async () => {
    const second = recipe("second", "model: runs/first\n");
    const first = recipe("first", "model: runs/chain-sums/base\n");
    const broken = recipe("broken", "model: runs/chain-sums/base\nadvantage: dr-grpo\n");
    const last = recipe("last", "model: runs/broken\n");
    const { status, stdout, started } = await run([second, broken, last, first], "3");
    expect(status).toBe(1);
    expect(started.filter((line) => line.startsWith("run "))).toEqual([
      "run base seed 3",
      expect.stringMatching(/^run (first|broken) seed 3$/),
      expect.stringMatching(/^run (first|broken) seed 3$/),
      "run second seed 3",
    ]);
    expect(stdout).toMatch(/^\| second \| 1 \| \d+\.\d → \d+\.\d \|/m);
    expect(stdout).toMatch(/^\| broken \| 0 \| —/m);
    expect(stdout).toMatch(/^- broken, seed 3: error\[config-\S+\]: .*constant-length/m);
    expect(stdout).toMatch(/^- last, seed 3: needs broken, which failed/m);
    const config = readFileSync(join(folder, "out/second/seed-3.yaml"), "utf8");
    for (const line of ["model: out/first/seed-3", "output: out/second/seed-3", "seed: 3", "steps: 2"])
      expect(config).toContain(line);
    const { runs, recipes } = JSON.parse(readFileSync(join(folder, "out/results.json"), "utf8"));
    expect(runs[0]).toMatchObject({ recipe: "second", seed: 3, error: null, figures: { steps: 2 } });
    expect(runs[0].figures.end.mean).toMatchObject({ value: expect.any(Number), low: expect.any(Number) });
    expect(recipes[0].end.mean).toEqual({ mean: runs[0].figures.end.mean.value, half: null, n: 1 });
  }, 240_000);

  it("goes on where it was: what is finished is read, what was cut short is resumed, a changed recipe is refused", async () => {
    const first = join(folder, "recipes", "first.yaml");
    rmSync(join(folder, "out/first/seed-3.done"));
    const info = join(folder, "out/first/seed-3/run.json");
    writeFileSync(info, readFileSync(info, "utf8").replace("finished", "interrupted"));
    const again = await run([first], "3,4");
    expect(again.status).toBe(0);
    expect(again.started.toSorted()).toEqual(["resume first seed 3", "run base seed 4", "run first seed 4"]);
    expect(again.stdout).toMatch(/^\| first \| 2 \| \d+\.\d → \d+\.\d ± \d+\.\d \|/m);
    expect((await run([first], "3,4")).started).toEqual([]);

    recipe("first", "model: runs/chain-sums/base\nadvantage: grpo\n");
    const changed = await run([first], "3");
    expect([changed.status, changed.started]).toEqual([1, [expect.stringContaining("another than the one")]]);
    expect(existsSync(join(folder, "out/first/seed-3/metrics.jsonl"))).toBe(true);
  }, 240_000);

  it("makes the labels, the selection and the server that a recipe needs", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const endpoint = resolve("recipes/rewards/endpoint.mjs");
    writeFileSync(
      join(folder, "recipes", "serve.mjs"),
      `process.argv[2] = "${port}";\nawait import(${JSON.stringify(endpoint)});\n`,
    );
    const reward = `reward: http\nrewardUrl: http://127.0.0.1:${port}/score\n`;
    const served = recipe("served", `# beside: serve.mjs\nmodel: runs/chain-sums/base\n${reward}`);
    const easy = resolve("recipes/curricula/easy-third-by-pass-rate.yaml");
    const { status, started } = await run([easy, served], "4", ["--set", "prompts.size=24"]);
    expect(status).toBe(0);
    expect(started.toSorted()).toEqual([
      "run curricula/easy-third-by-pass-rate seed 4",
      "run curricula/label seed 4",
      "run curricula/select seed 4",
      "run served seed 4",
    ]);
    const config = readFileSync(join(folder, "out/curricula/easy-third-by-pass-rate/seed-4.yaml"), "utf8");
    expect(config).toContain("subset: out/curricula/select/seed-4.jsonl");
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  }, 240_000);
});
