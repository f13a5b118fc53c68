/** One workload on both sides, with the machine's roofs measured between its repetitions. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { alternate, seconds } from "./measure.mjs";
import { models, openEngine } from "./models.mjs";
import { Repeater } from "./repeater.mjs";
import { settings } from "./settings.mjs";

const ROOF = fileURLToPath(new URL("roofs/roof.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../scripts/peers/worker.py", import.meta.url));

/** Times and rates of a workload, as `alternate` returns them. Engine, peer and roofs are opened for it and closed after it. */
export async function compare(name, workload, runs, context) {
  context.log(`${name}: warming up`);
  const engine = await openEngine(workload.model);
  const roofs = {};
  let peer = null;
  try {
    if (workload.flops) roofs.matmul = await startRoof("matmul");
    if (workload.bytes) roofs.copy = await startRoof("copy");
    peer = await modelPeer(name, workload, engine, context);
    const ours = workload.open(engine);
    await warm(ours);
    if (peer) await warm(() => peer.run());
    context.log(`${name}: ${runs} runs${peer ? " a side" : ""}`);
    return await alternate(runs, ours, peer, roofs);
  } finally {
    for (const process of [...Object.values(roofs), peer]) process?.close();
    await engine.close();
  }
}

async function warm(repetition) {
  for (let spent = 0; spent < settings.warmSeconds; ) spent += await seconds(repetition);
}

/** The matrix product rates of both sides: seconds of one repetition. */
export async function compareMatmul(runs, context) {
  context.log("matmul: warming up");
  const roof = await startRoof("matmul");
  const peer = await startPeer("matmul", {}, "", context);
  try {
    context.log(`matmul: ${runs} runs${peer ? " a side" : ""}`);
    return await alternate(runs, () => roof.run(), peer);
  } finally {
    for (const process of [roof, peer]) process?.close();
  }
}

const startRoof = (name) => Repeater.start(process.execPath, [ROOF, name]);

/** The peer of a workload, which loads the engine's weights. */
async function modelPeer(name, { model, sizes, peer }, engine, context) {
  if (!peer || !context.python) return null;
  const folder = join(context.folder, name);
  mkdirSync(folder);
  await engine.exportWeights(folder);
  return startPeer(peer.kind, { ...sizes, vocabSize: models[model].vocabSize }, folder, context);
}

/** Null where there is no Python, and, the reason said, where the peer fails: our side then runs alone. */
async function startPeer(kind, sizes, modelFolder, { python, versions, log }) {
  if (!python) return null;
  try {
    const job = JSON.stringify({ ...settings, sizes });
    const peer = await Repeater.start(python, [WORKER, kind, job, modelFolder]);
    Object.assign(versions, peer.versions);
    return peer;
  } catch (error) {
    log(`${kind}: no peer, our side alone. ${error.message}`);
    return null;
  }
}
