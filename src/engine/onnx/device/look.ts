/** A process that looks at the graphics device and prints what it finds, or why it finds none. It opens the device before anybody else does. */
import { SelftrainError } from "../../../errors.js";
import { Graph } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import { serialize } from "../../../graph/serialize.js";
import { bindingLimit } from "../c-api/binding-limit.js";
import { adapter } from "./adapter.js";
import { isDeterministic } from "./determinism.js";
import type { Looked } from "./report.js";

function someModel(): Uint8Array {
  const g = new Graph("device");
  g.output("y", ops.neg(g.input("x", "float32", [1])));
  return serialize(g);
}

async function look(): Promise<Looked> {
  try {
    const largestBinding = bindingLimit(someModel());
    return { report: { ...adapter(), largestBinding, deterministic: await isDeterministic() } };
  } catch (error) {
    if (error instanceof SelftrainError) return { error: error.toJSON() };
    throw error;
  }
}

process.stdout.write(JSON.stringify(await look()));
