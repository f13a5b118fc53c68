/** The theme's brand colours are those of the reports, from the one palette. */
import { ARM_STYLES, PAPER } from "../../src/apps/report/palette.js";

const { srt } = ARM_STYLES;

const variables = (brand: string, paper: string, shade: string): string =>
  [
    `--vp-c-brand-1:${brand}`,
    `--vp-c-brand-2:color-mix(in srgb,${brand} 85%,${paper})`,
    // What white text stands on, in either theme.
    `--vp-c-brand-3:${srt.light}`,
    `--vp-c-brand-soft:color-mix(in srgb,${brand} 14%,transparent)`,
    `--vp-c-bg:${paper}`,
    `--vp-c-bg-alt:color-mix(in srgb,${paper} ${shade},black)`,
  ].join(";");

export const paletteStyle = (): string =>
  `:root{${variables(srt.light, PAPER.light, "96%")}}.dark{${variables(srt.dark, PAPER.dark, "75%")}}`;
