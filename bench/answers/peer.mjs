/** Math-Verify on the same completions, in one process of Python. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findPython } from "../peers.mjs";

const SCRIPT = fileURLToPath(new URL("../../scripts/peers/answers.py", import.meta.url));
const KIT = {
  title: "Math-Verify",
  imports: "math_verify",
  requirements: fileURLToPath(new URL("../../scripts/peers/requirements-answers.txt", import.meta.url)),
};

/** A Python that has it, or null with the reason; also where one was named for the other peers and has not. */
export function findGrader({ python, peers }, log) {
  if (!peers) return { python: null, reason: "--no-peers" };
  try {
    return findPython(python, log, KIT);
  } catch (error) {
    return { python: null, reason: error.message };
  }
}

/** Its version, and `{stated, right, answered, microseconds}` of each row, in order. Throws with what Python said where it dies. */
export async function grade(python, rows) {
  const child = spawn(python, [SCRIPT], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors = (errors + text).slice(-2000);
  });
  // Writing to a process that has died is told by what it did not answer.
  child.stdin.on("error", () => {});
  child.stdin.end(
    rows.map(({ completion, gold, stated }) => `${JSON.stringify({ completion, gold, stated })}\n`).join(""),
  );
  const replies = [];
  for await (const line of createInterface({ input: child.stdout })) replies.push(JSON.parse(line));
  if (replies.length !== rows.length + 1) throw new Error(`Math-Verify ended early: ${errors.trim()}`);
  return { version: replies[0].version, verdicts: replies.slice(1) };
}
