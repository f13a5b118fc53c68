/** A request of `selftrain vote serve`: its groups, voted on in turns, so that a long request does not keep others waiting. */
import { setImmediate } from "node:timers/promises";
import { type VoteServeConfig, voteRequestSchema } from "../../config/grade-config.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { parseJson } from "../../data/table/exact-json.js";
import { Refusal } from "../../io/http/refusal.js";
import { Grader } from "./grader.js";
import { type GroupVote, voteOnGroup } from "./group-vote.js";
import { type GradedSample, gradeSample } from "./sample.js";

/** Work that is done before others have their turn, in characters that are graded: some milliseconds. */
const TURN = 2 ** 14;
/** What a sample costs beside its characters. */
const SAMPLE = 100;

/** Lets others have their turn. */
export type Pause = () => Promise<void>;

/** A pause in which all other requests go on; throws an `AbortError` once this one is given up. */
export const pauseOf =
  (signal: AbortSignal): Pause =>
  () =>
    setImmediate(undefined, { signal });

/** Votes on the groups of a request. Throws what is wrong with it. */
export async function voteOnRequest(
  body: string,
  config: VoteServeConfig,
  pause: Pause,
): Promise<{ results: GroupVote[] }> {
  const value = parsed(body);
  await pause();
  const { groups, options: given } = checked(value);
  await pause();
  const options = {
    ...config,
    ...Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)),
  };
  const grader = new Grader(config, solutionRules);
  const results: GroupVote[] = [];
  let work = 0;
  for (const { id, samples } of groups) {
    const graded: GradedSample[] = [];
    for (const [i, sample] of samples.entries()) {
      graded.push(gradeSample(sample, `sample ${i + 1} of group ${id}`, grader));
      work += SAMPLE + graded[i]!.length;
      if (work < TURN) continue;
      work = 0;
      await pause();
    }
    results.push(voteOnGroup(String(id), graded, options));
  }
  grader.failures.check();
  await pause();
  return { results };
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new Refusal(400, {
      code: "request-json",
      message: `the body is not JSON: ${(error as Error).message}`,
      expected: SHAPE,
      remedy: "mend the JSON; a body is one object",
    });
  }
}

const SHAPE = '{"groups": [{"id": "…", "samples": [{"text": "…"}]}], "options": {}}';

function checked(value: unknown) {
  const result = voteRequestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue!.path.join(".");
  throw new Refusal(400, {
    code: "request-malformed",
    message: `${where || "the body"}: ${issue!.message}`,
    expected: SHAPE,
    remedy:
      "send groups, each with an id and one sample or more; options are ties, minAnswers, weights, reward and seed",
  });
}
