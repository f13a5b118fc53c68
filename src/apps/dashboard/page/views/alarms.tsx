/** Alarms of the run's monitors, each with its verdict; a click goes to its step. */
import type { VNode } from "preact";
import type { Alarm, MonitorsVerdict } from "../../api/index.js";
import { href } from "../state/url.js";

const FIRST = 5;

export function AlarmList({
  alarms,
  verdict,
}: {
  readonly alarms: readonly Alarm[];
  readonly verdict: MonitorsVerdict;
}): VNode | null {
  if (verdict.verdict === "none") return <p class="note">No monitor watches this run.</p>;
  if (alarms.length === 0) return <p class="note">The monitors are quiet.</p>;
  const rows = alarms.map((alarm) => (
    <li key={`${alarm.step} ${alarm.monitor}`}>
      <a href={href({ step: alarm.step })}>step {alarm.step}</a> {alarm.text}{" "}
      <span class="note">{alarm.action}</span>
    </li>
  ));
  return (
    <>
      <ul class="alarms">{rows.slice(0, FIRST)}</ul>
      {rows.length > FIRST && (
        <details class="fold">
          <summary>{rows.length - FIRST} more alarms</summary>
          <ul class="alarms">{rows.slice(FIRST)}</ul>
        </details>
      )}
    </>
  );
}
