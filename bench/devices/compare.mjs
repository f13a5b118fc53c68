/** The graphics device and the processor in alternation, with the matrix product of either measured around its repetitions. */
import { availableParallelism } from "node:os";
import { DEVICES, openBoth } from "../../dist/apps/doctor/device/work.js";
import { OnnxEngine } from "../../dist/engine/onnx/onnx-engine.js";
import { SelftrainError } from "../../dist/errors.js";
import { startRoof, warm } from "../compare.mjs";
import { amongRoofs, mapValues, median } from "../measure.mjs";
import { rounded } from "../results.mjs";
import { settings } from "../settings.mjs";
import { deviceComparison } from "./results.mjs";
import { narrow, works } from "./works.mjs";

/** Far more than a narrow model takes. */
const NARROW_BUDGET_MIB = 512;

/**
 * The works of these names on each model: `{results, skipped, matmulGflops}`, results by the model's name and the work's, and models that were not
 * measured with the reason. Throws as opening the device does.
 */
export async function compareDevices(models, names, runs, log) {
  const threads = availableParallelism();
  const roofs = {};
  const matmul = { cpu: [], gpu: [] };
  const [results, skipped] = [{}, []];
  try {
    const { size } = settings.matmul;
    for (const device of DEVICES)
      roofs[device] = { matmul: await startRoof("matmul", { device, threads, size }) };
    for (const model of models) {
      try {
        results[model.name] = await compareModel(model, names, { runs, log, roofs, matmul });
      } catch (error) {
        if (!(error instanceof SelftrainError)) throw error;
        skipped.push({ model: model.name, why: `${error.code}: ${error.message}` });
      }
    }
  } finally {
    for (const roof of Object.values(roofs)) roof.matmul.close();
  }
  const gflops = (rates) => (rates.length === 0 ? null : rounded(median(rates) / 1e9));
  return { results, skipped, threads, matmulGflops: mapValues(matmul, gflops) };
}

async function compareModel(model, names, { runs, log, roofs, matmul }) {
  const engines = await openBoth(model.config, model.memoryBudgetMiB);
  try {
    const config = narrow(model.config);
    engines.smallest = await OnnxEngine.create({
      model: { config, seed: 1 },
      memoryBudgetMiB: NARROW_BUDGET_MIB,
      device: "gpu",
    });
    const results = {};
    for (const name of names) {
      const work = works[name];
      log(`${work.title(model)}: warming up, then ${runs} runs a device`);
      const opened = await open(work, engines, { ...model, narrow: config });
      const around = work.flops ? roofs : {};
      const { times, rates } = await alternateDevices(opened, around, runs);
      for (const device of Object.keys(around)) matmul[device].push(...rates[device]);
      const { tokens } = opened.gpu;
      results[name] = deviceComparison({ tokens, flops: work.flops?.(model) }, { times, rates });
    }
    return results;
  } finally {
    for (const engine of Object.values(engines)) await engine.close();
  }
}

/** A work on each device, and its dispatches on the smallest tensors where it has such a form; all warm. */
async function open(work, engines, model) {
  const opened = {};
  for (const device of DEVICES) opened[device] = await work.open(engines[device], model);
  if (work.smallest) opened.smallest = await work.smallest(engines.smallest, model.narrow, opened.gpu);
  for (const { repeat } of Object.values(opened)) await warm(repeat);
  return opened;
}

/** `runs` repetitions of each, the order changing from one to the next: seconds, and the rate of the roof where there is one. */
async function alternateDevices(opened, roofs, runs) {
  const sides = Object.keys(opened);
  const [times, rates] = [mapValues(opened, () => []), mapValues(roofs, () => [])];
  for (let run = 0; run < runs; run++) {
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      const { time, rates: found } = await amongRoofs(opened[side].repeat, roofs[side] ?? {});
      times[side].push(time);
      rates[side]?.push(found.matmul);
    }
  }
  return { times, rates };
}
