/** The collapse view: whether one answer takes over all prompts, who gave it first, and what was common before and after. */
import type { VNode } from "preact";
import { percent } from "../../../report/format.js";
import { Bar } from "../../../report/view/bar.js";
import { River } from "../../../report/view/river.js";
import { type Collapse, routes } from "../../api/index.js";
import { withQuery } from "../lib/http.js";
import { drawingWidth } from "../lib/narrow.js";
import { answersSql } from "../lib/queries.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { run, source, step, toStep } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { href } from "../state/url.js";
import { sharesTable } from "./river.js";

export function CollapseView(): VNode {
  const live = run.value!;
  const reply = useReply<Collapse>(withQuery(routes.collapse(live.id), { source: source.value }));
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return <Loading what="the answers of all steps" />;
  const collapse = reply.value;
  const { steps, stepsKept, attractor, before, after, gaps } = collapse;
  if (steps.length === 0) return <p class="note">No step of this run kept its answers.</p>;
  return (
    <>
      <Gaps gaps={gaps} />
      <Panel
        title="Commonest answers across prompts"
        wide
        take={{
          drawing: true,
          table: () => sharesTable(collapse),
          sql: answersSql(collapse.source),
        }}
      >
        <p class="note">
          Healthy answers differ with their prompts, so that no band is wide. One band that fills the picture
          is a collapse.
          {steps.length < stepsKept &&
            ` ${steps.length} of ${stepsKept} steps, evenly spaced, the first and the last among them.`}
        </p>
        <River data={collapse} title="all prompts" width={drawingWidth()} at={step.value} onPick={toStep} />
      </Panel>
      <div class="panels">
        <Common title="Before: the first tenth of the steps" answers={before} attractor={attractor} />
        <Common title="After: the last tenth" answers={after} attractor={attractor} />
      </div>
      {attractor !== null && <Movers collapse={collapse} attractor={attractor} />}
    </>
  );
}

function Common({
  title,
  answers,
  attractor,
}: {
  readonly title: string;
  readonly answers: Collapse["before"];
  readonly attractor: string | null;
}): VNode {
  return (
    <Panel
      title={title}
      take={{
        table: () => ({
          columns: ["answer", "share"],
          rows: answers.map(({ answer, share }) => [answer, share]),
        }),
      }}
    >
      <table class="data">
        <thead>
          <tr>
            <th scope="col">answer</th>
            <th scope="col">share</th>
            <th scope="col">
              <span class="visually-hidden">bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {answers.map(({ answer, share }) => (
            <tr key={answer} class={answer === attractor ? "majority" : ""}>
              <th scope="row">
                <code>{answer}</code>
                {answer === attractor && " rose most"}
              </th>
              <td>{percent(share)}</td>
              <td class="share">
                <Bar count={share} total={1} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Movers({ collapse, attractor }: { readonly collapse: Collapse; readonly attractor: string }): VNode {
  const { firstMovers } = collapse;
  return (
    <Panel
      title="First movers"
      wide
      take={{
        table: () => ({
          columns: ["step", "group", "prompt", "truth", "share"],
          rows: firstMovers.map(({ step, group, prompt, truth, share }) => [
            step,
            group,
            prompt,
            truth,
            share,
          ]),
        }),
      }}
    >
      <p class="note">
        Prompts whose majority first became <code>{attractor}</code>, the answer that rose most, though it is
        not theirs.
      </p>
      {firstMovers.length === 0 ? (
        <p class="note">There is none: wherever it is the majority it is right, or the truth is not known.</p>
      ) : (
        <ol class="movers">
          {firstMovers.map(({ step: at, group, prompt, promptId, truth, share }) => (
            <li key={promptId}>
              <a href={href({ view: "votes", source: collapse.source, step: at, group })}>step {at}</a>{" "}
              <code>{prompt}</code> truth <code>{truth ?? "not known"}</code>, {percent(share)} said{" "}
              <code>{attractor}</code>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
