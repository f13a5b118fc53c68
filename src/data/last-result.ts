/** What the steps of a solution came to, where the prompts are of a task whose format shows it. */
import { heldOutSource } from "../config/held-out.js";
import type { TrainConfig } from "../config/train-config.js";
import { taskNamed } from "./tasks/registry.js";

/** The last result of a solution in canonical form; null where its steps show none. */
export type LastResult = (prompt: string, solution: string) => string | null;

/** Null where the format of the trained prompts does not show any. Throws as `taskNamed`. */
export function lastResultOf(
  config: Pick<TrainConfig, "prompts" | "evaluation" | "testTime">,
  canonicalise: (answer: string) => string | null,
): LastResult | null {
  const { task } = config.testTime ? heldOutSource(config).source : config.prompts;
  const read = task === undefined ? undefined : taskNamed(task).lastResult;
  if (read === undefined) return null;
  return (prompt, solution) => {
    const found = read(prompt, solution);
    return found === null ? null : canonicalise(found);
  };
}
