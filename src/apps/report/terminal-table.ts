/** The demo's closing tables for the terminal: plain text in aligned columns, with colour where it is wanted. */
import { COLLAPSE_ARMS, DEMO_ARMS, type DemoReportData, PRIOR_SKILL } from "./demo-data.js";
import { MISSING, percent, percentInterval } from "./format.js";
import { ARM_LABELS, ARM_STYLES, type ArmKey } from "./palette.js";
import { waysSentences } from "./verdict.js";

export interface TerminalOptions {
  /** The k of mean@k and maj@k. */
  readonly samples: number;
  /** Wraps a text in a colour; none by default. */
  readonly paint?: Paint;
}

type Paint = (colour: "dim" | `38;5;${number}`, text: string) => string;

interface TableRow {
  readonly arm: ArmKey;
  readonly cells: readonly string[];
}

/** Base, SRT, fixed teacher and ground truth; the base of two ways before and after; the collapse. No line ends in a blank; no newline at the end. */
export function terminalTable(
  data: Pick<DemoReportData, "arms" | "twoWays" | "collapse">,
  { samples: k, paint = (_, text) => text }: TerminalOptions,
): string {
  const withPass = DEMO_ARMS.some((arm) => data.arms[arm].pass !== undefined);
  const gain = DEMO_ARMS.map((arm): TableRow => {
    const result = data.arms[arm];
    return {
      arm,
      cells: [
        ARM_LABELS[arm],
        `${percent(result.mean)} ${percentInterval(result.meanCi)}`,
        `${percent(result.maj)} ${percentInterval(result.majCi)}`,
        percent(result.greedy),
        ...(withPass ? [result.pass === undefined ? MISSING : percent(result.pass)] : []),
      ],
    };
  });
  const { ways } = data.twoWays;
  const twoWays = (["base", "srt"] as const).map((arm): TableRow => {
    const result = data.twoWays[arm];
    return {
      arm,
      cells: [
        ARM_LABELS[arm],
        `${percent(result.mean)} ${percentInterval(result.meanCi)}`,
        `${percent(result.maj)} ${percentInterval(result.majCi)}`,
        `${percent(result.greedy)} ${percentInterval(result.greedyCi)}`,
      ],
    };
  });
  const collapse = COLLAPSE_ARMS.map((arm): TableRow => {
    const result = data.collapse[arm];
    return {
      arm,
      cells: [
        ARM_LABELS[arm],
        `${percent(result.accuracyStart)} → ${percent(result.accuracyEnd)}`,
        percent(result.agreementEnd),
        percent(result.topShareEnd),
      ],
    };
  });
  return `${[
    table(
      [
        "held-out prompts",
        `mean@${k} [95% CI]`,
        `maj@${k} [95% CI]`,
        "greedy",
        ...(withPass ? [`pass@${k}`] : []),
      ],
      gain,
      paint,
    ),
    `${table(
      ["two ways to add", `mean@${k} [95% CI]`, `maj@${k} [95% CI]`, "greedy [95% CI]"],
      twoWays,
      paint,
    )}\n${waysSentences(ways).join("\n")}`,
    table(["too-hard prompts", "four-term accuracy", "agreement", "commonest answer"], collapse, paint),
  ].join("\n\n")}\nfour-term accuracy: ${PRIOR_SKILL}`;
}

function table(header: readonly string[], rows: readonly TableRow[], paint: Paint): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[i]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("   ");
  return [
    paint("dim", line(header)),
    ...rows.map(({ arm, cells }) => {
      const text = line(cells);
      const name = cells[0]!;
      return `${paint(foreground(arm), name)}${text.slice(name.length)}`;
    }),
  ].join("\n");
}

/** Foreground colour of an arm: of the dark theme, which most terminals have, and of the 256 that most can show. */
function foreground(arm: ArmKey): `38;5;${number}` {
  const value = Number.parseInt(ARM_STYLES[arm].dark.slice(1), 16);
  const [red, green, blue] = [value >> 16, value >> 8, value].map((channel) =>
    Math.round(((channel & 255) / 255) * 5),
  ) as [number, number, number];
  return `38;5;${16 + 36 * red + 6 * green + blue}`;
}
