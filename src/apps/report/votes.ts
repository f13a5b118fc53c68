/** "Look at the votes": a card a prompt with a bar for each answer, the majority, the hidden truth and one sample. */
import { html, type SafeHtml } from "./html.js";
import type { AnswerCount, VoteExample, VoteSet } from "./vote-example.js";

const CLASSES_SHOWN = 6;

/** Sets of examples, each under its title; undefined where there is none. */
export function voteSets(sets: readonly VoteSet[]): SafeHtml | undefined {
  const filled = sets.filter(({ examples }) => examples.length > 0);
  if (filled.length === 0) return undefined;
  return html`${filled.map(
    ({ title, note, examples }) =>
      html`<h3>${title}</h3>${note && html`<p class="note">${note}</p>`}<div class="votes">${examples.map(voteCard)}</div>`,
  )}`;
}

/** One prompt's vote. */
export function voteCard(example: VoteExample): SafeHtml {
  const total = example.classes.reduce((sum, { count }) => sum + count, 0);
  const shown = shownClasses(example);
  const rest = example.classes.filter((entry) => !shown.includes(entry));
  const restCount = rest.reduce((sum, { count }) => sum + count, 0);
  return html`<article class="vote"><header><code class="prompt">${example.prompt}</code>${verdict(example)}</header><ul>${shown.map(
    (entry) => answerBar(example, entry, total),
  )}${
    rest.length > 0 &&
    html`<li class="rest"><span class="answer">${rest.length} other${rest.length > 1 && "s"}</span>${bar(restCount, total)}<span class="count">${restCount}</span></li>`
  }</ul>${
    example.truth !== undefined &&
    html`<p class="truth">True answer <code>${example.truth}</code> <span class="hidden-note">hidden from training</span></p>`
  }${
    example.label !== undefined &&
    html`<p class="truth">Rewarded answer <code>${example.label ?? "none"}</code></p>`
  }<details open><summary>one of the ${total} samples</summary><pre>${example.completion}</pre></details></article>`;
}

/** The largest classes, and the true answer's class wherever it stands. */
function shownClasses({ classes, truth }: VoteExample): readonly AnswerCount[] {
  return classes.filter(({ answer }, i) => i < CLASSES_SHOWN || (answer !== null && answer === truth));
}

function answerBar(example: VoteExample, { answer, count }: AnswerCount, total: number): SafeHtml {
  const isMajority = answer !== null && answer === example.majority;
  const isTruth = answer !== null && answer === example.truth;
  return html`<li${isMajority && html` class="majority"`}><span class="answer">${
    answer === null ? html`<em>no answer</em>` : html`<code>${answer}</code>`
  }${isTruth && html`<span class="tick" title="the true answer">✓</span>`}</span>${bar(count, total)}<span class="count">${count}${
    isMajority && html`<span class="visually-hidden"> votes, the majority</span>`
  }</span></li>`;
}

function bar(count: number, total: number): SafeHtml {
  const width = total === 0 ? 0 : Math.round((10000 * count) / total) / 100;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="fill" width="${width}" height="10"/></svg>`;
}

function verdict({ majority, truth }: VoteExample): SafeHtml | undefined {
  if (majority === null) return html`<span class="chip">no majority</span>`;
  if (truth === undefined) return undefined;
  return majority === truth
    ? html`<span class="chip good">label right</span>`
    : html`<span class="chip bad">label wrong</span>`;
}
