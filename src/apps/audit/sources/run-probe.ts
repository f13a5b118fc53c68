/** The probes of a run: the majorities of prompts that come back, and their completions. */
import { SelftrainError } from "../../../errors.js";
import { listProbes, readProbeVotes } from "../../../run/probes.js";
import { probeAnswersOf } from "../../../training/start/true-answers.js";
import type { Omission, ProbeVotes } from "../source.js";

/** In step order. A probe that cannot be read is left out, and said. */
export async function readProbes(run: string, omissions: Omission[]): Promise<ProbeVotes[]> {
  const files = listProbes(run);
  if (files.length === 0) return [];
  const { labels, missing } = await probeAnswersOf(run);
  if (missing !== null)
    omissions.push({ what: "true answers of the probe", why: `its prompts cannot be had: ${missing}` });
  const probes: ProbeVotes[] = [];
  for (const { step, path } of files) {
    try {
      const rows = await readProbeVotes(path);
      const prompts = new Map(rows.map((row) => [row.promptId, row]));
      probes.push({
        step,
        votes: [...prompts.values()].map(({ promptId, prompt, voteLabel }) => ({
          promptId,
          prompt,
          majority: voteLabel,
          truth: labels.get(promptId) ?? null,
        })),
      });
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      omissions.push({ what: `the probe of step ${step}`, why: error.message });
    }
  }
  return probes;
}
