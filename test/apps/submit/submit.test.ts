/** A job folder on a Ray cluster, through the Jobs API of a stand-in. */
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SubmitOptions, submit } from "../../../src/apps/submit/submit.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { submitConfigSchema } from "../../../src/config/submit-config.js";
import { fakeIo } from "../../cli/fake-io.js";
import { temporaryFolder } from "../../run/temporary.js";
import { type FakeRay, fakeRay, type Job } from "./fake-ray.js";

const TOKEN = "a-secret-of-the-cluster";
const temporary = temporaryFolder();
let ray: FakeRay;
let job = "";

beforeEach(async () => {
  ray = await fakeRay(TOKEN);
  job = join(temporary.path, "job");
  fs.mkdirSync(join(job, "data"), { recursive: true });
  fs.mkdirSync(join(job, "output"));
  fs.writeFileSync(join(job, "job.json"), JSON.stringify({ entrypoint: "sh run.sh", entrypointGpus: 2 }));
  fs.writeFileSync(join(job, "run.sh"), "echo trained\n", { mode: 0o755 });
  fs.writeFileSync(join(job, "data/träin.jsonl"), '{"prompt": "1+1"}\n'.repeat(1000));
  fs.writeFileSync(join(job, "output/weights"), "written by an earlier run");
});
afterEach(() => ray.close());

/** What the job does each time that it is looked at, until the last of it. */
function script(...steps: readonly Partial<Pick<Job, "status" | "logs" | "message">>[]): void {
  const left = [...steps];
  const arm = () => {
    for (const own of ray.jobs.values()) own.onLook = (looked) => Object.assign(looked, left.shift() ?? {});
  };
  const set = ray.jobs.set.bind(ray.jobs);
  ray.jobs.set = (...entry) => {
    const map = set(...entry);
    arm();
    return map;
  };
}

interface Said {
  logs: string;
  progress: string[];
}

async function submitted(changes: object = {}, options: Partial<SubmitOptions> = {}) {
  const said: Said = { logs: "", progress: [] };
  const config = submitConfigSchema.parse({ job, ray: ray.url, ...changes });
  const result = await submit(config, {
    env: { RAY_AUTH_TOKEN: TOKEN },
    signal: new AbortController().signal,
    onLog: (text) => {
      said.logs += text;
    },
    onProgress: (text) => said.progress.push(text),
    pollMs: 5,
    ...options,
  });
  return { ...said, result };
}

