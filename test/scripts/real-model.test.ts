/** The script that trains a real model, with a small stand-in on a hub of this machine. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { CharacterTokenizer } from "selftrain";
import { expect, it } from "vitest";
import { llamaConfig } from "../../src/model/config-file.js";
import { writeRowsAsParquet } from "../data/table/write.js";
import { MHA, temporaryFolder, temporaryModel } from "../engine/tiny-model.js";
import { FakeHub } from "../io/hub/fake-hub.js";
import { temporaryHome } from "../io/hub/hub-folder.js";

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");

function standIn(): Record<string, Uint8Array> {
  const tokenizer = new CharacterTokenizer(`\n${printable}`);
  const { vocabSize, eosTokens, padToken } = tokenizer;
  const shape = { ...MHA, vocabSize, eosTokens, padToken, contextLength: 256 };
  const folder = temporaryModel(llamaConfig(shape));
  tokenizer.save(folder);
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(join(folder, name))]),
  );
}

async function problems(from: number, count: number): Promise<Uint8Array> {
  const file = join(temporaryFolder(), "part.parquet");
  const rows = Array.from({ length: count }, (_, i) => ({
    question: `What is ${from + i} + 1?`,
    answer: `One more than ${from + i}.\n#### ${from + i + 1}`,
  }));
  await writeRowsAsParquet(file, rows);
  return fs.readFileSync(file);
}

it("trains on questions of the hub without their answers, and prints accuracy before and after", async () => {
  const hub = await FakeHub.start();
  const home = temporaryHome();
  hub.add({ name: "Qwen/Qwen2.5-0.5B-Instruct", files: standIn() });
  hub.add({
    type: "dataset",
    name: "openai/gsm8k",
    files: {
      "main/train-00000-of-00001.parquet": await problems(10, 24),
      "main/test-00000-of-00001.parquet": await problems(50, 8),
      "socratic/train-00000-of-00001.parquet": await problems(90, 8),
    },
  });
  const small = [
    "--prompts.size",
    "8",
    "--evaluation.size",
    "4",
    "--evaluation.samples",
    "2",
    "--steps",
    "2",
  ];
  const batch = ["--prompts-per-step", "2", "--samples-per-prompt", "2", "--max-new-tokens", "4"];
  const run = join(home, "run");
  const child = spawn(
    process.execPath,
    [resolve("scripts/real-model.mjs"), "--output", run, ...small, ...batch, "--engine.threads", "1"],
    { env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: home } },
  );
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((done) => child.on("close", done)),
  ]);
  expect(status, stderr).toBe(0);
  const accuracy = String.raw`mean@2 [\d.]+% \[[\d.]+, [\d.]+\], maj@2 [\d.]+% \[[\d.]+, [\d.]+\], 4 problems`;
  expect(stdout).toMatch(new RegExp(`^before  ${accuracy}\nafter   ${accuracy}\n2 steps without a label`));
  const config = fs.readFileSync(join(run, "config.yaml"), "utf8");
  expect(config).toMatch(/model: Qwen\/Qwen2\.5-0\.5B-Instruct@[0-9a-f]{40}/);
  // Only what measures names the answers.
  expect(config.match(/answerColumn: answer/g)).toHaveLength(1);
  expect(hub.paths.some((path) => path.includes("socratic"))).toBe(false);
});
