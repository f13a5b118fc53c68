/** The dashboard's addresses (see `api/routes.ts`) and what answers at each. Whoever asks has passed the guards of `io/http/guarded.ts`. */
import { Hono } from "hono";
import { z } from "zod";
import { METRIC_SECTIONS, TIMES } from "../../core/monitor/catalogue/index.js";
import { answerOf, detailsOf } from "../../io/http/guarded.js";
import { Refusal } from "../../io/http/refusal.js";
import type { About } from "./api/routes.js";
import { bandsOf } from "./compare/bands.js";
import { configOf, differenceOf } from "./compare/config.js";
import { collapseOf } from "./course/collapse.js";
import { voteMatrix } from "./course/matrix.js";
import { riverOf } from "./course/river.js";
import type { PageFile } from "./http/page-files.js";
import { inQuery, numberIn, queryOf } from "./http/read.js";
import { type Asked, type Env, type Handle, resource } from "./http/resource.js";
import type { Streams } from "./http/stream.js";
import { metricsChunk } from "./metrics/columns.js";
import { playgroundRoutes } from "./playground/routes.js";
import type { RunCards } from "./runs/list.js";
import { sendRun } from "./runs/live.js";
import { sendRuns } from "./runs/live-list.js";
import { marksOf } from "./runs/marks.js";
import type { OpenRun } from "./runs/open-run.js";
import type { OpenRuns } from "./runs/open-runs.js";
import { overviewOf } from "./runs/overview.js";
import { searchRoutes } from "./search/routes.js";
import { groupRollouts, stepGroups } from "./step/step.js";
import { writingRoutes } from "./write/routes.js";

export interface AppParts {
  readonly about: About;
  readonly cards: RunCards;
  readonly runs: OpenRuns;
  readonly streams: Streams;
  /** Why notes and controls are refused; null where they are not. */
  readonly readOnly: string | null;
  /** The program of the playground. */
  readonly sampler: string;
  readonly page: ReadonlyMap<string, PageFile>;
}

const sourceOf = z.enum(["rollouts", "probe"]);
const columns = inQuery.most(2000, 400);
const top = inQuery.most(50, 6);
const metricsQuery = z.strictObject({
  from: inQuery.one.optional(),
  series: inQuery.many(200).optional(),
});

export function dashboardApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, asked) => {
    const { status, headers } = answerOf(error);
    return asked.body(JSON.stringify({ error: detailsOf(error) }), status as 400, {
      "content-type": "application/json",
      ...headers,
    });
  });
  const get = (path: string, handle: Handle) => resource(app, path, { GET: handle });
  general(get, parts);
  ofOneRun(get, parts);
  ofSeveral(get, parts);
  searchRoutes(app, { runOf: (asked) => parts.runs.get(idOf(asked)), streams: parts.streams });
  playgroundRoutes(app, {
    root: parts.runs.root,
    runOf: (asked) => parts.runs.get(idOf(asked)),
    streams: parts.streams,
    readOnly: parts.readOnly,
    program: parts.sampler,
  });
  writingRoutes(app, { pathOf: (asked) => parts.runs.get(idOf(asked)).path, readOnly: parts.readOnly });
  app.all("/api/*", (asked) => {
    throw notFound(asked.req.path);
  });
  resource(app, "*", { GET: (asked) => pageOf(asked, parts.page) });
  return app;
}

const idOf = (asked: Asked): string => asked.req.param("run") ?? "";

type Get = (path: string, handle: Handle) => void;

function general(get: Get, { about, cards, streams }: AppParts): void {
  get("/api/about", (asked) => asked.json(about));
  get("/api/metrics", (asked) => asked.json({ sections: METRIC_SECTIONS, times: TIMES }));
  get("/api/runs", (asked) => asked.json(cards.list()));
  get("/api/stream", (asked) => streams.events(asked, (events) => sendRuns(cards, events)));
}

function ofOneRun(get: Get, { runs, streams }: AppParts): void {
  /** What is worked out of a run, as JSON. */
  const reply = (path: string, make: (run: OpenRun, asked: Asked) => unknown) =>
    get(`/api/runs/:run${path}`, async (asked) => asked.json(await make(runs.get(idOf(asked)), asked)));

  reply("", overviewOf);
  reply("/marks", marksOf);
  reply("/config", configOf);
  reply("/metrics", (run, asked) => {
    run.records();
    return metricsChunk(run.store, queryOf(asked, metricsQuery, ["series"]));
  });
  get("/api/runs/:run/stream", (asked) => {
    const id = idOf(asked);
    runs.get(id);
    const { from, series } = queryOf(asked, metricsQuery, ["series"]);
    // What a browser sends of itself when it comes back.
    const last = asked.req.header("last-event-id") || from;
    return streams.events(asked, (events) => sendRun(runs, id, { from: last, series }, events));
  });
  for (const source of sourceOf.options) {
    reply(`/${source}/:step`, (run, asked) => stepGroups(run, source, numberIn(asked, "step")));
    reply(`/${source}/:step/:group`, (run, asked) =>
      groupRollouts(run, source, numberIn(asked, "step"), numberIn(asked, "group")),
    );
  }
  reply("/matrix", (run, asked) => voteMatrix(run, queryOf(asked, z.strictObject({ columns })).columns));
  const river = z.strictObject({ prompt: inQuery.one, source: sourceOf.optional(), top, columns });
  reply("/river", (run, asked) => riverOf(run, queryOf(asked, river)));
  const collapse = z.strictObject({ source: sourceOf.default("rollouts"), top, columns });
  reply("/collapse", (run, asked) => collapseOf(run, queryOf(asked, collapse)));
}

/** Runs that are compared at a time. */
const MOST_RUNS = 32;

function ofSeveral(get: Get, { runs }: AppParts): void {
  const run = inQuery.many(MOST_RUNS).min(1);
  get("/api/difference", (asked) => {
    const { run: ids } = queryOf(asked, z.strictObject({ run }), ["run"]);
    return asked.json(differenceOf(ids.map((id) => runs.get(id))));
  });
  const bands = z.strictObject({
    run,
    series: inQuery.many(8).min(1),
    by: z.enum(["step", "sqrt-kl"]).default("step"),
    points: inQuery.most(5000, 500),
  });
  get("/api/bands", (asked) => {
    const { run: ids, ...options } = queryOf(asked, bands, ["run", "series"]);
    return asked.json(
      bandsOf(
        ids.map((id) => runs.get(id)),
        options,
      ),
    );
  });
}

function pageOf(asked: Asked, page: ReadonlyMap<string, PageFile>): Response {
  const file = page.get(asked.req.path);
  if (file === undefined) throw notFound(asked.req.path);
  return asked.body(file.bytes, 200, {
    "content-type": file.type,
    "cache-control": file.lasting ? "max-age=31536000, immutable" : "no-cache",
  });
}

const notFound = (path: string): Refusal =>
  new Refusal(404, {
    code: "not-found",
    message: `there is nothing at ${path}`,
    found: path,
    remedy: "check the address",
  });
