/** A terminal gets our colours and nothing else that it would obey; what is not a terminal gets text and JSON as they are. */
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportError } from "../../src/cli/errors.js";
import { print } from "../../src/cli/output.js";
import { ProgressDisplay } from "../../src/cli/progress/display.js";
import { runCli } from "../../src/cli/run-cli.js";
import { styled } from "../../src/cli/style.js";
import { visible } from "../../src/cli/terminal-text.js";
import { SelftrainError } from "../../src/errors.js";
import { temporaryFolder } from "../run/temporary.js";
import { type FakeIo, fakeIo } from "./fake-io.js";

/** Clears the screen, sets the title, goes back, rings, and hides by a colour that is one of ours. */
const HOSTILE = "a\u001b[2J\u001b]0;owned\u0007\r\b\u009b31mb\u007f\u001b[31mc\u001b[39m";
const SHOWN = "a␛[2J␛]0;owned␇␍␈\\u009b31mb␡␛[31mc␛[39m";

const temporary = temporaryFolder();

function terminal(argv: readonly string[] = [], env: FakeIo["env"] = {}): FakeIo {
  const io = fakeIo(argv, env);
  io.stdout.isTTY = true;
  io.stderr.isTTY = true;
  return io;
}

const context = (io: FakeIo, json = false) => ({
  io,
  json,
  dryRun: false,
  quiet: false,
  serve: false,
  resume: undefined,
});

/** Our colours, and the few sequences by which the progress moves the cursor. */
const own = new RegExp(`${"\u001b"}\\[(?:(?:[12]|22|3[12369])m|\\?25[lh]|K|J|\\d+A\\r?)`, "g");
/** Control characters that a terminal would obey, those of direction among them. */
const obeyed = (text: string) =>
  text.match(/(?![\n\t])[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu) ?? [];
const obeyedBesideOurs = (text: string) => obeyed(text.replaceAll(own, ""));

describe("control characters", () => {
  it("are shown as their pictures", () => expect(visible(HOSTILE)).toBe(SHOWN));

  it("are none afterwards, and all else stays", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, (value) => {
        expect(obeyed(visible(value))).toEqual([]);
        expect(visible(visible(value))).toBe(visible(value));
        if (obeyed(value).length === 0) expect(visible(value)).toBe(value);
      }),
    );
  });
});

describe("styled text", () => {
  const stream = (isTTY: boolean) => ({ write: () => undefined, isTTY });
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(HOSTILE, "\u001b[31m", "[31m", "\u001b"),
  );

  it("has our colours and no other control characters, on a terminal", () => {
    fc.assert(
      fc.property(text, text, (painted, plain) => {
        const written = styled(stream(true), {}, (paint) => `${plain}${paint("red", painted)}${plain}`);
        const [inside, outside] = [visible(painted), visible(plain)];
        expect(written).toBe(`${outside}\u001b[31m${inside}\u001b[39m${outside}`);
      }),
    );
  });

  it("is as it is elsewhere, with colours where they are forced", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(styled(stream(false), {}, (paint) => paint("dim", value))).toBe(value);
        expect(styled(stream(false), { FORCE_COLOR: "1" }, (paint) => paint("dim", value))).toBe(
          `\u001b[2m${value}\u001b[22m`,
        );
      }),
    );
  });

  it("is without colours but no less safe where they are not wanted", () => {
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }])
      expect(styled(stream(true), env, (paint) => paint("red", HOSTILE))).toBe(SHOWN);
  });
});

describe("what a terminal is sent", () => {
  it("of results", () => {
    const io = terminal();
    print(context(io), { text: HOSTILE }, ({ text }, paint) => `${text} ${paint("green", text)}`);
    expect(io.stdout.text).toBe(`${SHOWN} \u001b[32m${SHOWN}\u001b[39m\n`);
  });

  it("of results as JSON: the same value", () => {
    const [io, piped] = [terminal(), fakeIo()];
    for (const one of [io, piped]) print(context(one, true), { text: HOSTILE }, String);
    expect(obeyed(io.stdout.text)).toEqual([]);
    expect(JSON.parse(io.stdout.text)).toEqual({ text: HOSTILE });
    expect(piped.stdout.text).toBe(`${JSON.stringify({ text: HOSTILE })}\n`);
  });

  it.each([false, true])("of errors (json: %s)", (json) => {
    const io = terminal();
    const error = new SelftrainError({
      code: "x",
      message: `m ${HOSTILE}`,
      found: `f ${HOSTILE}`,
      where: `w ${HOSTILE}`,
      remedy: "r",
    });
    reportError(error, io, { json, debug: true });
    expect(obeyedBesideOurs(io.stderr.text)).toEqual([]);
    expect(io.stderr.text).toContain(json ? "\\u001b[2J" : SHOWN);
  });

  it("of notices and progress", () => {
    const io = terminal([], { NO_COLOR: "1" });
    const display = new ProgressDisplay(io);
    display.start("train");
    display.observer({ type: "notice", code: "x", message: HOSTILE });
    display.observer({
      type: "download",
      repo: HOSTILE,
      file: HOSTILE,
      index: 1,
      files: 1,
      bytes: 1,
      totalBytes: 2,
    });
    display.close();
    expect(io.stderr.text).toContain(SHOWN);
    expect(obeyedBesideOurs(io.stderr.text)).toEqual([]);
  });

  const row = { id: HOSTILE, prompt: HOSTILE, answer: `\\text{${HOSTILE}}`, [HOSTILE]: HOSTILE };
  it.each([
    ["doctor, of columns and prompts", ["doctor"], [row, { ...row, prompt: { [HOSTILE]: 1 } }], 1],
    ["vote, of labels", ["vote"], [row], 0],
    ["vote, of a field that cannot be used", ["vote"], [{ ...row, answer: { [HOSTILE]: HOSTILE } }], 1],
    ["vote, of a group", ["vote", "--weights", "given"], [row], 1],
  ])("by %s", async (_, [command, ...flags], rows, status) => {
    const file = join(temporary.path, "rows.jsonl");
    fs.writeFileSync(file, rows.map((one) => JSON.stringify(one)).join("\n"));
    const io = terminal([command!, file, ...flags]);
    expect(await runCli(io)).toBe(status);
    const written = io.stdout.text + io.stderr.text;
    expect(obeyedBesideOurs(written)).toEqual([]);
    expect(written).toContain("owned");
  });
});
