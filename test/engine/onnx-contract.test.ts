/** The embedded engine under the contract of all engines: as built, in its worker thread. */
import { OnnxEngine } from "selftrain";
import { engineContract } from "./contract.js";
import { DEVICE } from "./on-device.js";
import { GQA, temporaryModel } from "./tiny-model.js";

const start = temporaryModel(GQA);

engineContract("OnnxEngine", (folder = start) =>
  OnnxEngine.create({ model: { folder }, threads: 2, device: DEVICE }),
);
