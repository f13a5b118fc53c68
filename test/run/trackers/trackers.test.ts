/** TensorBoard and MLflow, held by one contract; and what each of them has of its own. */
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import os from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openMlflow } from "../../../src/run/trackers/mlflow/mlflow.js";
import { crc32c } from "../../../src/run/trackers/tensorboard/crc32c.js";
import { openTensorboard } from "../../../src/run/trackers/tensorboard/tensorboard.js";
import { trackRun } from "../../../src/run/trackers/track.js";
import type { Tracker } from "../../../src/run/trackers/tracker.js";
import { record } from "../samples.js";
import { holdsAsTracker } from "./contract.js";
import { readEvents, seriesOf } from "./event-files.js";
import { MlflowServer } from "./mlflow-server.js";

holdsAsTracker("TensorBoard", () => {
  let folder = "";
  return {
    begin: async (place) => {
      folder = place;
    },
    finish: async () => {},
    open: (tracked) => openTensorboard(folder)(tracked),
    series: async (name) => seriesOf(readEvents(folder), name),
    config: async () =>
      readEvents(folder)
        .flatMap(({ texts }) => [...texts.values()])
        .join("\n"),
  };
});

holdsAsTracker("MLflow, by its protocol,", () => {
  const server = new MlflowServer();
  let url = "";
  return {
    begin: async () => {
      url = await server.listen();
    },
    finish: () => server.close(),
    open: (tracked) => openMlflow({ url, experiment: "tests", token: null })(tracked),
    series: async (name) =>
      server.runs.flatMap(({ metrics }) =>
        metrics.flatMap(({ key, step, value }) => (key === name ? [[step, value]] : [])),
      ) as [number, number][],
    config: async () => JSON.stringify(server.runs.flatMap(({ params }) => [...params])),
  };
});

const opened = (
  open: (tracked: Parameters<ReturnType<typeof openMlflow>>[0]) => Promise<Tracker>,
  config: object = {},
) => open({ run: "/runs/mine", config, state: null, save: () => {} });

