/** The state of a run and what its monitors say, in a word each. */
import type { VNode } from "preact";
import { Chip } from "../../../report/view/chip.js";
import type { MonitorsVerdict, RunStatus } from "../../api/index.js";

const STATUS: Readonly<
  Record<RunStatus, { readonly mark: string; readonly tone?: "good" | "bad" | "open" }>
> = {
  running: { mark: "▶", tone: "good" },
  paused: { mark: "❚❚", tone: "open" },
  finished: { mark: "✓" },
  interrupted: { mark: "◼", tone: "open" },
  failed: { mark: "✕", tone: "bad" },
  damaged: { mark: "⚠", tone: "bad" },
};

export function StatusChip({ status }: { readonly status: RunStatus }): VNode {
  const { mark, tone } = STATUS[status];
  return (
    <Chip tone={tone}>
      <span aria-hidden="true">{mark}</span> {status}
    </Chip>
  );
}

export function VerdictChip({
  monitors: { verdict, alarms, firstAlarm },
}: {
  readonly monitors: MonitorsVerdict;
}): VNode {
  if (verdict === "none") return <span class="note">none watch</span>;
  if (verdict === "quiet") return <Chip>quiet</Chip>;
  return (
    <Chip
      tone="bad"
      {...(firstAlarm ? { title: `${firstAlarm.monitor}, first at step ${firstAlarm.step}` } : {})}
    >
      ⚑ {alarms} {alarms === 1 ? "alarm" : "alarms"}
      {firstAlarm && `, from step ${firstAlarm.step}`}
    </Chip>
  );
}
