/**
 * The first batch of a step, sampled while the step before it trains (`engine.overlap`): its policy is one update older than the one that it
 * trains, and the loss's ratios, π over the policy that sampled, make up for that. Never across a checkpoint: a run that goes on from one
 * samples the step after it with the policy as it is, and so does the run that was not interrupted.
 */
import type { Group } from "../../group.js";
import { discardAhead } from "./ahead-slot.js";
import { type Collecting, firstBatch, sampleFirst } from "./collect.js";

/** Begins the step after one whose samples are there, with the policy as it is now. What comes of it is known when it is taken. */
export async function beginAhead(done: number, collecting: Collecting): Promise<void> {
  const { config, session, stage } = collecting;
  if (!config.engine.overlap || done >= config.steps || done % config.checkpointEvery === 0) return;
  const step = done + 1;
  const sampler = await session.engine.refreshSampler();
  const groups = sampleFirst(step, sampler, collecting, { ahead: true });
  // Told where it is taken.
  groups.catch(() => {});
  session.ahead.begun = { step, stage: stage.number, prompts: firstBatch(step, collecting).length, groups };
}

/** The groups of a step that were begun; null where none were, or the step has come out otherwise. Throws as sampling does. */
export async function takeAhead(step: number, collecting: Collecting): Promise<Group[] | null> {
  const { session, stage } = collecting;
  const { begun } = session.ahead;
  const fits =
    begun !== null &&
    begun.step === step &&
    begun.stage === stage.number &&
    begun.prompts === firstBatch(step, collecting).length;
  if (!fits) {
    await discardAhead(session.ahead);
    return null;
  }
  session.ahead.begun = null;
  return begun.groups;
}