describe("a job folder on a Ray cluster", () => {
  it("is packed, uploaded, submitted with its command and GPUs, and followed to its end", async () => {
    script(
      {},
      { status: "RUNNING", logs: "step 1\n" },
      { logs: "step 1\nstep 2\n" },
      { status: "SUCCEEDED", logs: "step 1\nstep 2\ndone\n" },
    );
    const { result, logs, progress } = await submitted({ id: "srt", env: { SELFTRAIN: "npx selftrain" } });
    expect(result).toMatchObject({ id: "srt", status: "SUCCEEDED" });
    expect(logs).toBe("step 1\nstep 2\ndone\n");
    const [name] = [...ray.packages.keys()];
    expect(ray.jobs.get("srt")!.request).toEqual({
      entrypoint: "sh run.sh",
      submission_id: "srt",
      runtime_env: { working_dir: `gcs://${name}`, env_vars: { SELFTRAIN: "npx selftrain" } },
      metadata: { submitted_by: "selftrain" },
      entrypoint_num_gpus: 2,
    });
    expect(new Set(ray.tokens)).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect([...progress, logs].join()).not.toContain(TOKEN);
  });

  it("is a zip that another program unpacks, without what the job wrote, and the same bytes each time", async () => {
    script({ status: "SUCCEEDED" });
    await submitted();
    const [[name, bytes]] = [...ray.packages] as [[string, Buffer]];
    expect(name).toMatch(/^_ray_pkg_[0-9a-f]{32}\.zip$/);
    const archive = join(temporary.path, "package.zip");
    fs.writeFileSync(archive, bytes);
    const read =
      "import json,sys,zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({i.filename: [i.file_size, i.external_attr >> 16] for i in z.infolist()}))";
    const { stdout } = await promisify(execFile)("python3", ["-c", read, archive]);
    expect(JSON.parse(stdout)).toEqual({
      "data/träin.jsonl": [18_000, 0o100644],
      "job.json": [fs.statSync(join(job, "job.json")).size, 0o100644],
      "run.sh": [13, 0o100755],
    });
    fs.utimesSync(join(job, "run.sh"), 1, 1);
    script({ status: "SUCCEEDED" });
    const { progress } = await submitted();
    expect(progress[0]).toContain("on the cluster already");
    expect(ray.requests.filter((own) => own.startsWith("PUT"))).toHaveLength(1);
  });

  it("fails as the job does, with what it said", async () => {
    script({
      status: "FAILED",
      logs: "Traceback\n",
      message: "Job entrypoint command failed with exit code 1",
    });
    await expect(submitted()).rejects.toMatchObject({
      code: "ray-job-failed",
      found: expect.stringContaining("exit code 1"),
    });
    script({ status: "STOPPED" });
    await expect(submitted()).rejects.toMatchObject({ code: "ray-job-stopped" });
  });

  it("gives the failed job's status to the shell, on stderr no token", async () => {
    script({ status: "FAILED", logs: "out of memory\n" });
    const io = fakeIo(["submit", job, "--ray", ray.url], { RAY_AUTH_TOKEN: TOKEN });
    expect(await runCli(io)).toBe(1);
    expect(io.stdout.text).toContain("out of memory");
    expect(io.stderr.text).toContain("error[ray-job-failed]");
    expect(io.stdout.text + io.stderr.text).not.toContain(TOKEN);
  });

  it("can be left to itself, and followed later", async () => {
    const { result } = await submitted({ follow: false, id: "later" });
    expect(result).toMatchObject({ id: "later", status: "PENDING" });
    ray.jobs.get("later")!.onLook = (own) => Object.assign(own, { status: "SUCCEEDED", logs: "all of it\n" });
    expect(await submitted({ job: undefined, attach: "later" })).toMatchObject({
      logs: "all of it\n",
      result: { status: "SUCCEEDED" },
    });
    await expect(submitted({ job: undefined, attach: "never" })).rejects.toMatchObject({
      code: "ray-job-missing",
    });
    await expect(submitted({ id: "later" })).rejects.toMatchObject({ code: "ray-job-exists" });
  });
});

describe("a cluster that answers badly", () => {
  it("is asked again: connections lost, 503 and a server that restarts, and nothing is printed twice", async () => {
    script({}, { status: "RUNNING", logs: "a\n" }, { status: "SUCCEEDED", logs: "a\nb\n" });
    ray.fault = (request, count) => {
      if (request.startsWith("GET /api/packages")) return count < 3 ? 503 : undefined;
      if (request.endsWith("/logs")) return count % 2 === 1 ? "lost" : undefined;
      return undefined;
    };
    expect(await submitted()).toMatchObject({ logs: "a\nb\n", result: { status: "SUCCEEDED" } });
  });

  it("is not given the job twice where its answer was lost, before or after it took it", async () => {
    for (const lost of ["lost", "lost-after"] as const) {
      ray.fault = (request, count) => (request === "POST /api/jobs/" && count === 1 ? lost : undefined);
      ray.requests.length = 0;
      script({}, { status: "SUCCEEDED" });
      await submitted({ id: `once-${lost}` });
      expect(ray.requests.filter((own) => own === "POST /api/jobs/")).toHaveLength(lost === "lost" ? 2 : 1);
    }
    expect(ray.jobs.size).toBe(2);
  });

  it("is given up after its time, and the job goes on", async () => {
    ray.fault = (request) => (request.endsWith("/logs") ? "lost" : undefined);
    await expect(submitted({ patience: 0.05 })).rejects.toMatchObject({
      code: "ray-unreachable",
      remedy: expect.stringContaining("--attach"),
    });
    expect([...ray.jobs.values()][0]!.stopped).toBe(false);
  });

  it("is told of by one error: a wrong token or none, a refusal, and what is no Ray at all", async () => {
    await expect(submitted({}, { env: {} })).rejects.toMatchObject({
      code: "ray-unauthorised",
      message: expect.stringContaining("wants a token"),
    });
    const wrong = submitted({}, { env: { RAY_AUTH_TOKEN: "wrong-token" } });
    await expect(wrong).rejects.toMatchObject({ code: "ray-unauthorised" });
    await expect(wrong.catch((error: Error) => JSON.stringify(error))).resolves.not.toContain("wrong-token");
    ray.fault = (request) => (request.startsWith("PUT") ? 500 : undefined);
    await expect(submitted()).rejects.toMatchObject({
      code: "ray-refused",
      found: expect.stringContaining("status 500"),
    });
    ray.fault = (request) => (request.startsWith("GET /api/jobs") ? 200 : undefined);
    await expect(submitted()).rejects.toMatchObject({ code: "ray-answer" });
    ray.fault = () => 302;
    await expect(submitted()).rejects.toMatchObject({ code: "ray-refused" });
  });
});

