/**
 * Loaded with `node --import` into a process and its worker threads: wraps the calls that change the file system, so
 * that something happens just before one of them inside the folder FAULT_ROOT. FAULT is JSON, one of
 *
 *   {"do": "kill", "call": "renameSync", "path": "rollouts/", "nth": 2}   SIGKILL before the nth such call
 *   {"do": "tear", …}                       half of the bytes of a write are written, then SIGKILL
 *   {"do": "fill", …}                       half of the bytes are written; from then on every write fails with ENOSPC
 *   {"do": "snapshot", "to": FOLDER}        the root is copied to FOLDER/0000, FOLDER/0001, … before every call
 *                                           that does not merely add to an unfinished write
 *
 * `path` is a part of a path below the root. The copies are what a SIGKILL at that moment would have left.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, relative } from "node:path";
import { isMainThread } from "node:worker_threads";

const root = process.env.FAULT_ROOT;
const fault = JSON.parse(process.env.FAULT);
const original = { ...fs };
/** Where an open file lies. */
const paths = new Map();
let met = 0;
let full = false;
let inside = false;

/** What is done before a call, given the path it is about and its arguments. */
const act = {
  snapshot() {
    const taken = original.readdirSync(fault.to).length;
    original.cpSync(root, join(fault.to, String(taken).padStart(4, "0")), { recursive: true });
  },
  kill: () => process.kill(process.pid, "SIGKILL"),
  tear(call, args) {
    writeHalf(call, args);
    process.kill(process.pid, "SIGKILL");
  },
  fill(call, args) {
    writeHalf(call, args);
    full = true;
  },
};

function writeHalf(call, [fd, bytes, offset, length, position]) {
  if (call === "writeSync") original.writeSync(fd, bytes, offset, Math.floor(length / 2), position);
}

/** Whether a call only changes what an unfinished write holds, which nobody reads; or the root is not there yet. */
function unfinished(path) {
  return /\.partial-[0-9a-f]{12}\//.test(path) || !original.existsSync(root);
}

function before(call, path, args) {
  const name = relative(root, String(path));
  if (name.startsWith("..") || (name === "" && call !== "mkdirSync")) return;
  if (fault.do === "snapshot") return unfinished(path) ? undefined : act.snapshot();
  const wanted = call === fault.call && name.includes(fault.path);
  if (wanted && ++met === (fault.nth ?? 1)) act[fault.do](call, args);
  if (full && call !== "rmSync" && call !== "ftruncateSync") {
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: "ENOSPC" });
  }
}

for (const call of [
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "ftruncateSync",
  "mkdirSync",
  "linkSync",
  "renameSync",
  "rmSync",
]) {
  fs[call] = (...args) => {
    const reads = call === "openSync" && args[1] === "r";
    if (!inside && !reads) {
      inside = true;
      try {
        before(call, typeof args[0] === "number" ? (paths.get(args[0]) ?? "/") : args[0], args);
      } finally {
        inside = false;
      }
    }
    const result = original[call](...args);
    if (call === "openSync") paths.set(result, args[0]);
    return result;
  };
}
syncBuiltinESMExports();
if (isMainThread && fault.do === "snapshot") original.mkdirSync(fault.to, { recursive: true });
