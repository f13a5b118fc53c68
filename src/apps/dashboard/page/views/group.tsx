/** One prompt at one step: the vote, its clusters with their members, what they earned, and two samples side by side. */
import type { VNode } from "preact";
import { percent, plainNumber } from "../../../report/format.js";
import { Bar } from "../../../report/view/bar.js";
import { Chip } from "../../../report/view/chip.js";
import { VoteBar } from "../../../report/view/vote-bar.js";
import { Verdict } from "../../../report/view/vote-card.js";
import {
  type Cluster,
  type GroupRollouts,
  routes,
  type ShownRollout,
  type Source,
  type VotedGroup,
} from "../../api/index.js";
import { groupSql } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { FlagAndNote } from "../parts/flag.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { Sample } from "../parts/sample.js";
import { canShade, SHADES, type Shade } from "../parts/tokens.js";
import { useKeys } from "../state/keys.js";
import { useReply } from "../state/reply.js";
import { go, href, number, text } from "../state/url.js";

interface Place {
  readonly run: string;
  readonly source: Source;
  readonly step: number;
  readonly group: number;
}

export function GroupView(at: Place): VNode {
  const reply = useReply<GroupRollouts>(routes.group(at.run, at.source, at.step, at.group));
  const own = reply.value;
  const rollouts = own?.rollouts ?? [];
  const a = chosen(rollouts, number("a"), own?.group, 0);
  const b = chosen(rollouts, number("b"), own?.group, 1);
  const move = (by: number): void => {
    // Keys come faster than the page is drawn: the address is ahead of it.
    const now = number("a") ?? a;
    const place = rollouts.findIndex(({ sample }) => sample === now);
    const next = rollouts[Math.max(0, Math.min(rollouts.length - 1, place + by))];
    if (next) go({ a: next.sample }, { replace: true });
  };
  const prompt = (by: number): void =>
    go({ group: Math.max(0, (number("group") ?? at.group) + by), a: null, b: null }, { replace: true });
  useKeys([
    { key: "j", does: "next sample", run: () => move(1) },
    { key: "k", does: "previous sample", run: () => move(-1) },
    { key: "o", does: "next prompt", run: () => prompt(1) },
    { key: "u", does: "previous prompt", run: () => prompt(-1) },
    { key: "x", does: "swap the two samples", run: () => go({ a: b, b: a }, { replace: true }) },
    { key: "Escape", does: "back to the step's votes", run: () => go({ group: null, a: null, b: null }) },
  ]);
  const back = (
    <p>
      <a href={href({ group: null, a: null, b: null })}>← all votes of step {at.step}</a>
    </p>
  );
  if (reply.problem)
    return (
      <>
        {back}
        <ProblemNote problem={reply.problem} again={reply.again} />
      </>
    );
  if (own === null) return <Loading what={`group ${at.group} of step ${at.step}`} />;
  return (
    <div class={reply.loading ? "loading" : ""}>
      {back}
      <Vote own={own} at={at} />
      <Gaps gaps={own.gaps} />
      <Pair rollouts={rollouts} a={a} b={b} />
      <FlagAndNote
        run={at.run}
        on={{ source: at.source, step: own.step, group: own.group.group, sample: a }}
      />
    </div>
  );
}

/** The sample of the address, else the first of the largest cluster, or of the second. */
function chosen(
  rollouts: readonly ShownRollout[],
  asked: number | null,
  group: VotedGroup | undefined,
  cluster: number,
): number | null {
  if (rollouts.some(({ sample }) => sample === asked)) return asked;
  return (
    group?.clusters[cluster]?.samples[0] ??
    group?.unanswered[0] ??
    rollouts[cluster]?.sample ??
    rollouts[0]?.sample ??
    null
  );
}

function Vote({ own, at }: { readonly own: GroupRollouts; readonly at: Place }): VNode {
  const { group, otherSteps, step } = own;
  const from = at.source === "probe" ? "probe" : "rollouts";
  return (
    <Panel
      title={`Group ${group.group}, step ${step}`}
      wide
      take={{
        drawing: true,
        table: () => tableOf(own),
        sql: groupSql(from, step, group.group),
      }}
    >
      <pre class="prompt" tabIndex={0}>
        {group.prompt}
      </pre>
      <p class="facts">
        <Verdict majority={group.label} truth={group.truth} />
        {group.tie && <Chip>tie</Chip>}
        {group.rejected !== null && <Chip title={group.rejected}>rejected: {group.rejected}</Chip>}
        <span>
          label <code>{group.label ?? "none"}</code>
        </span>
        {group.rewardLabel !== null && group.rewardLabel !== group.label && (
          <span>
            rewarded <code>{group.rewardLabel}</code>
          </span>
        )}
        <span>truth {group.truth === null ? "not known" : <code>{group.truth}</code>}</span>
        <span>agreement {percent(group.agreement)}</span>
        <span>margin {percent(group.margin)}</span>
        {group.accuracy !== null && <span>right {percent(group.accuracy)}</span>}
      </p>
      <VoteBar
        classes={group.clusters}
        unanswered={group.unanswered.length}
        label={group.label}
        truth={group.truth}
      />
      <Clusters group={group} />
      <p class="note">
        <a href={href({ view: "river", prompt: group.promptId })}>River of this prompt</a>
        {otherSteps.length > 0 && (
          <>
            {" · the same prompt at step "}
            {nearSteps(otherSteps, step).map((other) => (
              <a
                key={other}
                href={href({
                  step: other,
                  ...(at.source === "probe" ? {} : { group: null, view: "search", prompt: group.promptId }),
                })}
              >
                {" "}
                {other}
              </a>
            ))}
          </>
        )}
      </p>
    </Panel>
  );
}

