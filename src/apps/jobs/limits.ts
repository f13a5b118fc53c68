/** How many jobs run at once: as many as memory, cores and the user allow. */
import { availableParallelism, freemem, totalmem } from "node:os";
import type { JobConfig } from "./job.js";

export interface Limits {
  /** Most jobs at once. */
  readonly jobs: number;
  /** Most threads of all of them together. */
  readonly threads: number;
  /** Most bytes of all of them together, by their plans. */
  readonly memory: number;
}

/** What one job takes. */
export interface Need {
  readonly threads: number;
  readonly bytes: number;
}

const MIB = 2 ** 20;

/** What the machine has, under what the user allows. */
export function machineLimits({
  jobs = Number.POSITIVE_INFINITY,
  memoryMiB,
}: {
  readonly jobs?: number | undefined;
  readonly memoryMiB?: number | undefined;
}): Limits {
  return { jobs, threads: availableParallelism(), memory: memoryMiB ? memoryMiB * MIB : freeMemory() };
}

/** Memory that can be taken. A Mac counts what it would give back at once as taken: there it is three quarters of all. */
function freeMemory(): number {
  const free = process.platform === "darwin" ? 0.75 * totalmem() : freemem();
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(free, constrained) : free;
}

/** A run's result may depend on its threads, and so these are never shared out by how many runs there are. */
export const THREADS = 1;

export const threadsOf = ({ engine }: JobConfig): number => engine.threads ?? THREADS;

/** Whether a job may begin beside those that run. Alone it always may: it takes what it takes, as it would without a scheduler. */
export function fits(need: Need, running: readonly Need[], limits: Limits): boolean {
  if (running.length === 0) return true;
  const all = [...running, need];
  const total = (of: (need: Need) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  return (
    all.length <= limits.jobs &&
    total(({ threads }) => threads) <= limits.threads &&
    total(({ bytes }) => bytes) <= limits.memory
  );
}
