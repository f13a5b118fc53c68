/** Notes and controls over HTTP: what is written, and what is not. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type About,
  type Control,
  type Controls,
  MARKER_HEADER,
  type Marks,
  type Note,
  type Notes,
  type RunEvents,
  type RunList,
  routes,
} from "../../../src/apps/dashboard/api/index.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";
import { logControl, readControlLog } from "../../../src/run/control.js";
import { createRun } from "../../../src/run/open-run.js";
import type { Run } from "../../../src/run/run.js";
import { ask, errorOf, events, get, next, serve } from "./dashboard.js";

let folder: string;
let run: Run<object>;
let server: HttpServer;

beforeEach(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-write-"));
  const path = join(folder, "runs/a");
  run = createRun(path, "train", { output: path, steps: 4 });
  server = await serve(join(folder, "runs"), folder);
});
afterEach(async () => {
  await server.close();
  run.close();
  fs.rmSync(folder, { recursive: true });
});

const send = (path: string, body: unknown, method = "POST") => ask(server, path, { method, body });
async function sent<T>(path: string, body: unknown, method?: string): Promise<T> {
  const { status, text } = await send(path, body, method);
  expect([status, text]).toEqual([200, text]);
  return JSON.parse(text) as T;
}
const note = { source: "rollouts", step: 3, group: 1, sample: null, flag: false, text: "odd" } as const;

describe("a note", () => {
  it("is kept with the run, changed, and taken away", async () => {
    const first = await sent<Note>(routes.notes("a"), note);
    const second = await sent<Note>(routes.notes("a"), {
      ...note,
      step: 1,
      group: null,
      flag: true,
      text: "",
    });
    expect(first).toMatchObject(note);
    expect((await get<Notes>(server, routes.notes("a"))).notes).toEqual([second, first]);
    const changed = await sent<Note>(routes.notes("a"), { ...note, id: first.id, text: "<b>very</b> odd" });
    expect((await get<Notes>(server, routes.notes("a"))).notes).toEqual([second, changed]);
    expect(await sent<Note>(routes.note("a", second.id), {}, "DELETE")).toEqual(second);
    expect((await get<Notes>(server, routes.notes("a"))).notes).toEqual([changed]);
    // What was written stays written.
    expect(fs.readFileSync(join(run.path, "notes.jsonl"), "utf8").trim().split("\n")).toHaveLength(4);
  });

  it("is read past lines that are none, which are named", async () => {
    await sent<Note>(routes.notes("a"), note);
    fs.appendFileSync(join(run.path, "notes.jsonl"), '{"id":"torn');
    await sent<Note>(routes.notes("a"), { ...note, text: "after" });
    const { notes, gaps } = await get<Notes>(server, routes.notes("a"));
    expect(notes.map(({ text }) => text)).toEqual(["odd", "after"]);
    expect(gaps.map(({ message }) => message)).toEqual([
      "Line 2 of notes.jsonl is no note, and is passed over.",
    ]);
  });

  it.each([
    ["says nothing", { ...note, text: "" }, 400, "body-malformed"],
    ["is on a sample of no group", { ...note, group: null, sample: 1 }, 400, "body-malformed"],
    ["is too long", { ...note, text: "x".repeat(4001) }, 400, "body-malformed"],
    ["is of another source", { ...note, source: "../x" }, 400, "body-malformed"],
    ["says more", { ...note, more: 1 }, 400, "body-malformed"],
    ["changes none", { ...note, id: "none" }, 422, "note-unknown"],
    ["is no JSON", "{", 400, "body-malformed"],
    ["is larger than any note", `{"a":"${"x".repeat(2 ** 18)}"}`, 413, "request-too-large"],
  ])("that %s is refused", async (_, body, status, code) => {
    const answer = await send(routes.notes("a"), body);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(fs.existsSync(join(run.path, "notes.jsonl"))).toBe(false);
  });

  it("that is removed twice is gone", async () => {
    const answer = await send(routes.note("a", "none"), {}, "DELETE");
    expect([answer.status, errorOf(answer).code]).toEqual([422, "note-unknown"]);
  });
});

describe("a request that writes", () => {
  it.each([
    ["without the marker", { "content-type": "application/json" }, 403, "marker-missing"],
    ["as a form would", { [MARKER_HEADER]: "1", "content-type": "text/plain" }, 400, "body-malformed"],
    [
      "from another site",
      { [MARKER_HEADER]: "1", "content-type": "application/json", origin: "https://evil.example" },
      403,
      "origin-not-allowed",
    ],
  ])("%s is refused", async (_, headers, status, code) => {
    const { port } = new URL(server.url);
    const response = await fetch(`http://127.0.0.1:${port}${routes.notes("a")}`, {
      method: "POST",
      headers: headers as Record<string, string>,
      body: JSON.stringify(note),
    });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(fs.existsSync(join(run.path, "notes.jsonl"))).toBe(false);
  });

  it("is refused by a server that only reads, which says so before", async () => {
    const reading = await serve(join(folder, "runs"), folder, { readOnly: true });
    try {
      const about = await get<About>(reading, routes.about());
      expect([about.writable, about.unavailable.notes, about.unavailable.sql]).toEqual([
        false,
        "it was started with --read-only",
        null,
      ]);
      for (const path of [routes.notes("a"), routes.controls("a")]) {
        const answer = await ask(reading, path, { method: "POST", body: note });
        expect([answer.status, errorOf(answer).code]).toEqual([403, "server-read-only"]);
      }
    } finally {
      await reading.close();
    }
  });
});

describe("a control", () => {
  it("is asked, and shown as taken or refused once the training says so, to who watches too", async () => {
    const stream = events(server, routes.stream("a"));
    expect((await next(stream, "controls")).data).toEqual([]);
    const first = await sent<Control>(routes.controls("a"), { action: "learning-rate", factor: 0.5 });
    expect(first).toMatchObject({ number: 1, state: "asked", step: null, why: null });
    expect((await next(stream, "controls")).data).toEqual([first]);
    await sent<Control>(routes.controls("a"), { action: "pause" });
    const at = new Date().toISOString();
    logControl(run.path, { number: 1, at, asked: first.asked, step: 3, refused: null });
    logControl(run.path, { number: 2, at, asked: { action: "pause" }, step: 3, refused: "it is late" });
    let controls: RunEvents["controls"];
    do controls = (await next(stream, "controls")).data as RunEvents["controls"];
    while (controls[1]?.state !== "refused");
    expect(controls).toMatchObject([
      { number: 1, state: "taken", step: 3, why: null },
      { number: 2, state: "refused", step: 3, why: "it is late" },
    ]);
    expect((await get<Marks>(server, routes.marks("a"))).controls).toEqual(controls);
    await stream.return();
  });

  it("shows a run that waits as paused, and running once it goes on", async () => {
    const status = async () => (await get<RunList>(server, routes.runs())).runs[0]!.status;
    expect(await status()).toBe("running");
    const decide = (number: number, action: "pause" | "resume") =>
      logControl(run.path, {
        number,
        at: new Date().toISOString(),
        asked: { action },
        step: 1,
        refused: null,
      });
    decide(1, "pause");
    expect(await status()).toBe("paused");
    decide(2, "resume");
    expect(await status()).toBe("running");
  });

  it.each([
    { action: "explode" },
    { action: "learning-rate", factor: 0 },
    { action: "learning-rate", factor: "1" },
    { action: "filter", minAgreement: 2 },
    { action: "pause", more: 1 },
    {},
  ])("%j is refused", async (body) => {
    const answer = await send(routes.controls("a"), body);
    expect([answer.status, errorOf(answer).code]).toEqual([400, "body-malformed"]);
    expect(readControlLog(run.path)).toEqual([]);
  });

  it("cannot be asked of a run that nothing writes", async () => {
    run.close();
    const answer = await send(routes.controls("a"), { action: "stop" });
    expect([answer.status, errorOf(answer).code]).toEqual([409, "controls-closed"]);
    expect(await get<Controls>(server, routes.controls("a"))).toEqual({
      controls: [],
      closed: "nothing writes this run now",
    });
  });
});
