import { expect, it } from "vitest";
import { ARM_KEYS, ARM_STYLES, type ArmKey, PAPER } from "../../../src/apps/report/palette.js";

type Vector = readonly [number, number, number];

const linear = (hex: string): Vector =>
  [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Vector;

const multiply = (matrix: readonly Vector[], v: Vector): Vector =>
  matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Vector;

const luminance = (hex: string): number => multiply([[0.2126, 0.7152, 0.0722]], linear(hex))[0];

/** Oklab (Ottosson 2020) of a linear sRGB colour. */
function oklab(rgb: Vector): Vector {
  const cone = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt) as unknown as Vector;
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cone,
  );
}

/** How colours look with a full deficiency: Machado, Oliveira and Fernandes (2009), severity 1. */
const VISION: Readonly<Record<string, readonly Vector[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const seen = (hex: string, vision: readonly Vector[]): Vector =>
  oklab(multiply(vision, linear(hex)).map((c) => Math.min(1, Math.max(0, c))) as unknown as Vector);

/** Arms that meet in a plot. */
const MEETING: readonly (readonly ArmKey[])[] = [
  ["base", "srt", "fixedTeacher", "groundTruth"],
  ["srt", "mitigated"],
];

for (const theme of ["light", "dark"] as const) {
  it(`stands out from the ${theme} paper`, () => {
    for (const key of ARM_KEYS) {
      const [a, b] = [luminance(ARM_STYLES[key][theme]), luminance(PAPER[theme])];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), key).toBeGreaterThanOrEqual(3);
    }
  });

  for (const [name, matrix] of Object.entries(VISION)) {
    it(`keeps arms that meet in a plot apart: ${theme}, ${name}`, () => {
      for (const arms of MEETING) {
        for (const [i, first] of arms.entries()) {
          for (const second of arms.slice(i + 1)) {
            const [a, b] = [seen(ARM_STYLES[first][theme], matrix), seen(ARM_STYLES[second][theme], matrix)];
            const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
            expect(distance, `${first} and ${second}`).toBeGreaterThan(0.12);
          }
        }
      }
    });
  }
}
