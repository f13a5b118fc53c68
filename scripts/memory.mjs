/**
 * Whether a model of Qwen2.5-0.5B's shape, with random weights, trains an adapter within 16 GiB: steps in which completions of 256 tokens are
 * sampled and trained on. `node scripts/memory.mjs [STEPS] [MIB]` (2 steps, a budget of 12 288 MiB). Prints the peak of the process beside the
 * estimate, which is that of `--dry-run`, and ends with 1 where the peak is above 16 GiB, or more than a fifth above the estimate. It takes
 * minutes, and the memory that it is given.
 */
import { availableParallelism } from "node:os";
import { planMemory } from "../dist/engine/onnx/memory/memory-plan.js";
import { OnnxEngine } from "../dist/engine/onnx/onnx-engine.js";
import { parseModelConfig } from "../dist/model/config.js";
import { parameterCount, projections } from "../dist/model/parameters.js";

const [STEPS, BUDGET] = [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? 12_288)];
const MIB = 2 ** 20;
const MOST = 16 * 1024;
const SLACK = 1.2;
const [PROMPTS, SAMPLES, PROMPT, NEW] = [2, 4, 64, 256];

const config = parseModelConfig({
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
  tie_word_embeddings: true,
  hidden_act: "silu",
  // No end of sequence: every completion has all its tokens.
  eos_token_id: null,
});
const lora = { rank: 16, alpha: 32, targets: projections };
const threads = availableParallelism();
const plan = planMemory({ config, lora }, { budgetMiB: BUDGET, threads });
const estimate = plan.estimate(PROMPTS * SAMPLES, PROMPT, NEW).total / MIB;

const adam = { learningRate: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 1 };
const prompt = (p) => Array.from({ length: PROMPT }, (_, i) => 1000 + 7 * i + p);

const engine = await OnnxEngine.create({
  model: { config, seed: 1 },
  lora: { lora, seed: 2 },
  threads,
  memoryBudgetMiB: BUDGET,
});
for (let step = 0; step < STEPS; step++) {
  const sampler = await engine.refreshSampler();
  const requests = Array.from({ length: PROMPTS }, (_, p) => ({
    prompt: prompt(p),
    n: SAMPLES,
    keys: Array.from({ length: SAMPLES }, (_, i) => [step, p, i]),
  }));
  const groups = await sampler.sample(requests, { maxTokens: NEW, temperature: 1 });
  const data = groups.flatMap((group, p) =>
    group.map(({ tokens, logprobs }, i) => ({
      prompt: prompt(p),
      completion: tokens,
      logprobs,
      // Half of a group is better than its mean, half of it worse.
      weights: new Float32Array(tokens.length).fill((i % 2 ? 1 : -1) / (PROMPTS * SAMPLES * NEW)),
      policyVersion: engine.policyVersion,
    })),
  );
  if (data.some(({ completion }) => completion.length !== NEW)) throw new Error("a completion ended early");
  await engine.forwardBackward(data, { kind: "importance-sampling" });
  const { gradNorm } = await engine.optimStep(adam);
  console.error(`step ${step + 1}: gradient norm ${gradNorm}, peak ${Math.round(peak())} MiB`);
}
await engine.close();

/** Of the process, in MiB: the high-water mark. */
function peak() {
  return process.resourceUsage().maxRSS / 1024;
}

const report = {
  parameters: parameterCount(config),
  steps: STEPS,
  budgetMiB: BUDGET,
  estimateMiB: Math.round(estimate),
  peakMiB: Math.round(peak()),
};
console.log(JSON.stringify(report));
if (report.peakMiB > MOST || report.peakMiB > SLACK * estimate) process.exitCode = 1;
