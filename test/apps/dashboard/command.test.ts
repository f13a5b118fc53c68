/** The dashboard as the command line opens it: by itself, for others, and beside a training, with which it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunList, routes } from "../../../src/apps/dashboard/api/index.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

const base = tinyBase();
const program = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const begun: ChildProcess[] = [];
afterEach(() => {
  for (const child of begun.splice(0)) child.kill("SIGKILL");
});

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  begun.push(child);
  return child;
}

/** The first line of a stream that matches. Throws, with all lines, where none does. */
async function lineOf(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    const found = pattern.exec(line);
    if (found !== null) return found;
    lines.push(line);
  }
  throw new Error(lines.join("\n"));
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));

async function served(child: ChildProcess): Promise<URL> {
  const [line] = await lineOf(child.stdout!, /^\{.*\}$/);
  return new URL((JSON.parse(line) as { url: string }).url);
}

describe("selftrain serve", () => {
  let folder: string;
  beforeAll(() => {
    folder = join(base.folder, "served");
    fs.cpSync(base.model, join(folder, "base"), { recursive: true });
  });

  it("opens on this machine alone, at another port where the usual one is taken, and closes when told", async () => {
    const [one, other] = [start(["serve", folder, "--json"]), start(["serve", folder, "--json"])];
    const [first, second] = [await served(one), await served(other)];
    expect([first.hostname, first.search, second.hostname]).toEqual(["127.0.0.1", "", "127.0.0.1"]);
    expect(first.port).not.toBe(second.port);
    const { runs } = (await (await fetch(new URL(routes.runs(), second))).json()) as RunList;
    expect(runs).toMatchObject([{ id: "base", kind: "pretrain", status: "finished" }]);
    const page = await (await fetch(second)).text();
    expect(page).toContain('<script type="module"');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/);
    const stream = await fetch(new URL(routes.runsStream(), second));
    const codes = [ended(one), ended(other)];
    one.kill("SIGTERM");
    other.kill("SIGINT");
    expect(await Promise.all(codes)).toEqual([0, 0]);
    await stream.text();
  });

  it("says that a folder is not there, and shows its runs when they come", async () => {
    const later = join(folder, "..", "later");
    const child = start(["serve", later, "--json", "--port", "0"]);
    const noted = lineOf(child.stderr!, /there is no folder .*later yet/);
    const url = await served(child);
    await noted;
    const runs = async () => ((await (await fetch(new URL(routes.runs(), url))).json()) as RunList).runs;
    expect(await runs()).toEqual([]);
    fs.cpSync(base.model, join(later, "base"), { recursive: true });
    expect(await runs()).toMatchObject([{ id: "base" }]);
  });

  it("asks others for the token that it prints, and takes one of a file", async () => {
    const url = await served(start(["serve", folder, "--json", "--host", "0.0.0.0", "--port", "0"]));
    expect(url.searchParams.get("token")).toMatch(/^[0-9a-f]{32}$/);
    const here = new URL(`http://127.0.0.1:${url.port}${routes.runs()}`);
    expect((await fetch(here)).status).toBe(401);
    expect((await fetch(`${here}${url.search}`)).status).toBe(200);

    const file = join(base.folder, "token.txt");
    fs.writeFileSync(file, "own-token-of-mine-1\n");
    const own = await served(start(["serve", folder, "--json", "--port", "0", "--token-file", file]));
    expect(own.searchParams.get("token")).toBe("own-token-of-mine-1");
    fs.writeFileSync(file, "short");
    const refused = start(["serve", folder, "--json", "--port", "0", "--token-file", file]);
    await lineOf(refused.stderr!, /serve-token/);
    expect(await ended(refused)).toBe(1);
  });
});

describe("selftrain train --serve", () => {
  it("ends with the run, which ends as it would alone", async () => {
    const config = join(base.folder, "short.json");
    const output = join(base.folder, "short");
    const { output: _, ...training } = tinyTraining(base, output, { steps: 2 });
    fs.writeFileSync(config, JSON.stringify(training));
    const child = start(["train", "--config", config, "--output", output, "--serve"]);
    const [, url] = await lineOf(child.stderr!, /the dashboard is at (http:\S+)/);
    child.stderr!.resume();
    expect(await ended(child)).toBe(0);
    await expect(fetch(url!)).rejects.toThrow();
  });

  it("shows the run while it trains, and ends with it however that ends", async () => {
    const config = join(base.folder, "train.json");
    const output = join(base.folder, "beside");
    const { output: _, ...training } = tinyTraining(base, output, { steps: 5000 });
    fs.writeFileSync(config, JSON.stringify(training));
    const child = start(["train", "--config", config, "--output", output, "--serve"]);
    const [, url] = await lineOf(child.stderr!, /the dashboard is at (http:\S+)/);
    child.stderr!.resume();
    const list = new URL(routes.runs(), url);
    let status: string | undefined;
    while (status !== "running")
      status = ((await (await fetch(list)).json()) as RunList).runs.find(({ id }) => id === "beside")?.status;
    child.kill("SIGKILL");
    await ended(child);
    let open = true;
    while (open)
      open = await fetch(list).then(
        () => true,
        () => false,
      );
    expect(open).toBe(false);
  });
});
