/**
 * A recipe as an experiment: its configuration for one seed, the command that runs it, and what must be there first.
 *
 * The command is the name of the schema in its first line (`$schema=…/train.schema.json` is `selftrain train`). A value that is the
 * `output` of another recipe, or lies in it, means that recipe's folder of the same seed. `# beside: endpoint.mjs` names a script next
 * to the recipe that serves while it runs.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";

export const root = resolve(new URL("../../..", import.meta.url).pathname);

/** `recipes/losses/gspo.yaml` → losses/gspo; one that lies elsewhere has its path without the suffix. */
const nameOf = (file) =>
  file
    .replace(/^.*\brecipes\//, "")
    .replace(/^[./]+/, "")
    .replace(/\.ya?ml$/, "");

/** The commands that are not named as their schema is. */
const commands = { "reward-model": ["reward-model", "train"] };

export function readRecipe(file, name = nameOf(file)) {
  const text = readFileSync(file, "utf8");
  const schemaName = /\$schema=\S*?([\w-]+)\.schema\.json/.exec(text)?.[1] ?? "train";
  const schemaFile = join(root, "schema", `${schemaName}.schema.json`);
  const keys = existsSync(schemaFile)
    ? Object.keys(JSON.parse(readFileSync(schemaFile, "utf8")).properties)
    : [];
  const script = /^#\s*beside:\s*(\S+)\s*$/m.exec(text)?.[1];
  const beside = script === undefined ? null : join(dirname(file), script);
  const command = commands[schemaName] ?? [schemaName];
  return { file, name, command, beside, takes: new Set(keys), config: parse(text) };
}

const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function mapValues(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapValues(item, change));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapValues(child, change)]));
}

/** Whether a value is the output of a recipe, or lies in it. */
const reads = (value, { config: { output } }) =>
  output !== undefined && (value === output || value.startsWith(`${output}/`));

/** The recipes of `all` whose output this one reads. */
export function needsOf(recipe, all) {
  const needed = new Set();
  mapValues({ ...recipe.config, output: undefined }, (value) => {
    for (const other of all) if (other !== recipe && reads(value, other)) needed.add(other);
    return value;
  });
  return [...needed];
}

/** These recipes and all that they need, and what those need. */
export function withNeeds(recipes, all) {
  const found = new Set(recipes);
  for (const recipe of found) for (const needed of needsOf(recipe, all)) found.add(needed);
  return [...found];
}

/** `["steps=2", "evaluation.size=8"]` laid over a configuration; values are YAML. */
export function withSettings(config, settings) {
  const result = structuredClone(config);
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at < 1) throw new Error(`--set takes key=value, and was given ${setting}`);
    const keys = setting.slice(0, at).split(".");
    let map = result;
    for (const key of keys.slice(0, -1)) {
      if (!isMap(map[key])) map[key] = {};
      map = map[key];
    }
    map[keys.at(-1)] = parse(setting.slice(at + 1));
  }
  return result;
}

/** The configuration of a seed; `folderOf` gives each recipe's own folder. */
export function configFor(recipe, seed, { all, folderOf, threads, settings }) {
  const config = mapValues({ ...recipe.config, output: undefined }, (value) => {
    const other = all.find((one) => one !== recipe && reads(value, one));
    return other ? folderOf(other, seed) + value.slice(other.config.output.length) : value;
  });
  if (recipe.config.output === undefined) delete config.output;
  else config.output = folderOf(recipe, seed);
  if (recipe.takes.has("seed")) config.seed = seed;
  if (recipe.takes.has("engine")) config.engine = { ...config.engine, threads };
  return withSettings(config, settings);
}
