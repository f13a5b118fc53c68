import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exitStatusOf, formatProblem, reportError } from "../../src/cli/errors.js";
import { ProblemsError } from "../../src/config/problems.js";
import { SelftrainError } from "../../src/errors.js";
import { fakeIo } from "./fake-io.js";

const text = { json: false, debug: false };
const problem = {
  code: "config-invalid-value",
  message: "steps is 0",
  expected: "a positive number",
  remedy: "raise it",
};

function report(error: unknown, mode = text, env = {}) {
  const io = fakeIo([], env);
  const status = reportError(error, io, mode);
  return { status, stderr: io.stderr.text };
}

describe("formatProblem", () => {
  it("says each thing once", () => {
    const details = {
      code: "config-unknown-key",
      message: 'unknown key "learningrat" in train.yaml:4:3',
      found: "learningrat",
      where: "train.yaml:4:3",
      expected: "learningRate, beta1",
      remedy: 'did you mean "learningRate"?',
    };
    expect(formatProblem(details)).toBe(
      [
        'error[config-unknown-key]: unknown key "learningrat" in train.yaml:4:3',
        "  expected  learningRate, beta1",
        '  remedy    did you mean "learningRate"?',
      ].join("\n"),
    );
  });

  it("shows data as JSON", () => {
    expect(formatProblem({ code: "c", message: "m", found: { a: 1 }, remedy: "r" })).toContain(
      'found     {"a":1}',
    );
  });
});

describe("exitStatusOf", () => {
  it.each([
    ["cli-unknown-flag", 2],
    ["config-file", 2],
    ["task-unknown", 2],
    ["disk-full", 1],
    ["interrupted", 130],
  ])("%s → %i", (code, status) => {
    expect(exitStatusOf(new SelftrainError({ code, message: "", remedy: "" }))).toBe(status);
  });

  it("is 1 for what nobody foresaw", () => expect(exitStatusOf(new TypeError("x"))).toBe(1));
});

describe("reportError", () => {
  it("prints several problems one below the other", () => {
    const { status, stderr } = report(new ProblemsError([problem, { ...problem, message: "seed is -1" }]));
    expect(status).toBe(2);
    expect(stderr.match(/^error\[/gm)).toHaveLength(2);
  });

  it("hides an unexpected error's stack in a file, which it names", () => {
    const error = new TypeError("x is not a function");
    const { status, stderr } = report(error);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error\[unexpected\]: x is not a function\n/);
    expect(stderr).not.toMatch(/^ +at /m);
    const file = /stack saved in (\S+)/.exec(stderr)?.[1] as string;
    expect(readFileSync(file, "utf8")).toBe(`${error.stack}\n`);
  });

  it("prints the stack with --debug", () => {
    expect(report(new TypeError("x"), { json: false, debug: true }).stderr).toMatch(/^ +at /m);
  });

  it("is one JSON line with --json", () => {
    const { stderr } = report(new SelftrainError(problem), { json: true, debug: false });
    expect(JSON.parse(stderr)).toEqual({ error: problem });
  });

  it("is coloured only where colours are wanted", () => {
    expect(report(new SelftrainError(problem)).stderr).not.toContain("\u001b");
    expect(report(new SelftrainError(problem), text, { FORCE_COLOR: "1" }).stderr).toContain("\u001b[31m");
    expect(
      report(new SelftrainError(problem), text, { FORCE_COLOR: "1", NO_COLOR: "1" }).stderr,
    ).not.toContain("\u001b");
  });
});
