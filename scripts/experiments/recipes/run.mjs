/** Running the recipes of a plan: each after what it needs, so many at a time, none stopped by another's failure. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { parse, stringify } from "yaml";
import { configFor, needsOf, root } from "./recipe.mjs";

const cli = join(root, "dist/cli/main.js");

/** At most `size` tasks at once. */
function slots(size) {
  let free = size;
  const waiting = [];
  return async (task) => {
    if (free === 0) await new Promise((go) => waiting.push(go));
    else free--;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

const statusOf = (folder) => {
  const file = join(folder, "run.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).status : null;
};

/** Whether two configurations differ in nothing, or in how many threads compute it. */
function sameResult(one, other) {
  const [a, b] = [one, other].map((text) => JSON.stringify({ ...parse(text), engine: null }));
  return a === b;
}

/** Runs a command, its output to a log; rejects with the end of the log where it fails. */
function selftrain(args, log) {
  const out = openSync(log, "a");
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", out, out] });
    child.on("error", fail);
    child.on("close", (code, signal) => {
      if (code === 0) return done();
      const error =
        readFileSync(log, "utf8")
          .match(/^error\[.*$/gm)
          ?.at(-1) ?? `ended with ${signal ?? code}`;
      fail(new Error(`${error} (${log})`));
    });
  });
}

/**
 * Runs every recipe over every seed and returns what became of each: { recipe, seed, folder, error }. What is finished is left
 * alone; what was interrupted goes on. `asked` are those that are reported, `all` has those that they may need too.
 */
export async function runAll({ asked, all, seeds, jobs, say, ...options }) {
  const inSlot = slots(jobs);
  const started = new Map();
  const run = (recipe, seed) => {
    const key = `${recipe.name} seed ${seed}`;
    if (!started.has(key)) started.set(key, runOne(recipe, seed, key));
    return started.get(key);
  };

  async function runOne(recipe, seed, key) {
    for (const needed of needsOf(recipe, all)) {
      await run(needed, seed).catch((error) => {
        throw new Error(`needs ${needed.name}, which failed: ${error.message}`);
      });
    }
    const folder = options.folderOf(recipe, seed);
    const settings = options.settingsOf(recipe);
    const config = stringify(configFor(recipe, seed, { all, ...options, settings }), { lineWidth: 0 });
    const [file, done, log] = ["yaml", "done", "log"].map((suffix) => `${folder}.${suffix}`);
    if (existsSync(file) && existsSync(folder) && !sameResult(readFileSync(file, "utf8"), config))
      throw new Error(
        `the recipe is another than the one that made ${folder}: delete that folder and ${done}`,
      );
    if (existsSync(done)) return;
    await inSlot(async () => {
      mkdirSync(dirname(folder), { recursive: true });
      writeFileSync(file, config);
      // A file without its mark may have been cut short.
      if (extname(folder) !== "") rmSync(folder, { force: true });
      const status = statusOf(folder);
      if (status !== "finished") {
        say(`${status === null ? "run" : "resume"} ${key}`);
        const how = status === null ? ["--config", file] : ["--resume", folder];
        await selftrain([...recipe.command, ...how], log);
      }
      writeFileSync(done, "");
    });
  }

  const wanted = seeds.flatMap((seed) => asked.map((recipe) => ({ recipe, seed })));
  return Promise.all(
    wanted.map(async ({ recipe, seed }) => {
      const folder = options.folderOf(recipe, seed);
      const error = await run(recipe, seed).then(
        () => null,
        (reason) => reason.message,
      );
      if (error !== null) say(`failed: ${recipe.name} seed ${seed}: ${error}`);
      return { recipe: recipe.name, seed, folder, error };
    }),
  );
}