const nearSteps = (steps: readonly number[], at: number): number[] =>
  [...steps]
    .sort((a, b) => Math.abs(a - at) - Math.abs(b - at))
    .slice(0, 8)
    .sort((a, b) => a - b);

function Clusters({ group }: { readonly group: VotedGroup }): VNode {
  const side = (sample: number): string => (number("a") === sample ? "A" : number("b") === sample ? "B" : "");
  const members = (samples: readonly number[]): VNode[] =>
    samples.map((sample) => (
      <a
        key={sample}
        class={`member ${side(sample)}`}
        href={href({ a: sample })}
        title={`Read sample ${sample} on side A`}
      >
        {sample}
      </a>
    ));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Clusters">
      <table class="data clusters">
        <thead>
          <tr>
            {["answer", "votes", "", "reward", "advantage", "members"].map((head) => (
              <th scope="col" key={head} class={head === "" ? "share" : ""}>
                {head || <span class="visually-hidden">share</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {group.clusters.map((cluster) => (
            <tr key={cluster.answer} class={cluster.answer === group.label ? "majority" : ""}>
              <th scope="row">
                <code>{cluster.answer}</code>
                {cluster.answer === group.truth && (
                  <span class="tick" title="the true answer">
                    ✓
                  </span>
                )}
              </th>
              <td>{cluster.count}</td>
              <td class="share">
                <Bar count={cluster.count} total={group.samples} />
              </td>
              <td>{earned(cluster, "reward")}</td>
              <td>{earned(cluster, "advantage")}</td>
              <td class="members">{members(cluster.samples)}</td>
            </tr>
          ))}
          {group.unanswered.length > 0 && (
            <tr>
              <th scope="row">
                <em>no answer</em>
              </th>
              <td>{group.unanswered.length}</td>
              <td class="share">
                <Bar count={group.unanswered.length} total={group.samples} />
              </td>
              <td />
              <td />
              <td class="members">{members(group.unanswered)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

const earned = (cluster: Cluster, what: "reward" | "advantage"): string =>
  cluster[`${what}Mixed`] ? "mixed" : plainNumber(cluster[what]);

function Pair({
  rollouts,
  a,
  b,
}: {
  readonly rollouts: readonly ShownRollout[];
  readonly a: number | null;
  readonly b: number | null;
}): VNode {
  const [left, right] = [
    rollouts.find(({ sample }) => sample === a),
    rollouts.find(({ sample }) => sample === b),
  ];
  const possible = SHADES.filter(
    (own) => canShade(left?.tokens ?? null, own) || canShade(right?.tokens ?? null, own),
  );
  const shade: Shade = possible.find((own) => own === text("color")) ?? possible[0]!;
  return (
    <Panel title="Two samples" wide take={{}}>
      <div class="options">
        <label>
          tokens by{" "}
          <select
            value={shade}
            onChange={(event) => go({ color: event.currentTarget.value }, { replace: true })}
          >
            {possible.map((own) => (
              <option value={own} key={own}>
                {SHADE_WORDS[own]}
              </option>
            ))}
          </select>
        </label>
        {shade !== "none" && (
          <span class="scale" aria-hidden="true">
            usual{" "}
            {[0, 1, 2, 3, 4, 5].map((i) => (
              <span class={`q${i}`} key={i}>
                {" ab "}
              </span>
            ))}{" "}
            unusual
          </span>
        )}
        <span class="note">What both begin with is dimmed; the first difference is framed.</span>
      </div>
      <div class="pair">
        {a !== null && (
          <Sample
            side="A"
            rollouts={rollouts}
            sample={a}
            other={right}
            shade={shade}
            onChoose={(sample) => go({ a: sample }, { replace: true })}
          />
        )}
        {b !== null && (
          <Sample
            side="B"
            rollouts={rollouts}
            sample={b}
            other={left}
            shade={shade}
            onChoose={(sample) => go({ b: sample }, { replace: true })}
          />
        )}
      </div>
    </Panel>
  );
}

const SHADE_WORDS: Readonly<Record<Shade, string>> = {
  logprob: "logprob",
  entropy: "entropy",
  kl: "KL to the reference",
  none: "nothing",
};

const tableOf = ({ rollouts }: GroupRollouts): Table => ({
  columns: [
    "sample",
    "answer",
    "right",
    "reward",
    "advantage",
    "tokens",
    "finish",
    "meanLogprob",
    "completion",
  ],
  rows: rollouts.map((own) => [
    own.sample,
    own.answer,
    own.right,
    own.reward,
    own.advantage,
    own.tokenCount,
    own.finish,
    own.meanLogprob,
    own.completion,
  ]),
});
