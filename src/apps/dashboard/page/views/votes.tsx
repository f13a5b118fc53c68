/** The groups of a step: one row a prompt with its vote; a click on a histogram filters them. */
import type { VNode } from "preact";
import { percent, plainNumber } from "../../../report/format.js";
import { Chip } from "../../../report/view/chip.js";
import { VoteBar } from "../../../report/view/vote-bar.js";
import { Verdict } from "../../../report/view/vote-card.js";
import { routes, type StepGroups, type VotedGroup } from "../../api/index.js";
import { groupsSql } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { FlagAndNote } from "../parts/flag.js";
import { type Filter, filterOf, Histograms, passes } from "../parts/histograms.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { group, run, source, step } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { go, href, text } from "../state/url.js";
import { GroupView } from "./group.js";

const SORTS = ["order", "agreement", "margin", "tokens", "reward"] as const;
type Sort = (typeof SORTS)[number];

const meanReward = ({ rewards }: VotedGroup): number => {
  const known = rewards.filter((reward) => reward !== null);
  return known.length === 0 ? 0 : known.reduce((sum, reward) => sum + reward, 0) / known.length;
};

const ORDER: Readonly<Record<Sort, (a: VotedGroup, b: VotedGroup) => number>> = {
  order: (a, b) => a.group - b.group,
  agreement: (a, b) => a.agreement - b.agreement || a.group - b.group,
  margin: (a, b) => a.margin - b.margin || a.group - b.group,
  tokens: (a, b) => b.meanTokens - a.meanTokens || a.group - b.group,
  reward: (a, b) => meanReward(b) - meanReward(a) || a.group - b.group,
};

export function VotesView(): VNode {
  const live = run.value!;
  const at = step.value;
  const chosen = group.value;
  if (at === null) return <p class="note">No step of this run kept its rollouts.</p>;
  if (chosen !== null) return <GroupView run={live.id} source={source.value} step={at} group={chosen} />;
  return <Groups id={live.id} at={at} />;
}

function Groups({ id, at }: { readonly id: string; readonly at: number }): VNode {
  const reply = useReply<StepGroups>(routes.step(id, source.value, at));
  const filter = filterOf();
  const sort = SORTS.find((own) => own === text("sort")) ?? "order";
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  const groups = reply.value;
  if (groups === null) return <Loading what={`step ${at}`} />;
  const shown = groups.groups.filter((own) => passes(own, filter)).sort(ORDER[sort]);
  const truth = run.value!.overview.value!.truth[source.value];
  return (
    <>
      {truth !== null && <p class="note">True answers are not known: {truth}</p>}
      <Gaps gaps={groups.gaps} />
      <Histograms groups={groups.groups} filter={filter} />
      <Panel
        title={`Votes at step ${groups.step}`}
        wide
        take={{
          table: () => tableOf(shown),
          sql: groupsSql(groups.step),
        }}
      >
        <div class="options">
          <label>
            sort by{" "}
            <select
              value={sort}
              onChange={(event) =>
                go(
                  { sort: event.currentTarget.value === "order" ? null : event.currentTarget.value },
                  { replace: true },
                )
              }
            >
              {SORTS.map((own) => (
                <option value={own} key={own}>
                  {own === "agreement" || own === "margin"
                    ? `${own}, smallest first`
                    : own === "order"
                      ? "order of the step"
                      : `${own}, largest first`}
                </option>
              ))}
            </select>
          </label>
          <Chips filter={filter} count={shown.length} of={groups.groups.length} />
        </div>
        <ol class={reply.loading ? "groups loading" : "groups"}>
          {shown.map((own) => (
            <Row own={own} key={own.group} />
          ))}
        </ol>
        {shown.length === 0 && <p class="note">No group of this step passes the filter.</p>}
      </Panel>
      <FlagAndNote run={id} on={{ source: source.value, step: groups.step, group: null, sample: null }} />
    </>
  );
}

function Chips({
  filter,
  count,
  of,
}: {
  readonly filter: Filter;
  readonly count: number;
  readonly of: number;
}): VNode {
  return (
    <span class="chips" role="status">
      {Object.entries(filter).map(([name, range]) => (
        <button
          type="button"
          class="chip"
          key={name}
          title="Take this filter away"
          onClick={() => go({ [`${name}Filter`]: null }, { replace: true })}
        >
          {name} {plainNumber(range[0])} to {plainNumber(range[1])} ✕
        </button>
      ))}
      {count === of ? `${of} groups` : `${count} of ${of} groups`}
    </span>
  );
}

function Row({ own }: { readonly own: VotedGroup }): VNode {
  return (
    <li>
      <a class="group-row" href={href({ group: own.group, a: null, b: null })}>
        <code class="prompt">{own.prompt}</code>
        <VoteBar
          classes={own.clusters}
          unanswered={own.unanswered.length}
          label={own.label}
          truth={own.truth}
        />
        <span class="facts">
          <span title="Share of the largest class">{percent(own.agreement)}</span>
          <Verdict majority={own.label} truth={own.truth} />
          {own.tie && <Chip title="Two classes are the largest">tie</Chip>}
          {own.rejected !== null && <Chip title={own.rejected}>rejected</Chip>}
          {own.rewardLabel !== null && own.rewardLabel !== own.label && (
            <Chip>rewarded {own.rewardLabel}</Chip>
          )}
        </span>
      </a>
    </li>
  );
}

const tableOf = (groups: readonly VotedGroup[]): Table => ({
  columns: [
    "group",
    "prompt",
    "label",
    "truth",
    "verdict",
    "agreement",
    "margin",
    "tie",
    "unanswered",
    "samples",
    "mean reward",
    "mean tokens",
    "rejected",
  ],
  rows: groups.map((own) => [
    own.group,
    own.prompt,
    own.label,
    own.truth,
    own.verdict,
    own.agreement,
    own.margin,
    own.tie,
    own.unanswered.length,
    own.samples,
    meanReward(own),
    own.meanTokens,
    own.rejected,
  ]),
});
