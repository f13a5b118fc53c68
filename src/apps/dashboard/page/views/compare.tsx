/** Several runs: what their configurations differ in first, then their curves, with bands over the seeds of the same configuration. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { ARM_KEYS, type ArmKey } from "../../../report/palette.js";
import { type PlotData, plotData } from "../../../report/view/plot-data.js";
import { type Bands, type ConfigDifference, routes } from "../../api/index.js";
import { withQuery } from "../lib/http.js";
import { Panel } from "../parts/panel.js";
import { Plot } from "../parts/plot.js";
import { Gaps, ProblemNote } from "../parts/problem.js";
import { useReply } from "../state/reply.js";
import { aboutSeries, catalogue } from "../state/server.js";
import { go, text } from "../state/url.js";

const FIRST = ["eval.mean", "step.agreement", "step.accuracy", "step.reward"];
const COLORS = ARM_KEYS.filter((key) => key !== "base");

export function Compare({ runs }: { readonly runs: readonly string[] }): VNode {
  const by = text("by") === "sqrt-kl" ? "sqrt-kl" : "step";
  const chosen = text("series");
  const series = chosen === null ? FIRST : [chosen];
  const bands = useReply<Bands>(withQuery(routes.bands(), { run: runs, series, by }));
  return (
    <>
      {runs.length > 1 && <Difference runs={runs} />}
      <div class="options">
        <label>
          curves{" "}
          <select
            value={chosen ?? ""}
            onChange={(event) => go({ series: event.currentTarget.value }, { replace: true })}
          >
            <option value="">accuracy, agreement, reward</option>
            {(catalogue.value?.sections ?? []).map(({ title, metrics, written }) => (
              <optgroup label={title} key={title}>
                {Object.entries(metrics)
                  .filter(([, { unit }]) => unit !== "text")
                  .map(([name, own]) => {
                    const kind = written.includes("`eval`")
                      ? "eval"
                      : written.includes("`probe`")
                        ? "probe"
                        : "step";
                    return (
                      <option value={`${kind}.${name}`} key={name}>
                        {own.title}
                      </option>
                    );
                  })}
              </optgroup>
            ))}
          </select>
        </label>
        <label>
          over{" "}
          <select
            value={by}
            onChange={(event) =>
              go(
                { by: event.currentTarget.value === "step" ? null : event.currentTarget.value },
                { replace: true },
              )
            }
          >
            <option value="step">steps</option>
            <option value="sqrt-kl">√KL from the start</option>
          </select>
        </label>
      </div>
      {bands.problem && <ProblemNote problem={bands.problem} again={bands.again} />}
      {bands.value && <Charts bands={bands.value} runs={runs} />}
    </>
  );
}

function Charts({ bands, runs }: { readonly bands: Bands; readonly runs: readonly string[] }): VNode {
  const plots = useMemo(() => bands.series.flatMap((own) => plotOf(own, runs) ?? []), [bands, runs.join()]);
  return (
    <>
      <Gaps gaps={bands.gaps} />
      <div class="panels">
        {plots.map(({ name, data, pooled, table }) => {
          const { title, help } = aboutSeries(name);
          const full = name.startsWith("eval.") ? `${title} on held-out prompts` : title;
          const thin = pooled > 1 ? ` A point is the mean of up to ${pooled} values.` : "";
          return (
            <Panel title={full} take={{ plot: () => data, table }} key={name}>
              <Plot title={full} help={help + thin} data={data} />
            </Panel>
          );
        })}
      </div>
      {plots.length === 0 && <p class="note">None of these runs has measured that.</p>}
    </>
  );
}

function plotOf({ name, curves, bands }: Bands["series"][number], runs: readonly string[]) {
  const inBand = new Set(bands.flatMap((band) => band.runs));
  const colorOf = (run: string): ArmKey => COLORS[Math.max(0, runs.indexOf(run)) % COLORS.length]!;
  const { unit } = aboutSeries(name);
  const some = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null);
  const data: PlotData | undefined = plotData({
    title: name,
    help: "",
    unit: unit === "text" ? "number" : unit,
    areas: true,
    group: "compare",
    curves: [
      ...bands.map((band) => ({
        label: `mean of ${band.runs.join(", ")}`,
        arm: colorOf(band.runs[0]!),
        dash: [],
        curve: some(band.mean) ? { steps: band.x, values: band.mean } : undefined,
        band: { low: { steps: band.x, values: band.low }, high: { steps: band.x, values: band.high } },
      })),
      ...curves
        .filter(({ run }) => !inBand.has(run))
        .map(({ run, x, y }) => ({
          label: run,
          arm: colorOf(run),
          curve: some(y) ? { steps: x, values: y } : undefined,
        })),
    ],
  });
  const pooled = Math.max(1, ...curves.map((own) => own.pooled));
  const table = () => ({
    columns: ["run", "x", name],
    rows: curves.flatMap(({ run, x, y }) => x.map((at, i) => [run, at, y[i] ?? null])),
  });
  return data && { name, data, pooled, table };
}

function Difference({ runs }: { readonly runs: readonly string[] }): VNode | null {
  const reply = useReply<ConfigDifference>(withQuery(routes.difference(), { run: runs }));
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return null;
  const { keys, gaps, runs: compared } = reply.value;
  return (
    <Panel
      title="What the configurations differ in"
      wide
      take={{
        table: () => ({
          columns: ["setting", ...compared],
          rows: keys.map(({ key, values }) => [key, ...values.map(settingWords)]),
        }),
      }}
    >
      <Gaps gaps={gaps} />
      {keys.length === 0 ? (
        <p class="note">In nothing.</p>
      ) : (
        <>
          <Differences runs={compared} keys={keys.slice(0, AT_ONCE)} />
          {keys.length > AT_ONCE && (
            <details class="fold">
              <summary>{keys.length - AT_ONCE} more settings differ</summary>
              <Differences runs={compared} keys={keys.slice(AT_ONCE)} />
            </details>
          )}
        </>
      )}
    </Panel>
  );
}

/** So many settings before the curves; runs of two kinds differ in nearly all. */
const AT_ONCE = 10;

function Differences({ runs, keys }: Pick<ConfigDifference, "runs" | "keys">): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Settings that differ">
      <table class="data">
        <thead>
          <tr>
            <th scope="col">setting</th>
            {runs.map((id) => (
              <th scope="col" key={id}>
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.map(({ key, values }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              {values.map((value, i) => (
                <td key={runs[i]}>{settingWords(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const settingWords = (value: unknown): string =>
  value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
