/**
 * Our exports, loaded by Hugging Face transformers (scripts/peers/check_export.py): no key amiss, logits within 1e-4 of
 * ours, the same greedy continuation. Needs a Python that has them.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { exportModel } from "../../../src/apps/export/export-model.js";
import { type ExportConfig, exportConfigSchema } from "../../../src/config/export-config.js";
import { OnnxCore } from "../../../src/engine/onnx/core.js";
import { modelJson, models, variants } from "../../model/fixtures.js";
import { logitsOf } from "../../model/logits.js";
import { temporaryFolder } from "../../run/temporary.js";

const python = process.env.SELFTRAIN_PEERS_PYTHON;

interface Expected {
  readonly sequences: readonly { readonly prompt: number[]; readonly completion: number[] }[];
  readonly greedy: { readonly prompt: number[]; readonly completion: number[] };
}

interface Reply {
  readonly architecture: string;
  readonly dtype: string;
  readonly keys: readonly string[];
  readonly logits: readonly (readonly number[])[];
  readonly greedy: readonly number[];
}

/** Not waited for synchronously: a test runner that hears nothing for a minute takes the test for lost. */
async function ask(requests: readonly object[]): Promise<Reply[]> {
  const script = new URL("../../../scripts/peers/check_export.py", import.meta.url).pathname;
  const child = spawn(python!, [script]);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  child.stdin.end(JSON.stringify(requests));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`${python} ${script}: ${stderr}`);
  return JSON.parse(stdout) as Reply[];
}

const temporary = temporaryFolder();
const shapes: readonly Pick<ExportConfig, "dtype" | "maxShardSizeMiB">[] = [
  { dtype: "float32" },
  { dtype: "bfloat16" },
  { dtype: "float16" },
];

const skipped = "set SELFTRAIN_PEERS_PYTHON to a Python with scripts/peers/requirements-check.txt";
const farthest = (ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]) =>
  Math.max(...ours.flatMap((row, i) => row.map((x, at) => Math.abs(x - theirs[i]![at]!))));

it("an adapter trained here is loaded by PEFT, and computes what the merged export computes", async (context) => {
  if (!python) context.skip(skipped);
  const base = join(models, "qwen3");
  const { sequences, greedy } = modelJson("qwen3", "expected.json") as unknown as Expected;
  const lora = { rank: 4, alpha: 12, targets: ["key", "output", "up"] as const };
  const core = new OnnxCore({
    model: { folder: base },
    lora: { lora, seed: 2 },
    threads: 1,
    memoryBudgetMiB: 512,
  });
  const data = sequences.map((s) => ({
    ...s,
    weights: new Float32Array(s.completion.length).fill(1),
    policyVersion: 0,
  }));
  const adam = { learningRate: 0.05, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 0 };
  for (let step = 0; step < 3; step++) {
    await core.forwardBackward(data, { kind: "cross-entropy" });
    await core.optimStep(adam);
  }
  const adapter = join(temporary.path, "adapter");
  mkdirSync(adapter);
  await core.saveState(adapter);
  const merged = join(temporary.path, "merged");
  await exportModel(exportConfigSchema.parse({ model: adapter, output: merged, dtype: "float32" }));

  const ids = sequences.map((s) => [...s.prompt, ...s.completion]);
  const question = {
    folder: base,
    sequences: ids,
    prompt: greedy.prompt,
    new_tokens: greedy.completion.length,
  };
  const [plain, adapted] = await ask([question, { ...question, adapter }]);
  const ours = await logitsOf(merged, ids);
  expect(farthest(ours, adapted!.logits)).toBeLessThan(1e-4);
  expect(farthest(ours, plain!.logits)).toBeGreaterThan(0.1);
}, 600_000);

it("is loaded by transformers and computes the same, every architecture in every type", async (context) => {
  if (!python) context.skip(skipped);
  const cases = variants.flatMap((variant) =>
    shapes.map((shape) => {
      const { sequences, greedy } = modelJson(variant, "expected.json") as unknown as Expected;
      const folder = join(temporary.path, `${variant}-${shape.dtype}`);
      return { variant, shape, folder, greedy, ids: sequences.map((s) => [...s.prompt, ...s.completion]) };
    }),
  );
  for (const { variant, shape, folder } of cases) {
    await exportModel(exportConfigSchema.parse({ model: join(models, variant), output: folder, ...shape }));
  }
  const replies = await ask(
    cases.map(({ folder, ids, greedy: { prompt, completion } }) => ({
      folder,
      sequences: ids,
      prompt,
      new_tokens: completion.length,
    })),
  );
  for (const [i, { variant, shape, folder, greedy, ids }] of cases.entries()) {
    const { architecture, dtype, keys, logits, greedy: continued } = replies[i]!;
    const about = `${variant} in ${dtype}`;
    expect([[architecture], dtype, keys], about).toEqual([modelJson(variant).architectures, shape.dtype, []]);
    const ours = await logitsOf(folder, ids);
    expect(farthest(ours, logits), about).toBeLessThan(1e-4);
    // The fixture's continuation is of the weights as they were stored.
    if (shape.dtype === "float32") expect(continued, about).toEqual(greedy.completion);
  }
}, 600_000);
