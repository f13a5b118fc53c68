/** How a failure leaves the program: what is printed, and with which exit status. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemsError } from "../config/problems.js";
import { type ErrorDetails, SelftrainError } from "../errors.js";
import { plain } from "../plain.js";
import type { Io } from "./io.js";
import { type Paint, shown, shownJson, styled } from "./style.js";

/** Exit status of an audit that found a run hacked or collapsed: no failure, and no success either. */
export const HACKED = 3;

/** Exit statuses: 2 what the user typed or configured is wrong, 130 stopped by a signal, 1 any other failure. */
export function exitStatusOf(error: unknown): number {
  if (!(error instanceof SelftrainError)) return 1;
  if (error.code === "interrupted") return 130;
  return /^(cli-|config-|task-unknown$|task-level-unknown$)/.test(error.code) ? 2 : 1;
}

/** Values found in data may be big integers, which JSON does not know, or nested without end. */
function text(value: unknown): string {
  const shown = plain(value);
  return typeof shown === "string" ? shown : (JSON.stringify(shown) ?? String(shown));
}

/** Items of a list that are printed. */
const ITEMS = 20;

/** Characters that are printed of what was found, or of each item of it: enough to know it again. */
const CHARACTERS = 500;

const cut = (found: string): string =>
  found.length > CHARACTERS ? `${found.slice(0, CHARACTERS)}… (${found.length} characters)` : found;

/** One block a problem: the message, then what it does not say already, one labelled line each. */
export function formatProblem(problem: ErrorDetails, paint: Paint = (_, t) => t): string {
  const { code, message, where, found, expected, remedy } = problem;
  const line = (label: string, value: unknown): string[] =>
    Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === "string")
      ? lines(label, value)
      : single(label, value);
  const lines = (label: string, items: readonly string[]): string[] => {
    const more = items.length - ITEMS;
    const shown = items.slice(0, ITEMS);
    return [
      ...shown.map((item, i) => `  ${paint("dim", (i === 0 ? label : "").padEnd(8))}  ${cut(item)}`),
      ...(more > 0 ? [`            and ${more} more; --json lists all`] : []),
    ];
  };
  const single = (label: string, value: unknown): string[] => {
    const shown = value === undefined ? "" : text(value);
    if (shown === "" || message.includes(shown)) return [];
    return [`  ${paint("dim", label.padEnd(8))}  ${label === "found" ? cut(shown) : shown}`];
  };
  return [
    `${paint("red", `error[${code}]`)}: ${message}`,
    ...line("where", where),
    ...line("found", found),
    ...line("expected", expected),
    ...line("remedy", remedy),
  ].join("\n");
}

/** A text of this many letters is a list that is read once. */
const LONG = 100;

/** All problems; what several of them expect at length, such as the list of all keys, is said with the first. */
export function formatProblems(problems: readonly ErrorDetails[], paint?: Paint): string {
  const said = new Set<string>();
  return problems
    .map(({ expected, ...problem }) => {
      const list = expected === undefined ? "" : text(expected);
      const again = list.length > LONG && said.has(list);
      said.add(list);
      return formatProblem(again || expected === undefined ? problem : { ...problem, expected }, paint);
    })
    .join("\n");
}

/** Saves the stack, where that is possible, so that a bug report can hold it. */
function saveStack(stack: string): string | undefined {
  const file = join(tmpdir(), `selftrain-error-${process.pid}-${Date.now()}.log`);
  try {
    writeFileSync(file, `${stack}\n`);
    return file;
  } catch {
    return undefined;
  }
}

/** A failure nobody foresaw: a bug of ours, or of the machine. */
function unexpected(error: unknown, debug: boolean): ErrorDetails {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const file = debug ? undefined : saveStack(stack ?? message);
  return {
    code: "unexpected",
    message: message.split("\n", 1)[0] ?? "",
    ...(file === undefined ? {} : { where: `stack saved in ${file}` }),
    remedy: debug
      ? "report it with the stack below"
      : "run again with --debug to see the stack; report it with that",
  };
}

/** Prints the failure to stderr, as text or as one JSON line, and says the exit status. */
export function reportError(error: unknown, io: Io, mode: { json: boolean; debug: boolean }): number {
  const foreseen = error instanceof SelftrainError;
  const details = foreseen ? error.toJSON() : unexpected(error, mode.debug);
  const problems = error instanceof ProblemsError ? error.problems : [details];
  const printed = mode.json
    ? shownJson(io.stderr, { error: details })
    : styled(io.stderr, io.env, (paint) => formatProblems(problems, paint));
  io.stderr.write(`${printed}\n`);
  if (mode.debug && error instanceof Error) io.stderr.write(`${shown(io.stderr, error.stack ?? "")}\n`);
  return exitStatusOf(error);
}
