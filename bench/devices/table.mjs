/** What is printed of both devices for people. */
import { deviceRows } from "../../dist/cli/device-text.js";
import { align, number, percent } from "../report.mjs";
import { works } from "./works.mjs";

const times = (value) => (value === null ? "–" : `${value.toPrecision(3)}×`);

const HEADER = [
  "",
  "cpu",
  "gpu",
  "",
  "gpu / cpu",
  "from",
  "to",
  "cpu of its product",
  "gpu of its product",
  "dispatching",
];

/** `models` are those that were asked for, with their sizes. */
export function deviceTable({ device, threads, results, skipped, matmulGflops, peakRssMiB }, models) {
  const rows = models.flatMap((model) =>
    Object.entries(results[model.name] ?? {}).map(([name, result]) => row(works[name], model, result)),
  );
  const { cpu, gpu } = matmulGflops;
  const product = ["1024³ matrix product", number(cpu), number(gpu), "GFLOP/s", "", "", "", "", "", ""];
  return [
    [...deviceRows(device), ["processor", `${threads} threads`]]
      .map(([key, value]) => `${key.padEnd(12)}  ${value}`)
      .join("\n"),
    align([HEADER, ...rows, product]),
    ...skipped.map(({ model, why }) => `${model} was not measured: ${why}`),
    `Peak memory of this process: ${peakRssMiB} MiB`,
  ].join("\n\n");
}

function row({ title, unit }, model, { cpu, gpu, ratio, utilisation, dispatching }) {
  const ends = [ratio.mean, ratio.lower, ratio.upper].map(times);
  const shares = [utilisation?.cpu, utilisation?.gpu, dispatching].map((share) =>
    share === null || share === undefined ? "–" : percent(share),
  );
  return [title(model), number(cpu), number(gpu), unit, ...ends, ...shares];
}
