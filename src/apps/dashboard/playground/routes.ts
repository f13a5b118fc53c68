/** The playground's address: solutions to a prompt as they are sampled, by a process that ends with the request. */
import { fork } from "node:child_process";
import { constants, hostname, setPriority } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { Refusal } from "../../../io/http/refusal.js";
import { lockHolder } from "../../../run/lock.js";
import type { SampledPrompt } from "../../../training/evaluate/sample-prompt.js";
import type { PlaygroundMessage } from "../api/playground.js";
import { bodyOf } from "../http/read.js";
import { type Asked, type Env, refuseReadOnly, resource } from "../http/resource.js";
import type { Streams } from "../http/stream.js";
import { findRuns } from "../runs/find.js";
import type { OpenRun } from "../runs/open-run.js";
import { isRunPaused } from "../write/controls.js";
import { playgroundSchema, sampledPrompt } from "./ask.js";

export interface PlaygroundParts {
  readonly root: string;
  readonly runOf: (asked: Asked) => OpenRun;
  readonly streams: Streams;
  readonly readOnly: string | null;
  /** The program that samples, `playground/child.js`. */
  readonly program: string;
}

export function playgroundRoutes(app: Hono<Env>, parts: PlaygroundParts): void {
  const { root, runOf, streams, readOnly, program } = parts;
  let busy = false;
  resource(app, "/api/runs/:run/playground", {
    POST: async (asked) => {
      refuseReadOnly(readOnly);
      const run = runOf(asked);
      const request = await bodyOf(asked, playgroundSchema);
      const { step, ...prompt } = sampledPrompt(run, request);
      if (!request.force) refuseWhileTraining(root);
      if (busy) throw atATime();
      const answer = streams.lines(asked, async (put, signal) => {
        try {
          await put({ type: "loading", checkpoint: step } satisfies PlaygroundMessage);
          await sampling(program, prompt, put, signal);
        } finally {
          busy = false;
        }
      });
      busy = true;
      return answer;
    },
  });
}

/** Hands on what the process says until it ends, or the client has gone. */
async function sampling(
  program: string,
  prompt: SampledPrompt,
  put: (message: PlaygroundMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const child = fork(program, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  try {
    setPriority(child.pid!, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that does not let us.
  }
  const end = () => child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  let said = Promise.resolve();
  let over = false;
  try {
    await new Promise<void>((resolve) => {
      child.on("message", (message: PlaygroundMessage) => {
        over ||= message.type === "done" || message.type === "failed";
        said = said.then(() => put(message));
      });
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
      child.send(prompt);
    });
    await said;
    if (!over && !signal.aborted) throw ended();
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** Throws `cores-in-use` (409) where a run of the folder is being trained on this machine, and does not wait. */
function refuseWhileTraining(root: string): void {
  const training = findRuns(root).runs.find(({ path }) => {
    try {
      return lockHolder(join(path, "lock"))?.hostname === hostname() && !isRunPaused(path);
    } catch {
      return false;
    }
  });
  if (training === undefined) return;
  throw new Refusal(409, {
    code: "cores-in-use",
    message: `${training.id} trains on this machine, and sampling would slow it down.`,
    found: training.id,
    remedy: "Pause the run first, or force it.",
  });
}

const atATime = (): Refusal =>
  new Refusal(409, {
    code: "playground-busy",
    message: "Another prompt is being sampled.",
    remedy: "Wait for it, or stop it.",
  });

const ended = (): Refusal =>
  new Refusal(500, {
    code: "playground-ended",
    message: "The process that sampled ended without a word.",
    remedy: "The machine may have too little memory for the model; `selftrain generate` says more.",
  });
