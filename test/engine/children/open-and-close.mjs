/** Opens an engine on the graphics device, trains a step and closes it: the process must end without a signal. */
import { OnnxEngine } from "selftrain";
import { llamaConfig } from "../../../dist/model/config-file.js";

const config = llamaConfig({
  hiddenSize: 16,
  feedForward: 32,
  layers: 1,
  heads: 2,
  kvHeads: 1,
  headDim: 8,
  vocabSize: 50,
  contextLength: 32,
  tiedHead: true,
  eosTokens: [1],
  padToken: 0,
});
const engine = await OnnxEngine.create({ model: { config, seed: 1 }, device: "gpu", memoryBudgetMiB: 512 });
const data = [{ prompt: [2], completion: [3, 4], weights: new Float32Array(2).fill(1), policyVersion: 0 }];
await engine.forwardBackward(data, { kind: "cross-entropy" });
await engine.close();
console.log("closed");