describe("event files", () => {
  const folder = () => fs.mkdtempSync(join(os.tmpdir(), "selftrain-events-"));

  it("have CRC-32C as RFC 3720 computes it", () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  });

  it("begin with their version, and hold numbers that no 32-bit float does as the largest", async () => {
    const place = folder();
    const tracker = await opened(openTensorboard(place));
    await tracker.send([
      record(2 ** 31 + 5, { metrics: { large: 1e300, infinite: Number.POSITIVE_INFINITY } }),
    ]);
    const [first, , scalars] = readEvents(place);
    expect(first!.version).toBe("brain.Event:2");
    expect(scalars!.step).toBe(2 ** 31 + 5);
    expect(scalars!.scalars.get("train/large")).toBeCloseTo(3.4028234663852886e38, -30);
    expect(scalars!.scalars.has("train/infinite")).toBe(false);
    fs.rmSync(place, { recursive: true });
  });

  /** A Python with tensorboard; CI makes one. */
  const python = process.env.SELFTRAIN_PEERS_PYTHON;
  const hasTensorboard = (() => {
    if (python === undefined) return false;
    try {
      execFileSync(python, ["-c", "import tensorboard"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!hasTensorboard)(
    "are read by TensorBoard itself (else: SELFTRAIN_PEERS_PYTHON has none)",
    async () => {
      const place = folder();
      const tracker = await opened(openTensorboard(place), { steps: 4 });
      await tracker.send([1, 2, 3].map((step) => record(step, { metrics: { agreement: step / 128 } })));
      await tracker.rewind(3);
      await tracker.send([record(3, { metrics: { agreement: 0.75 } })]);
      const script = new URL("read_events.py", import.meta.url).pathname;
      const read = JSON.parse(
        execFileSync(python!, [script, place], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
      ) as object;
      expect(read).toEqual({
        agreement: [
          [1, 1 / 128],
          [2, 2 / 128],
          [3, 0.75],
        ],
        tags: ["train/agreement", "train/time/seconds"],
        text: expect.stringContaining("steps: 4"),
      });
      fs.rmSync(place, { recursive: true });
    },
    120_000,
  );
});

describe("MLflow", () => {
  it("is one MLflow run, with its status, in batches that the server takes", async () => {
    const server = new MlflowServer();
    const url = await server.listen();
    const many = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`key${i}`, "v".repeat(700)]));
    const tracker = await opened(openMlflow({ url: `${url}/`, experiment: "e", token: "secret" }), many);
    await tracker.send(Array.from({ length: 900 }, (_, i) => record(i)));
    expect(server.runs).toHaveLength(1);
    const [run] = server.runs;
    expect(run!.name).toBe("mine");
    expect(run!.params.size).toBe(230);
    expect(run!.metrics.filter(({ key }) => key === "train/agreement")).toHaveLength(900);
    expect(run!.status).toBe("RUNNING");
    await tracker.end("interrupted");
    expect(run!.status).toBe("KILLED");
    await tracker.end("finished");
    expect(run!.status).toBe("FINISHED");
    expect([...server.authorizations]).toEqual(["Bearer secret"]);
    await server.close();
  });

  it("fails as a tracker may, by what the server says", async () => {
    const server = new MlflowServer();
    const url = await server.listen();
    server.fault = (path) => (path === "runs/create" ? { status: 503 } : null);
    await expect(opened(openMlflow({ url, experiment: "e", token: null }))).rejects.toThrow(
      "runs/create: status 503",
    );
    await server.close();
    await expect(opened(openMlflow({ url, experiment: "e", token: null }))).rejects.toThrow();
  });

  it("is refused before the run begins where its token is not there", () => {
    const mlflow = { url: "http://127.0.0.1:1", experiment: "e", tokenVariable: "NO_SUCH_TOKEN" };
    expect(() => trackRun("/nowhere", { trackers: { mlflow } })).toThrow(
      expect.objectContaining({ code: "tracker-token-missing", found: "NO_SUCH_TOKEN" }),
    );
  });

  /** A Python with mlflow, whose server is started. */
  const python = process.env.SELFTRAIN_MLFLOW_PYTHON;
  it.skipIf(python === undefined)(
    "takes it all on a real server (else: no SELFTRAIN_MLFLOW_PYTHON)",
    async () => {
      const folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-mlflow-"));
      const port = await freePort();
      const store = [
        "--backend-store-uri",
        `sqlite:///${folder}/mlflow.db`,
        "--default-artifact-root",
        folder,
      ];
      const server = spawn(
        python!,
        ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1", ...store],
        {
          stdio: "ignore",
          cwd: folder,
          detached: true,
        },
      );
      try {
        const url = `http://127.0.0.1:${port}`;
        await expect
          .poll(
            () =>
              fetch(`${url}/health`).then(
                ({ ok }) => ok,
                () => false,
              ),
            { timeout: 240_000, interval: 500 },
          )
          .toBe(true);
        let saved: Readonly<Record<string, unknown>> = {};
        const tracker = await openMlflow({ url, experiment: "tests", token: null })({
          run: "/runs/mine",
          config: { seed: 7, adam: { learningRate: 0.5 } },
          state: null,
          save: (state) => {
            saved = state;
          },
        });
        await tracker.send([1, 2, 3].map((step) => record(step)));
        await tracker.rewind(3);
        await tracker.end("finished");
        const read = async (path: string) =>
          (await fetch(`${url}/api/2.0/mlflow/${path}`)).json() as Promise<never>;
        const { run } = (await read(`runs/get?run_id=${saved.runId}`)) as {
          run: {
            info: { status: string; run_name: string };
            data: { params: { key: string; value: string }[] };
          };
        };
        expect(run.info).toMatchObject({ status: "FINISHED", run_name: "mine" });
        expect(run.data.params).toContainEqual({ key: "adam.learningRate", value: "0.5" });
        const { metrics } = (await read(
          `metrics/get-history?run_id=${saved.runId}&metric_key=${encodeURIComponent("train/agreement")}`,
        )) as { metrics: { step: number; value: number }[] };
        expect(metrics.map(({ step, value }) => [step, value])).toEqual([
          [1, 0.01],
          [2, 0.02],
          [3, 0.03],
        ]);
      } finally {
        process.kill(-server.pid!, "SIGKILL");
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
