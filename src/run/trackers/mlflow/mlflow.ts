/** An MLflow tracking server as a tracker, by its REST API (version 2.0): one MLflow run for a run directory, however many processes write it. */
import { basename } from "node:path";
import { configLeaves } from "../../run-config.js";
import type { MetricRecord } from "../../run-directory.js";
import { scalarsOf, type Tracked, type TrackedEnd, type Tracker } from "../tracker.js";
import { MlflowApi, type MlflowServer } from "./api.js";

export interface MlflowOptions extends MlflowServer {
  readonly experiment: string;
}

/** What a request may hold. */
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
/** Characters of a parameter's value. */
const LONGEST_PARAM = 500;

const STATUS: Readonly<Record<TrackedEnd, string>> = {
  finished: "FINISHED",
  interrupted: "KILLED",
  failed: "FAILED",
};

/** Goes on with the MLflow run of the process before, or makes one with the configuration as its parameters. */
export const openMlflow =
  ({ experiment, ...server }: MlflowOptions) =>
  async ({ run, config, state, save }: Tracked): Promise<Tracker> => {
    const api = new MlflowApi(server);
    const runId = typeof state?.runId === "string" ? state.runId : null;
    const id = runId ?? (await createRun(api, experiment, run, config));
    if (runId === null) save({ runId: id });
    else await api.post("runs/update", { run_id: id, status: "RUNNING" });
    return {
      async send(records) {
        const metrics = records.flatMap(metricsOf);
        for (const batch of inBatches(metrics, MOST_METRICS))
          await api.post("runs/log-batch", { run_id: id, metrics: batch });
      },
      async rewind(step) {
        // MLflow keeps every value it was ever sent; those of steps that are done again stand beside the earlier ones.
        await api.post("runs/set-tag", { run_id: id, key: "selftrain.doneAgainFrom", value: String(step) });
      },
      async end(outcome) {
        const ended = outcome === "interrupted" ? {} : { end_time: Date.now() };
        await api.post("runs/update", { run_id: id, status: STATUS[outcome], ...ended });
      },
    };
  };

async function createRun(api: MlflowApi, experiment: string, run: string, config: object): Promise<string> {
  const { run: created } = await api.post<{ run: { info: { run_id: string } } }>("runs/create", {
    experiment_id: await experimentOf(api, experiment),
    run_name: basename(run),
    start_time: Date.now(),
    tags: [{ key: "mlflow.source.name", value: "selftrain" }],
  });
  const id = created.info.run_id;
  const params = [...configLeaves(config)].map(([key, value]) => ({
    key: key.replace(/[^\w\-. /]/g, "_"),
    value: shortened(typeof value === "string" ? value : JSON.stringify(value)),
  }));
  for (const batch of inBatches(params, MOST_PARAMS))
    await api.post("runs/log-batch", { run_id: id, params: batch });
  return id;
}

/** Its id. Of two processes that make it at once, one finds it made. */
async function experimentOf(api: MlflowApi, name: string): Promise<string> {
  type Found = { experiment: { experiment_id: string } };
  const find = () => api.get<Found>("experiments/get-by-name", { experiment_name: name });
  const found = await find();
  if (found !== null) return found.experiment.experiment_id;
  try {
    return (await api.post<{ experiment_id: string }>("experiments/create", { name })).experiment_id;
  } catch (error) {
    const made = await find();
    if (made === null) throw error;
    return made.experiment.experiment_id;
  }
}

const metricsOf = (record: MetricRecord) =>
  scalarsOf(record).map(({ name, value }) => ({
    key: name,
    value,
    timestamp: Date.now(),
    step: record.step,
  }));

/** The whole value stands in the run's config.yaml. */
const shortened = (value: string): string =>
  value.length <= LONGEST_PARAM ? value : `${value.slice(0, LONGEST_PARAM - 1)}…`;

function inBatches<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) =>
    items.slice(i * most, (i + 1) * most),
  );
}
