/** `tinker-state.json`: where the server keeps the state of training, and what is known of the server. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { REMOTE_STATE } from "../../model/remote-state.js";

const stateSchema = z.object({
  version: z.literal(1),
  /** As the server calls it, `tinker://…`. */
  path: z.string().min(1),
  policyVersion: z.int().min(0),
  baseModel: z.string(),
  facts: z.object({
    reduction: z.enum(["sum-sum", "sum-mean", "mean-sum", "mean-mean", "token-mean"]),
    echoes: z.boolean(),
    equalSamples: z.boolean(),
  }),
});

export type TinkerState = z.output<typeof stateSchema>;

export function writeState(folder: string, state: Omit<TinkerState, "version">): void {
  fs.writeFileSync(join(folder, REMOTE_STATE), `${JSON.stringify({ version: 1, ...state }, null, 2)}\n`);
}

/** Throws `tinker-state-invalid`. */
export function readState(folder: string): TinkerState {
  const path = join(folder, REMOTE_STATE);
  let why: string;
  try {
    const parsed = stateSchema.safeParse(JSON.parse(fs.readFileSync(path, "utf8")));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    why = `${issue?.path.join(".")}: ${issue?.message}`;
  } catch (error) {
    why = (error as Error).message;
  }
  throw new SelftrainError({
    code: "tinker-state-invalid",
    message: "this folder does not say where a server keeps a state of training",
    found: why,
    expected: REMOTE_STATE,
    where: path,
    remedy:
      "resume from a checkpoint that this engine wrote; one of the embedded engine cannot be loaded into a server",
  });
}
