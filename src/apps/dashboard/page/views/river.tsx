/** The river of one prompt: how its answers shared the vote over the steps. */
import type { VNode } from "preact";
import { River } from "../../../report/view/river.js";
import { type River as RiverReply, routes, type Shares, type StepGroups } from "../../api/index.js";
import { withQuery } from "../lib/http.js";
import { drawingWidth } from "../lib/narrow.js";
import { answersSql } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { run, source, step, toStep } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { go, href, text } from "../state/url.js";

export function RiverView(): VNode {
  const live = run.value!;
  const own = source.value;
  const prompts = useReply<StepGroups>(step.value === null ? null : routes.step(live.id, own, step.value));
  const chosen = text("prompt") ?? prompts.value?.groups[0]?.promptId ?? null;
  const reply = useReply<RiverReply>(
    chosen === null ? null : withQuery(routes.river(live.id), { prompt: chosen, source: own }),
  );
  const groups = prompts.value?.groups ?? [];
  const listed = groups.some(({ promptId }) => promptId === chosen);
  return (
    <>
      <div class="options">
        <label>
          prompt{" "}
          <select
            value={chosen ?? ""}
            onChange={(event) => go({ prompt: event.currentTarget.value }, { replace: true })}
          >
            {!listed && chosen !== null && <option value={chosen}>{reply.value?.prompt ?? chosen}</option>}
            {groups.map(({ group, promptId, prompt }) => (
              <option value={promptId} key={group}>
                {prompt.length > 70 ? `${prompt.slice(0, 69)}…` : prompt}
              </option>
            ))}
          </select>
        </label>
        {own === "rollouts" && (
          <span class="note">A training prompt is rarely seen twice; the probe's prompts come back.</span>
        )}
      </div>
      {reply.problem && <ProblemNote problem={reply.problem} again={reply.again} />}
      {reply.value === null && reply.loading && <Loading what="the river" />}
      {reply.value && <Drawn river={reply.value} />}
    </>
  );
}

function Drawn({ river }: { readonly river: RiverReply }): VNode {
  const { prompt, truth, steps, stepsKept, gaps } = river;
  return (
    <Panel
      title={`River of ${prompt.length > 60 ? `${prompt.slice(0, 59)}…` : prompt}`}
      wide
      take={{
        drawing: true,
        table: () => sharesTable(river),
        sql: answersSql(river.source, river.promptId),
      }}
    >
      <p class="facts">
        <code>{prompt}</code> <span>truth {truth === null ? "not known" : <code>{truth}</code>}</span>
        {step.value !== null && <a href={href({ view: "votes", group: null })}>votes of step {step.value}</a>}
      </p>
      {steps.length < stepsKept && (
        <p class="note">
          {steps.length} of {stepsKept} steps, evenly spaced, the first and the last among them.
        </p>
      )}
      <Gaps gaps={gaps} />
      {steps.length === 0 ? (
        <p class="note">This prompt was not asked at any step that was kept.</p>
      ) : (
        <River data={river} title={prompt} width={drawingWidth()} at={step.value} onPick={toStep} />
      )}
    </Panel>
  );
}

export const sharesTable = ({ steps, bands, others, unanswered }: Shares): Table => ({
  columns: ["step", ...bands.map(({ answer }) => answer), "other answers", "no answer"],
  rows: steps.map((at, i) => [at, ...bands.map(({ shares }) => shares[i]!), others[i]!, unanswered[i]!]),
});
