/** The report of the demo: the gain, its curves, the choice of a way, the collapse, the votes, and how it was made. */

import { aboutContent, commandsContent } from "./demo-about.js";
import { collapseContent } from "./demo-collapse.js";
import type { DemoReportData } from "./demo-data.js";
import { gainCurves, gainTable } from "./demo-gain.js";
import { twoWaysContent } from "./demo-two-ways.js";
import { duration } from "./format.js";
import { html } from "./html.js";
import { renderPage } from "./page.js";
import { controlSentence, gainSentence, sharpeningSentence } from "./verdict.js";
import { draw } from "./view/draw.js";
import { VoteSets } from "./view/vote-card.js";

/** The report as one self-contained HTML text. */
export function renderDemoReport(data: DemoReportData): string {
  const { arms, meta } = data;
  const votes = draw(VoteSets, { sets: data.votes });
  return renderPage({
    title: "selftrain demo",
    kicker: ["selftrain demo", `seed ${meta.seed}`, duration(meta.seconds), meta.date?.slice(0, 10)]
      .filter((part) => part !== undefined)
      .join(" · "),
    headline: gainSentence("Self-training without labels", arms.base, arms.srt),
    lead: html`<p>${controlSentence(arms.base, arms.srt, arms.groundTruth)} ${
      arms.srt.mean > arms.base.mean && sharpeningSentence(arms.base, arms.srt)
    }</p><p class="note">The model sampled several solutions to each prompt; the commonest answer became the label, and agreeing with it was the reward. True answers were used to measure and never to train, except in the ground-truth arm.</p>`,
    sections: [
      { id: "results", title: "Results", content: gainTable(data) },
      { id: "training", title: "Training, step by step", link: "Training", content: gainCurves(data) },
      {
        id: "ways",
        title: "Two ways to answer",
        content: twoWaysContent(data),
      },
      {
        id: "collapse",
        title: "Where it goes wrong: reward hacking",
        link: "Reward hacking",
        content: collapseContent(data),
      },
      {
        id: "votes",
        title: "Look at the votes",
        link: "Votes",
        content:
          votes &&
          html`<p>What the samples answered, how the vote fell, and what the true answer was. The blue bar is the majority: the label that training used.</p>${votes}`,
      },
      { id: "next", title: "Try next", content: commandsContent(meta.nextCommands) },
      { id: "about", title: "How this was made", link: "Settings", content: aboutContent(meta) },
    ],
    footer: html`Made by selftrain. This file is complete: it loads nothing from the network.`,
  });
}
