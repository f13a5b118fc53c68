/** A thread that helps: a stream of its own, on weights and gradients of the engine's thread. */
import { workerData } from "node:worker_threads";
import { type AdamTask, adamStep } from "../optimiser/adamw.js";
import { type SumTask, sumLanes } from "../optimiser/gradient-norm.js";
import { Policy } from "../policy/policy.js";
import type { RowRequest } from "../sampling/row-request.js";
import { serve } from "../threads/serve.js";
import { floatsIn } from "../threads/shared-memory.js";
import { GradientSum } from "../training/gradient.js";
import type { ScoringTask, TrainingTask } from "../training/jobs.js";
import type { HelperOptions, PolicyHandle } from "./helpers.js";
import { type Drawing, EngineStream } from "./stream.js";

const { config } = workerData as HelperOptions;
const stream = new EngineStream(config);
/** By name, the policy that was last meant by it. */
const policies = new Map<string, { readonly id: number; readonly policy: Policy }>();
const lanes: GradientSum[] = [];

function policyOf({ name, id, model, adapter }: PolicyHandle): Policy {
  const known = policies.get(name);
  if (known?.id === id) return known.policy;
  const { lora, weights } = adapter ?? {};
  const policy = new Policy(
    config,
    floatsIn(model),
    lora && weights ? { lora, weights: floatsIn(weights) } : null,
  );
  policies.set(name, { id, policy });
  return policy;
}

/** The gradients of the lanes, which are the same memory all along. */
function gradientsIn(
  { trained: { specs } }: Policy,
  memory: readonly SharedArrayBuffer[],
): readonly GradientSum[] {
  for (const lane of memory.slice(lanes.length))
    lanes.push(new GradientSum(specs, config.layers, floatsIn(lane)));
  return lanes;
}

type OnProgress = (done: number, total: number) => void;

const methods = {
  draw: ([handle, threads, drawing, rows]: readonly unknown[], onProgress: OnProgress) =>
    stream.draw(
      policyOf(handle as PolicyHandle),
      threads as number,
      drawing as Drawing,
      rows as RowRequest[],
      (drawn) => onProgress(drawn, 0),
    ),
  train: ([handle, threads, task, memory]: readonly unknown[], onProgress: OnProgress) => {
    const policy = policyOf(handle as PolicyHandle);
    const gradients = gradientsIn(policy, memory as SharedArrayBuffer[]);
    return stream.train(policy, threads as number, task as TrainingTask, gradients, (rows) =>
      onProgress(rows, 0),
    );
  },
  score: ([handle, threads, task]: readonly unknown[], onProgress: OnProgress) =>
    stream.score(policyOf(handle as PolicyHandle), threads as number, task as ScoringTask, (rows) =>
      onProgress(rows, 0),
    ),
  sum: ([threads, task, gradients]: readonly unknown[]) =>
    sumLanes(
      stream.programs(threads as number),
      (gradients as SharedArrayBuffer[]).map(floatsIn),
      task as SumTask,
    ),
  adam: ([handle, threads, task, gradient, moments]: readonly unknown[]) => {
    const { specs, weights } = policyOf(handle as PolicyHandle).trained;
    const [grad, mean, variance] = [gradient, ...(moments as [unknown, unknown])].map((memory) =>
      floatsIn(memory as SharedArrayBuffer),
    ) as [Float32Array, Float32Array, Float32Array];
    const arrays = { weights, grad, mean, variance };
    return adamStep(stream.programs(threads as number), arrays, specs, task as AdamTask);
  },
  close: () => stream.close(),
};

serve(methods, { share: () => stream.share() });
