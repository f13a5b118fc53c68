/** Configuration and environment of runs; of several runs, first what tells them apart. */
import { finetuneConfigSchema } from "../../config/finetune-config.js";
import { leavesOf, schemaTree } from "../../config/schema-tree.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../config/train-config.js";
import { MISSING } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import { flatten, keyValues } from "./key-values.js";
import type { RunData } from "./run-data.js";

/** Settings that differ, then each run's own; undefined where no run has config or environment. */
export function settingsContent(runs: readonly RunData[]): SafeHtml | undefined {
  const own = runs.flatMap((run) => {
    const marked = otherThanDefault(run.config);
    const [config, environment] = [keyValues(run.config, marked), keyValues(withoutDiff(run.environment))];
    if (!config && !environment) return [];
    const content = html`<div class="columns">${
      config &&
      html`<div><h3>Settings</h3>${
        marked.size > 0 && html`<p class="note">Bold: other than the default, or without one.</p>`
      }${config}</div>`
    }${environment && html`<div><h3>Versions and machine</h3>${environment}</div>`}</div>`;
    return runs.length === 1
      ? content
      : html`<details><summary>All of ${run.name}</summary>${content}</details>`;
  });
  const different = differences(runs);
  return own.length === 0 ? undefined : html`${different}${own}`;
}

/**
 * Names of settings that have no default, or another value. A run keeps its configuration as resolved, so that a value that was given and is the
 * default is not told from one that was not. None where it is not known which command the configuration is of.
 */
function otherThanDefault(config: RunData["config"]): ReadonlySet<string> {
  const schema = schemaOf(config);
  if (schema === undefined) return new Set();
  const defaults = new Map(
    leavesOf(schemaTree(schema)).flatMap(({ path, node }) => flatten({ [path.join(".")]: node.default })),
  );
  return new Set(flatten(config).flatMap(([name, value]) => (defaults.get(name) === value ? [] : [name])));
}

/** The schema of a configuration, by a key that no other command's has. */
function schemaOf(config: RunData["config"]) {
  if ("objective" in config && "rounds" in config) return finetuneConfigSchema;
  if ("reward" in config) return trainConfigSchema;
  return "slip" in config ? pretrainConfigSchema : undefined;
}

/** Source changes stay in the run directory: they are long, and a report is made to be handed on. */
function withoutDiff(environment: RunData["environment"]): RunData["environment"] {
  const { git } = environment;
  if (typeof git !== "object" || git === null || !("diff" in git)) return environment;
  const uncommitted = git.diff === "" ? "none" : "yes, see environment.json";
  const revision = "revision" in git ? git.revision : null;
  return { ...environment, git: { revision, "uncommitted changes": uncommitted } };
}

/** Settings that not all runs have alike, with each run's value; null where it has none. */
export function settingsThatDiffer(
  runs: readonly RunData[],
): { readonly name: string; readonly values: readonly (string | null)[] }[] {
  if (runs.length < 2) return [];
  const configs = runs.map((run) => new Map(flatten(run.config)));
  const names = [...new Set(configs.flatMap((config) => [...config.keys()]))];
  return names.flatMap((name) => {
    const values = configs.map((config) => config.get(name) ?? null);
    return new Set(values).size > 1 ? [{ name, values }] : [];
  });
}

function differences(runs: readonly RunData[]): SafeHtml | undefined {
  const differing = settingsThatDiffer(runs);
  if (differing.length === 0) return undefined;
  return html`<h3>Settings that differ</h3><div class="scroll"><table><thead><tr><th scope="col">setting</th>${runs.map(
    ({ name }) => html`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${differing.map(
    ({ name, values }) =>
      html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${value ?? MISSING}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
