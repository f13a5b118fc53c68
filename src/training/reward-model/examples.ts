/** Votes as token ids with their verdicts, some of them held out by prompt. */
import { sameAnswer } from "../../core/answer/same.js";
import { type Objective, teaches, type Weighting } from "../../core/reward-model/objective.js";
import { type VoteVerdict, voteVerdict } from "../../core/reward-model/vote-verdict.js";
import type { Datum } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import type { Prompt } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { hashString } from "../../random.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { checkLengths, type Measured } from "../rollout/fit.js";
import type { VotedPrompt, Votes } from "./votes.js";

export interface Example {
  readonly id: string;
  /** n sequences. */
  readonly sequences: readonly Pick<Datum, "prompt" | "completion">[];
  readonly verdict: VoteVerdict;
  /** Whether each solution has the true answer; null where it is not known. For metrics alone. */
  readonly right: readonly boolean[] | null;
}

export interface Examples {
  readonly train: readonly Example[];
  readonly heldOut: readonly Example[];
  /** Groups that were read; those of them without a label are in neither part. */
  readonly groups: number;
  readonly unlabelled: number;
}

export interface RewardVotes {
  /** Groups that are trained on. */
  readonly examples: readonly Example[];
  /** Those held out that are measured. */
  readonly heldOut: readonly Example[];
  readonly description: string;
  /** What the user may want to know. */
  readonly notes: readonly string[];
}

/** Whether a prompt is held out: a pure function of its text, so that no source of votes can bring it back into training. */
const isHeldOut = ({ text, messages }: Prompt, share: number): boolean =>
  hashString(`reward-model\n${messages === undefined ? text : JSON.stringify(messages)}`) / 2 ** 32 < share;

/** Throws as encoding does, and `prompt-too-long` with the solutions that do not fit the model. */
export function makeExamples(
  { groups, truth }: Votes,
  tokenizer: Tokenizer,
  contextLength: number,
  heldOut: number,
): Examples {
  const train: Example[] = [];
  const out: Example[] = [];
  for (const group of groups) {
    const example = exampleOf(group, truth.get(group.prompt.id), tokenizer);
    if (example) (isHeldOut(group.prompt, heldOut) ? out : train).push(example);
  }
  const sequences = [...train, ...out].flatMap(measured);
  checkLengths({ contextLength }, [{ what: "solutions", sequences }], REMEDY);
  return {
    train,
    heldOut: out,
    groups: groups.length,
    unlabelled: groups.length - train.length - out.length,
  };
}

const REMEDY = "take votes of shorter solutions, or a model of a longer context";

const measured = ({ id, sequences }: Example): Measured[] =>
  sequences.map(({ prompt, completion }) => ({
    where: `prompt ${id}`,
    prompt: prompt.length,
    completion: completion.length,
  }));

function exampleOf(
  { prompt, solutions, label }: VotedPrompt,
  truth: string | undefined,
  tokenizer: Tokenizer,
): Example | null {
  const answers = solutions.map(({ answer }) => answer);
  const verdict = voteVerdict(answers, label);
  if (verdict === null) return null;
  const ids = encodePrompt(tokenizer, prompt);
  return {
    id: prompt.id,
    verdict,
    right: truth === undefined ? null : answers.map((answer) => sameAnswer(answer, truth)),
    sequences: solutions.map(({ completion, finish }) => {
      const end = finish === "stop" ? [tokenizer.eosTokens[0]!] : [];
      return { prompt: ids, completion: [...tokenizer.encode(completion), ...end] };
    }),
  };
}

/** The examples that the objective learns from. Throws `votes-teach-nothing` where there is none. */
export function teaching(
  { train, groups, unlabelled }: Examples,
  objective: Objective,
  weighting: Weighting,
): readonly Example[] {
  const kept = train.filter(({ verdict }) => teaches(verdict, objective, weighting));
  if (kept.length > 0) return kept;
  throw new SelftrainError({
    code: "votes-teach-nothing",
    message: `None of the votes teaches a reward model anything by objective ${objective} with weighting ${weighting}.`,
    found: `${groups} groups, ${unlabelled} of them without a label, ${train.length} to train on`,
    expected:
      objective === "bradley-terry"
        ? "groups with solutions that agree with the majority, and some that do not"
        : "groups with a label",
    where: "votes",
    remedy: "Take votes of an earlier or less certain policy, or more prompts.",
  });
}

/** The longest sequence, in tokens: of the prompt, and of the completion. */
export function longest(examples: readonly Example[]): { prompt: number; completion: number } {
  let [prompt, completion] = [0, 0];
  for (const { sequences } of examples)
    for (const s of sequences) {
      prompt = Math.max(prompt, s.prompt.length);
      completion = Math.max(completion, s.completion.length);
    }
  return { prompt, completion };
}
