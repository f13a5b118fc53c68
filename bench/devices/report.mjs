/** `npm run bench -- --device gpu`: the graphics device beside the processor of this machine, by name. */
import { deviceReport } from "../../dist/engine/onnx/device/report.js";
import { peakRssMiB } from "../measure.mjs";
import { compareDevices } from "./compare.mjs";
import { deviceTable } from "./table.mjs";

const RUNS = 5;

/** The report, and as text. Throws `engine-device-missing` where there is no device. */
export async function reportDevices({ models, only, runs }, log) {
  const device = await deviceReport("gpu");
  if (device.kind === "software")
    log(`${device.name} is software: its figures say nothing of a graphics card.`);
  const compared = await compareDevices(models, only, runs ?? RUNS, log);
  const report = { device, ...compared, peakRssMiB: peakRssMiB() };
  return { report, text: deviceTable(report, models) };
}
