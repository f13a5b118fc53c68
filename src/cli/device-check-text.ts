/** What the doctor found of a graphics device, for a person, and the block that is pasted into an issue. */
import type { DeviceCheck } from "../apps/doctor/device/check-device.js";
import { deviceRows } from "./device-text.js";
import type { Paint } from "./style.js";
import { pairs, table } from "./table.js";

const rate = (value: number): string => Math.round(value).toLocaleString("en-US");
const times = (value: number): string => `${value.toPrecision(3)} ×`;

const COMPARED = ["compared with the processor", "largest difference", "allowed", ""];
const TIMED = ["model", "work", "cpu tokens/s", "gpu tokens/s", "gpu / cpu", "least to most", "repetitions"];

const comparedRows = ({ comparisons }: DeviceCheck): string[][] =>
  comparisons.map(({ what, difference, limit, ok }) => [
    what,
    difference.toPrecision(2),
    `${limit}`,
    ok ? "agrees" : "DIFFERS",
  ]);

const timedRows = ({ timed }: DeviceCheck): string[][] =>
  (timed?.times ?? []).map(({ model, work, cpu, gpu, ratio: [median, least, most], repetitions }) => [
    model,
    work,
    rate(cpu),
    rate(gpu),
    times(median),
    `${times(least)} to ${times(most)}`,
    `${repetitions}`,
  ]);

const skippedLines = ({ timed }: DeviceCheck): string[] =>
  (timed?.skipped ?? []).map(
    ({ model, work, why }) => `${work === null ? model : `${model} ${work}`} was not measured: ${why}`,
  );

function machineRows({ environment }: DeviceCheck): (readonly [string, string])[] {
  const { selftrain, node, platform, osRelease, cpu, cores, memoryMiB } = environment;
  return [
    ["selftrain", `${selftrain}, Node ${node}, ${platform} ${osRelease}`],
    ["processor", `${cpu}, ${cores} cores, ${memoryMiB.toLocaleString("en-US")} MiB`],
  ];
}

export function deviceCheckText(check: DeviceCheck, paint: Paint): string {
  const verdict = check.ok
    ? paint("green", "the device computes what the processor computes")
    : paint("red", "the device computes something else: do not train on it, and report this");
  return [
    pairs([...machineRows(check), ...deviceRows(check.device)], paint),
    "",
    table(COMPARED, comparedRows(check), paint),
    ...(check.timed ? ["", table(TIMED, timedRows(check), paint), ...skippedLines(check)] : []),
    "",
    verdict,
    ...(check.timed ? ["", "To paste into an issue:", "", issueBlock(check)] : []),
  ].join("\n");
}

/** Markdown. */
function issueBlock(check: DeviceCheck): string {
  const rows = (header: readonly string[], lines: readonly (readonly string[])[]) =>
    [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
  return [
    "### selftrain doctor --device gpu --full",
    "",
    ...[...machineRows(check), ...deviceRows(check.device)].map(([key, value]) => `- ${key}: ${value}`),
    "",
    ...rows(COMPARED, comparedRows(check)),
    "",
    ...rows(TIMED, timedRows(check)),
    "",
    ...skippedLines(check).map((line) => `- ${line}`),
  ].join("\n");
}
