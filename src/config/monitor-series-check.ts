/** What is wrong with the series that a monitor names: one that is none, one that its detector cannot read, one that the run cannot have. */
import { METRICS } from "../core/monitor/catalogue/index.js";
import { type RejectionConfig, rejects } from "./curriculum-config.js";
import type { MonitorsConfig } from "./monitor-config.js";
import {
  isSeries,
  likeSeries,
  needsAnswers,
  needsRejection,
  parseSeries,
  SERIES_KINDS,
} from "./monitor-series.js";

/** What is read of a training configuration. */
export interface Watched {
  readonly monitors: MonitorsConfig;
  readonly prompts: { readonly file?: string | undefined; readonly answerColumn?: string | undefined };
  readonly evaluation: { readonly size: number };
  readonly validation?: unknown;
  readonly probe?: unknown;
  readonly rejection: RejectionConfig;
  readonly reward: string;
  readonly samplesPerPrompt: number;
  readonly agreementThreshold: number;
}

export type Refuse = (path: readonly string[], message: string, remedy: string) => void;

/** `config` is null where the monitor does not watch in the run, which then need not have its series. */
export function checkSeries(
  at: string,
  on: string,
  { kind: detector }: { readonly kind: string },
  config: Watched | null,
  refuse: Refuse,
): void {
  const series = parseSeries(on);
  if (!isSeries(series)) {
    const near = likeSeries(on).map((like) => `"${like}"`);
    const kinds = SERIES_KINDS.slice(1)
      .map((kind) => `${kind}.`)
      .join(", ");
    refuse(
      [],
      `${at} ${on} is no series of a training run`,
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : `take a metric of docs/reference/metrics.md: of a step by its name, of another line behind ${kinds.replace(/, ([^,]*)$/, " or $1")}`,
    );
    return;
  }
  if (
    detector === "canary" &&
    !((series.kind === "validation" || series.kind === "eval") && series.metric === "mean")
  )
    refuse(
      [],
      `${at} ${on} is no accuracy of labelled prompts, which kind canary counts`,
      "take validation.mean",
    );
  if (detector === "e-detector" && METRICS[series.metric]?.unit !== "share")
    refuse([], `${at} ${on} is no share, which kind e-detector bets on`, "take a share, or kind cusum");
  const why = config && absenceOf(on, config);
  if (why !== null) refuse([], `${at} ${on} is never measured: ${why.message}`, why.remedy);
}

interface Absence {
  readonly message: string;
  readonly remedy: string;
}

/** Why a run with this configuration certainly has no such series; null where it may have one. */
function absenceOf(on: string, config: Omit<Watched, "monitors">): Absence | null {
  const series = parseSeries(on);
  const { prompts, evaluation, validation, probe } = config;
  const unlabelled = prompts.file !== undefined && prompts.answerColumn === undefined;
  if (series.kind === "validation" && validation === undefined)
    return {
      message: "there is no validation",
      remedy: "give validation, such as {size: 32, every: 5}, which reads true answers",
    };
  if (series.kind === "eval" && evaluation.size === 0)
    return { message: "evaluation.size is 0", remedy: "give evaluation.size, or watch another series" };
  if (series.kind === "probe" && probe === undefined)
    return { message: "there is no probe", remedy: "give probe, or watch another series" };
  if (needsAnswers(series) && unlabelled)
    return {
      message: "it needs true answers, and prompts.answerColumn names no column of them",
      remedy: "give prompts.answerColumn, or watch a series without labels, such as topShare",
    };
  if (needsRejection(series) && !rejects(config))
    return { message: "rejection rejects no group", remedy: "give rejection, or watch another series" };
  return null;
}
