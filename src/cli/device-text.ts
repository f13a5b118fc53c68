/** A graphics device in lines of a table: what it is, and how far it goes. */
import type { DeviceReport } from "../engine/onnx/device/report.js";

const mebibytes = (value: number): string => `${value.toLocaleString("en-US")} MiB`;

/** None of the processor. */
export function deviceRows(device: DeviceReport | null): (readonly [string, string])[] {
  if (device === null) return [];
  const { name, backend, kind, memoryMiB, largestBinding, deterministic } = device;
  return [
    ["device", `${name} (${backend}, ${kind})`],
    [
      "its limits",
      `a binding of ${mebibytes(Math.floor(largestBinding / 2 ** 20))}${memoryMiB === null ? "" : `, ${mebibytes(memoryMiB)} of memory`}`,
    ],
    [
      "equal bytes",
      deterministic ? "for equal seeds, where it was tried" : "no: it adds in another order each time",
    ],
  ];
}
