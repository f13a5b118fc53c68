/** An audit as text: the sentence, the ribbon, and a few small tables. */

import type { MovedFirst } from "../apps/audit/analysis/moved-first.js";
import type { Audit } from "../apps/audit/audit-result.js";
import { endsOf, type ShownFigure, shownFigures } from "../apps/audit/figures.js";
import { MISSING, percent, plainNumber } from "../apps/report/format.js";
import { phaseStretches, ribbonCells } from "../apps/report/view/phase-cells.js";
import type { Phase } from "../core/monitor/course/phases.js";
import type { Colour, Paint } from "./style.js";
import { table } from "./table.js";
import { onOneLine } from "./terminal-text.js";

interface Layout {
  readonly paint: Paint;
  readonly width: number;
  /** Where the page was written. */
  readonly html: string | null;
}

const PHASES: Readonly<Record<Phase, readonly [mark: string, colour: Colour]>> = {
  improving: ["/", "green"],
  saturated: ["=", "cyan"],
  hacking: ["!", "yellow"],
  collapsed: ["x", "red"],
  recovering: ["~", "cyan"],
  undecided: ["·", "dim"],
};

export function auditText(audit: Audit, { paint, width, html }: Layout): string {
  const { verdict, rollouts, steps, omitted, notices, movedFirst, whatToTry } = audit;
  const parts = [
    paint(verdict.wrong ? "red" : "bold", wrap(onOneLine(verdict.sentence), width)),
    paint(
      "dim",
      `${rollouts.toLocaleString("en-US")} rollouts of ${steps.length} ${steps.length === 1 ? "step" : "steps"}, format ${audit.format}`,
    ),
    ribbon(audit, width, paint),
    figureTable(shownFigures(audit), width, paint),
    reliabilityTable(audit, paint),
    movedTable(movedFirst, paint),
    facts(audit, paint),
    list(
      "what to try",
      whatToTry.map(({ what, effect, page }) => `${what}${effect === null ? "" : ` ${effect}`} ${page}`),
      width,
      paint,
    ),
    list(
      "not computed",
      omitted.map(({ what, why }) => `${what}: ${why}`),
      width,
      paint,
    ),
    list("how it was read", notices, width, paint),
    html === null ? "" : `page: ${html}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function ribbon({ phases, steps }: Audit, width: number, paint: Paint): string {
  const cells = ribbonCells(phases.spans, steps, Math.min(60, width));
  const bar = cells.map((phase) => paint(PHASES[phase][1], PHASES[phase][0])).join("");
  const names = phaseStretches(phases.spans).map(({ phase, stretches }) => {
    const shown =
      stretches.length > 3
        ? `${stretches.slice(0, 3).join(", ")} and ${stretches.length - 3} more`
        : stretches.join(", ");
    return `${paint(PHASES[phase][1], `${PHASES[phase][0]} ${phase}`)} ${shown}`;
  });
  return [bar, ...names].join("\n");
}

const BARS = "▁▂▃▄▅▆▇█";
const SPARKS = 24;

/** Means over equal parts of the steps, between the least and the most of them. */
function spark({ values }: ShownFigure): string {
  const cells = Math.min(SPARKS, values.length);
  const means = Array.from({ length: cells }, (_, i) => {
    const part = values
      .slice(Math.floor((i * values.length) / cells), Math.floor(((i + 1) * values.length) / cells))
      .filter((value) => value !== null);
    return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const known = means.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return means
    .map((value) =>
      value === null ? " " : BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * 7)]!,
    )
    .join("");
}

const fraction = (value: number | null): string => (value === null ? MISSING : value.toFixed(2));

function figureTable(figures: readonly ShownFigure[], width: number, paint: Paint): string {
  const rows = figures.map((figure) => {
    const show = figure.unit === "share" ? percent : fraction;
    const { first, last } = endsOf(figure.values);
    const row = [figure.title, show(first), show(last)];
    return figure.values.length > 1 && width >= 60 ? [...row, spark(figure)] : row;
  });
  return table(["", "start", "end", ...(rows[0]?.length === 4 ? ["course"] : [])], rows, paint);
}

function reliabilityTable({ reliability }: Audit, paint: Paint): string {
  if (reliability.length === 0) return "";
  return table(
    ["agreement as confidence", "steps", "agreement", "majority right", "ECE", "AUROC"],
    reliability.map(({ at, from, to, agreement, majorityAccuracy, ece, auroc }) => [
      at,
      from === to ? `${from}` : `${from}–${to}`,
      percent(agreement),
      percent(majorityAccuracy),
      plainNumber(ece),
      plainNumber(auroc),
    ]),
    paint,
  );
}

function movedTable({ signals }: MovedFirst, paint: Paint): string {
  const moved = signals.filter(({ step }) => step !== null);
  if (signals.length === 0) return "";
  if (moved.length === 0) return "moved first: no signal left its in-control band";
  const leads = moved.some(({ lead }) => lead !== null);
  return table(
    ["moved first", "step", "", ...(leads ? ["lead", "in widths"] : [])],
    moved.map(({ signal, baseline, step, direction, lead, leadInWidths }) => [
      `${signal}${baseline ? " (baseline)" : ""}`,
      String(step),
      direction === null ? "" : direction,
      ...(leads ? [lead === null ? MISSING : String(lead), plainNumber(leadInWidths)] : []),
    ]),
    paint,
  );
}

function facts({ fates, goodhart, probe, alarms }: Audit, paint: Paint): string {
  const lines: string[] = [];
  const monitors = [...new Set(alarms.map(({ monitor }) => monitor))];
  if (monitors.length > 0) {
    const shown = monitors.map((name) => {
      const { step, lead } = alarms.find(({ monitor }) => monitor === name)!;
      return `${name} at step ${step}${lead === null ? "" : ` (lead ${lead})`}`;
    });
    lines.push(`${paint("dim", "alarms of the run:")} ${shown.join(", ")}`);
  }
  if (fates !== null)
    lines.push(
      `${paint("dim", `fates of ${fates.prompts} ${fates.of === "probe" ? "probe prompts" : "training prompts, first vote to last"}:`)} ${fates.stayedRight} stayed right, ${fates.learned} learned, ${fates.corrupted} corrupted, ${fates.stayedWrong} stayed wrong`,
    );
  const fit = goodhart?.accuracy?.reinforcement;
  if (fit && fit.peak !== null)
    lines.push(
      `${paint("dim", "Goodhart:")} accuracy peaks at √KL ${plainNumber(fit.peak)}, ${percent(fit.height)} above the start (fit error ${plainNumber(fit.error)})`,
    );
  if (probe?.flips)
    lines.push(
      `${paint("dim", "probe:")} ${percent(probe.flips.flippedShare)} of the prompts flipped lately, ${percent(probe.flips.lockedAfterFlipShare)} are locked after a flip`,
    );
  return lines.join("\n");
}

function list(title: string, items: readonly string[], width: number, paint: Paint): string {
  if (items.length === 0) return "";
  return [
    paint("dim", title),
    ...items.map((item) => `  ${wrap(onOneLine(item), width - 2).replaceAll("\n", "\n    ")}`),
  ].join("\n");
}

/** At blanks, to lines of about so many columns. */
function wrap(text: string, width: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > Math.max(40, width - 2)) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
