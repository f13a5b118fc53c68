/**
 * One colour and one dash for each arm, the same on every page. The hues are those of Okabe and Ito's set; their
 * lightness was searched for so that arms that meet in a plot stay apart for readers with any of the three colour
 * deficiencies, and that a line stands out from the paper (contrast at least 3:1) in both themes. The dash says the
 * same a second time, for print in grey; the base is a level line, thin and solid.
 */

export interface ArmStyle {
  /** Hex colour on light paper. */
  readonly light: string;
  /** Hex colour on dark paper. */
  readonly dark: string;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/** Paper that the colours stand on. */
export const PAPER = { light: "#ffffff", dark: "#14171c" } as const;

export const ARM_STYLES = {
  base: { light: "#474a52", dark: "#c9cfd6", dash: [] },
  srt: { light: "#0259c1", dark: "#3fadff", dash: [] },
  fixedTeacher: { light: "#b86a00", dark: "#faaa3e", dash: [8, 4] },
  groundTruth: { light: "#10a589", dark: "#448e61", dash: [2, 3] },
  mitigated: { light: "#9c1f6c", dark: "#d4689a", dash: [10, 3, 2, 3] },
  extra1: { light: "#3d348b", dark: "#b3a6ff", dash: [6, 3] },
  extra2: { light: "#7a5c1e", dark: "#d9c27a", dash: [3, 2] },
  extra3: { light: "#111827", dark: "#f3f4f6", dash: [12, 4] },
} as const satisfies Readonly<Record<string, ArmStyle>>;

export type ArmKey = keyof typeof ARM_STYLES;

export const ARM_KEYS = Object.keys(ARM_STYLES) as readonly ArmKey[];

/** How each arm is called in tables and legends. */
export const ARM_LABELS: Readonly<Record<ArmKey, string>> = {
  base: "base",
  srt: "SRT",
  fixedTeacher: "fixed teacher",
  groundTruth: "ground truth",
  mitigated: "mitigated",
  extra1: "run",
  extra2: "run",
  extra3: "run",
};

/** CSS variables `--srt: #…;` of a theme. */
export function paletteVariables(theme: "light" | "dark"): string {
  return ARM_KEYS.map((key) => `--${key}:${ARM_STYLES[key][theme]};`).join("");
}

/** CSS classes `.arm-srt{--arm:var(--srt)}`: an element of the class draws with `var(--arm)`. */
export function armClasses(): string {
  return ARM_KEYS.map((key) => `.arm-${key}{--arm:var(--${key})}`).join("");
}
