/** Configuration and environment of runs; of several runs, first what tells them apart. */
import { MISSING } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import { flatten, keyValues } from "./key-values.js";
import type { RunData } from "./run-data.js";

/** Settings that differ, then each run's own; undefined where no run has config or environment. */
export function settingsContent(runs: readonly RunData[]): SafeHtml | undefined {
  const own = runs.flatMap((run) => {
    const [config, environment] = [keyValues(run.config), keyValues(withoutDiff(run.environment))];
    if (!config && !environment) return [];
    const content = html`<div class="columns">${config && html`<div><h3>Settings</h3>${config}</div>`}${
      environment && html`<div><h3>Versions and machine</h3>${environment}</div>`
    }</div>`;
    return runs.length === 1
      ? content
      : html`<details><summary>All of ${run.name}</summary>${content}</details>`;
  });
  const different = runs.length > 1 && differences(runs);
  return own.length === 0 ? undefined : html`${different}${own}`;
}

/** Source changes stay in the run directory: they are long, and a report is made to be handed on. */
function withoutDiff(environment: RunData["environment"]): RunData["environment"] {
  const { git } = environment;
  if (typeof git !== "object" || git === null || !("diff" in git)) return environment;
  const uncommitted = git.diff === "" ? "none" : "yes, see environment.json";
  const revision = "revision" in git ? git.revision : null;
  return { ...environment, git: { revision, "uncommitted changes": uncommitted } };
}

function differences(runs: readonly RunData[]): SafeHtml | undefined {
  const configs = runs.map((run) => new Map(flatten(run.config)));
  const names = [...new Set(configs.flatMap((config) => [...config.keys()]))];
  const differing = names.filter((name) => new Set(configs.map((config) => config.get(name))).size > 1);
  if (differing.length === 0) return undefined;
  return html`<h3>Settings that differ</h3><div class="scroll"><table><thead><tr><th scope="col">setting</th>${runs.map(
    ({ name }) => html`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${differing.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${configs.map((config) => html`<td>${config.get(name) ?? MISSING}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
