/** One workload on our side and by its peer in every configuration, with the machine's roofs measured between its repetitions. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configurations, eager } from "./configurations.mjs";
import { alternate, seconds } from "./measure.mjs";
import { models, openEngine } from "./models.mjs";
import { Repeater } from "./repeater.mjs";
import { settings } from "./settings.mjs";

const ROOF = fileURLToPath(new URL("roofs/roof.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../scripts/peers/worker.py", import.meta.url));

/**
 * Times and rates of a workload, as `alternate` returns them, with `missing`, the reasons of the configurations that do not run here. Engine,
 * peers and roofs are opened for it and closed after it.
 */
export async function compare(name, workload, runs, context) {
  context.log(`${name}: warming up`);
  const engine = await openEngine(workload.model);
  const roofs = {};
  const peers = { running: {}, missing: {} };
  try {
    if (workload.flops) roofs.matmul = await startRoof("matmul");
    if (workload.bytes) roofs.copy = await startRoof("copy");
    await modelPeers(name, workload, engine, context, peers);
    const ours = workload.open(engine);
    await warm(ours);
    for (const peer of Object.values(peers.running)) await warm(() => peer.run());
    context.log(`${name}: ${runs} runs${besides(peers)}`);
    return { ...(await alternate(runs, ours, peers.running, roofs)), missing: peers.missing };
  } finally {
    for (const process of [...Object.values(roofs), ...Object.values(peers.running)]) process.close();
    await engine.close();
  }
}

/** Repeats it untimed until it is warm. */
export async function warm(repetition) {
  for (let spent = 0; spent < settings.warmSeconds; ) spent += await seconds(repetition);
}

/** The matrix product rates of both sides: seconds of one repetition. */
export async function compareMatmul(runs, context) {
  context.log("matmul: warming up");
  const roof = await startRoof("matmul");
  const peers = { running: {}, missing: {} };
  try {
    await startPeers({ kind: "matmul", configurations: eager }, {}, "", context, peers);
    context.log(`matmul: ${runs} runs${besides(peers)}`);
    return { ...(await alternate(runs, () => roof.run(), peers.running)), missing: peers.missing };
  } finally {
    for (const process of [roof, ...Object.values(peers.running)]) process.close();
  }
}

/** A roof, and what it is to be measured on: settings, as JSON. */
export const startRoof = (name, on = {}) =>
  Repeater.start(process.execPath, [ROOF, name, JSON.stringify(on)]);

const besides = ({ running }) => {
  const names = Object.keys(running);
  return names.length === 0 ? "" : ` a side, the peer as ${names.join(", ")}`;
};

/** The peer of a workload in each configuration, which all load the engine's weights. */
async function modelPeers(name, { model, sizes, peer }, engine, context, peers) {
  if (!peer || !context.python) return;
  const folder = join(context.folder, name);
  mkdirSync(folder);
  await engine.exportWeights(folder);
  await startPeers(peer, { ...sizes, vocabSize: models[model].vocabSize }, folder, context, peers);
}

/** Starts them one after another. None where there is no Python; one that fails is missing, its reason said. */
async function startPeers(peer, sizes, modelFolder, { python, versions, log }, { running, missing }) {
  if (!python) return;
  for (const name of peer.configurations) {
    try {
      const job = JSON.stringify({ ...settings, sizes, configuration: configurations[name] });
      running[name] = await Repeater.start(python, [WORKER, peer.kind, job, modelFolder]);
      Object.assign(versions, running[name].versions);
    } catch (error) {
      missing[name] = error.message.split("\n").at(-1);
      log(`${peer.kind}: the peer does not run as ${name}. ${error.message}`);
    }
  }
}
