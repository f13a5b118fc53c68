/**
 * Recipes over seeds, as Markdown tables and JSON:
 *
 *   npm run build
 *   node scripts/experiments/recipe-seeds.mjs recipes/estimators/*.yaml [--seeds 0,1,2] [--output runs/recipes]
 *       [--jobs 1] [--threads N] [--set steps=2 …] [--base recipes/chain-sums/pretrain.yaml] [--base-set steps=100 …]
 *
 * Every seed has one base model, OUTPUT/base-seed-N, made by the recipe of --base; every recipe runs into OUTPUT/<recipe>/seed-N, with its
 * configuration, log and mark of completion beside it, after the recipes whose output it reads (labels, a selection, a reward model) and
 * beside the server that it names. Settings go to what is asked, and those that it takes to what is needed. Interrupted, the same command goes on from there. A recipe that fails does not stop the others: it is
 * reported at the end, and the exit status is 1. Threads are the processor's, shared out among the jobs.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startServers } from "./recipes/beside.mjs";
import { figuresOf, overSeeds } from "./recipes/figures.mjs";
import { readRecipe, root, withNeeds } from "./recipes/recipe.mjs";
import { runAll } from "./recipes/run.mjs";
import { recipesTable, runsTable } from "./recipes/tables.mjs";

const text = (value) => ({ type: "string", default: value });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: text("0,1,2"),
    output: text("runs/recipes"),
    jobs: text("1"),
    threads: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    base: text(join(root, "recipes/chain-sums/pretrain.yaml")),
    "base-set": { type: "string", multiple: true, default: [] },
  },
});
if (positionals.length === 0) {
  console.error("name at least one recipe, such as recipes/estimators/*.yaml");
  process.exit(2);
}

const { output } = values;
const jobs = Number(values.jobs);
const base = readRecipe(values.base, "base");
const named = positionals.map((file) => readRecipe(file));
const asked = named.filter(({ command }) => command[0] !== "sweep");
for (const { name } of named.filter((recipe) => !asked.includes(recipe)))
  console.error(`${name} has seeds of its own: selftrain sweep runs it`);
const known = new Set([values.base, ...positionals].map((file) => resolve(file)));
const others = readdirSync(join(root, "recipes"), { recursive: true })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => join(root, "recipes", name))
  .filter((file) => !known.has(file))
  .map((file) => readRecipe(file))
  .filter(({ config }) => ![base, ...asked].some((recipe) => recipe.config.output === config.output));
const all = [base, ...asked, ...others];
const stopServers = await startServers(withNeeds(asked, all));
const results = await runAll({
  asked,
  all,
  seeds: values.seeds.split(",").map(Number),
  jobs,
  threads: Number(values.threads ?? Math.max(1, Math.floor(availableParallelism() / jobs))),
  folderOf: (recipe, seed) =>
    recipe === base
      ? join(output, `base-seed-${seed}`)
      : join(output, recipe.name, `seed-${seed}${extname(recipe.config.output ?? "")}`),
  settingsOf: (recipe) =>
    recipe === base
      ? values["base-set"]
      : values.set.filter((setting) => asked.includes(recipe) || recipe.takes.has(setting.split(/[.=]/)[0])),
  say: (line) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`),
}).finally(stopServers);

const runs = results
  .map((result) => ({ ...result, figures: figuresOf(result.folder) }))
  .sort((a, b) => asked.findIndex((r) => r.name === a.recipe) - asked.findIndex((r) => r.name === b.recipe));
const recipes = asked.map(({ name }) => {
  const own = runs.filter(({ recipe, error }) => recipe === name && error === null);
  return { recipe: name, ...overSeeds(own) };
});

mkdirSync(output, { recursive: true });
writeFileSync(join(output, "results.json"), `${JSON.stringify({ recipes, runs }, null, 1)}\n`);
const failed = runs.filter(({ error }) => error !== null);
const markdown = [
  recipesTable(recipes),
  runsTable(runs),
  ...(failed.length === 0
    ? []
    : [
        [
          "Failed:",
          "",
          ...failed.map(({ recipe, seed, error }) => `- ${recipe}, seed ${seed}: ${error}`),
        ].join("\n"),
      ]),
].join("\n\n");
writeFileSync(join(output, "results.md"), `${markdown}\n`);
console.log(markdown);
process.exitCode = failed.length === 0 ? 0 : 1;
