/**
 * A run that can learn nothing says so: where most completions have no answer, or are cut off, nobody votes and nothing is paid. Looks at samples
 * alone, never at a label.
 */
import { solutionRules } from "../../core/answer/extract/rules.js";
import type { Reading } from "../../core/answer/read.js";
import { isAnswer } from "../../core/answer/same.js";
import type { Group, Rollout } from "../../group.js";
import { shareOf } from "../../numbers.js";
import type { Notice, Observer } from "../../run/observer.js";

/** Share of the completions above which it is said. */
export const MOST = 0.5;

/** Characters of the completion that are shown, from its end, where answers stand. */
const SHOWN = 200;

/** What a notice shows of a completion. */
export interface ShownCompletion {
  /** The end of it; `…` stands where the beginning was cut. */
  readonly completion: string;
  readonly promptId: string;
  readonly finish: Rollout["finish"];
}

interface Placed {
  readonly promptId: string;
  readonly rollout: Rollout;
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

function shown({ promptId, rollout: { text, finish } }: Placed): ShownCompletion {
  const letters = [...text];
  const completion = letters.length <= SHOWN ? text : `…${letters.slice(-SHOWN).join("")}`;
  return { completion, promptId, finish };
}

/** How the samples were made. */
export interface SampledWith {
  readonly maxNewTokens: number;
  /** How their answers were read; as in any text, where it is absent. */
  readonly reading?: Reading | undefined;
}

/** The notices that these samples call for; `which` names them, for example `step 1`. */
export function sampleNotices(
  which: string,
  groups: readonly Group[],
  { maxNewTokens, reading = {} }: SampledWith,
): Notice[] {
  const all = groups.flatMap(({ prompt, rollouts }) =>
    rollouts.map((rollout): Placed => ({ promptId: prompt.id, rollout })),
  );
  const cut = all.filter(({ rollout }) => rollout.finish === "length");
  const unanswered = all.filter(({ rollout }) => !isAnswer(rollout.answer));
  const counted = (some: readonly Placed[]) =>
    `${some.length} of ${all.length} completions of ${which} (${percent(some.length / all.length)})`;
  const more = "selftrain generate shows more completions";
  const notices: Notice[] = [];
  if (cut.length > MOST * all.length)
    notices.push({
      code: "truncated",
      message: `${counted(cut)} were cut off at ${maxNewTokens} tokens${reading.truncated === "extract" ? "" : ", and have no answer"}`,
      found: shown(cut[0]!),
      expected: "completions that end by themselves within --max-new-tokens",
      remedy: `raise --max-new-tokens (${maxNewTokens}), or ask for short answers with --instruction; ${more}`,
    });
  if (unanswered.length > MOST * all.length) {
    // A completion that ended tells more about the rules than one that was cut.
    const ended = unanswered.filter(({ rollout }) => rollout.finish === "stop");
    const names = reading.rules?.map(({ name }) => name) ?? solutionRules;
    const mostlyCut = shareOf(unanswered, ({ rollout }) => rollout.finish === "length") > MOST;
    notices.push({
      code: "no-answers",
      message: `${counted(unanswered)} have no answer: they do not vote, and are never right`,
      found: shown(ended[0] ?? unanswered[0]!),
      expected: `an answer that one of the rules finds: ${names.join(", ")}`,
      remedy: mostlyCut
        ? `raise --max-new-tokens (${maxNewTokens}): most of them were cut off; ${more}`
        : `name a rule that finds it with --rules (docs/concepts/answers.md), or say with --instruction how to write it; ${more}`,
    });
  }
  return notices;
}

/** What one process says of the samples of a run: each notice once, however many samples call for it. */
export class SampleNotices {
  readonly #maxNewTokens: number;
  readonly #observer: Observer | undefined;
  readonly #seen = new Set<string>();
  readonly #said = new Set<string>();

  constructor({ maxNewTokens }: Pick<SampledWith, "maxNewTokens">, observer: Observer | undefined) {
    this.#maxNewTokens = maxNewTokens;
    this.#observer = observer;
  }

  /** Looks at the first samples of a kind, and at no later ones; `which` names them in the notice. */
  look(kind: "step" | "evaluation", which: string, groups: readonly Group[], reading?: Reading): void {
    if (this.#seen.has(kind)) return;
    this.#seen.add(kind);
    for (const notice of sampleNotices(which, groups, { maxNewTokens: this.#maxNewTokens, reading })) {
      if (this.#said.has(notice.code)) continue;
      this.#said.add(notice.code);
      this.#observer?.({ type: "notice", ...notice });
    }
  }
}
