/** Time of the processor that another process has taken. Linux alone has it in /proc. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

let ticks = null;

/** Seconds so far: fields 14 and 15 of its stat, counted behind its name, which may hold anything. */
export function processorSeconds(pid) {
  ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
