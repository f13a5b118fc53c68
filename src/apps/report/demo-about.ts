/** How the demo was made: settings, versions, time of each phase, and the commands to type next. */
import type { DemoMeta, NextCommand, PhaseTime } from "./demo-data.js";
import { duration } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import { keyValues } from "./key-values.js";

/** Settings, versions and times. */
export function aboutContent(meta: DemoMeta): SafeHtml {
  return html`<div class="columns"><div><h3>Settings</h3>${keyValues({ seed: meta.seed, ...meta.settings })}</div><div><h3>Versions and machine</h3>${keyValues(meta.versions)}</div></div>${phaseTable(meta.phases, meta.seconds)}`;
}

/** Commands with their purpose; undefined where there is none. */
export function commandsContent(commands: readonly NextCommand[]): SafeHtml | undefined {
  if (commands.length === 0) return undefined;
  return html`<ul class="commands">${commands.map(
    ({ command, purpose }) => html`<li>${purpose}<pre>${command}</pre></li>`,
  )}</ul>`;
}

function phaseTable(phases: readonly PhaseTime[], total: number): SafeHtml | undefined {
  if (phases.length === 0) return undefined;
  const longest = Math.max(...phases.map(({ seconds }) => seconds), Number.MIN_VALUE);
  return html`<h3>Time: ${duration(total)} in all</h3><table class="pairs times"><tbody>${phases.map(
    ({ name, seconds }) =>
      html`<tr><td>${name}</td><td>${duration(seconds)}</td><td><svg class="phase" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((10000 * seconds) / longest) / 100}" height="8" rx="1"/></svg></td></tr>`,
  )}</tbody></table>`;
}