describe("Ctrl-C", () => {
  it.each([
    ["leave", false],
    ["stop", true],
  ] as const)("with %s", async (onInterrupt, stopped) => {
    const controller = new AbortController();
    script({}, { status: "RUNNING", logs: "step 1\n" });
    const { result, progress } = await submitted(
      { id: "mine", onInterrupt },
      { signal: controller.signal, onLog: () => controller.abort() },
    );
    expect(result.status).toBe(stopped ? "STOPPED" : "LEFT");
    expect(ray.jobs.get("mine")!.stopped).toBe(stopped);
    expect(progress.at(-1)).toContain(stopped ? "stopping mine" : "--attach mine");
  });

  it("leaves the program with the status of a signal, and says how to go on", async () => {
    script({}, { status: "RUNNING", logs: "step 1\n" });
    const main = new URL("../../../dist/cli/main.js", import.meta.url).pathname;
    const child = spawn(process.execPath, [main, "submit", job, "--ray", ray.url, "--id", "own"], {
      env: { ...process.env, RAY_AUTH_TOKEN: TOKEN },
    });
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.stdout.on("data", () => child.kill("SIGINT"));
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(status, err).toBe(130);
    expect(err).toContain("selftrain submit --ray");
    expect(ray.jobs.get("own")!.stopped).toBe(false);
  }, 60_000);
});

describe("what is no job", () => {
  it("is refused before the cluster is asked", async () => {
    await expect(submitted({ job: join(temporary.path, "nowhere") })).rejects.toMatchObject({
      code: "job-entrypoint",
    });
    await expect(
      submitted({ job: join(temporary.path, "nowhere"), entrypoint: "true" }),
    ).rejects.toMatchObject({ code: "job-not-found" });
    fs.writeFileSync(join(job, "job.json"), "{");
    await expect(submitted()).rejects.toMatchObject({ code: "job-invalid" });
    expect(ray.requests).toEqual([]);
  });

  it("is refused by its flags, which never show a password", async () => {
    for (const [flags, code] of [
      [["submit"], "config-missing-key"],
      [["submit", job], "config-missing-key"],
      [["submit", job, "--ray", "head:8265"], "config-invalid-value"],
      [["submit", job, "--ray", "http://me:secret@head:8265"], "config-invalid-value"],
      [["submit", job, "--ray", ray.url, "--attach", "x"], "config-conflict"],
    ] as const) {
      const io = fakeIo(flags);
      expect(await runCli(io), flags.join(" ")).toBe(2);
      expect(io.stderr.text).toContain(code);
      expect(io.stderr.text).not.toContain("secret");
    }
  });
});
