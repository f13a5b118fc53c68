/** Detectors by name and options, as a configuration has them. Every option has a default but the bounds. */
import { prefixOf } from "./baseline.js";
import { departure, plateau, threshold } from "./bounds.js";
import { canary } from "./canary.js";
import { cusum } from "./cusum.js";
import { eDetector } from "./e-detector.js";
import { slope } from "./slope.js";
import type { Detector } from "./verdict.js";

export interface DetectorOptions {
  readonly patience?: number | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly by?: number | undefined;
  readonly ratio?: number | undefined;
  readonly from?: "best" | "first" | undefined;
  readonly direction?: "up" | "down" | undefined;
  readonly minDelta?: number | undefined;
  readonly window?: number | undefined;
  readonly prefix?: number | undefined;
  readonly k?: number | undefined;
  readonly h?: number | undefined;
  readonly alpha?: number | undefined;
}

/** What each kind reads. */
export const DETECTOR_KEYS = {
  threshold: ["above", "below", "patience"],
  rise: ["by", "ratio", "from", "patience"],
  fall: ["by", "ratio", "from", "patience"],
  plateau: ["direction", "minDelta", "patience"],
  slope: ["window", "above", "below", "patience"],
  cusum: ["direction", "prefix", "k", "h", "alpha"],
  "e-detector": ["direction", "prefix", "alpha"],
  canary: ["alpha"],
} as const satisfies Readonly<Record<string, readonly (keyof DetectorOptions)[]>>;

export type DetectorKind = keyof typeof DETECTOR_KEYS;
export const DETECTOR_KINDS = Object.keys(DETECTOR_KEYS) as readonly DetectorKind[];

export interface DetectorSpec extends DetectorOptions {
  readonly kind: DetectorKind;
}

/** Whether the kind learns what is normal from the first values, by default from a fifth of the series. */
export const hasPrefix = ({ kind }: Pick<DetectorSpec, "kind">): boolean =>
  kind === "cusum" || kind === "e-detector";

/** `length` is how many values the series will have, `seed` that of the bootstrap. */
export function detectorOf(spec: DetectorSpec, length: number, seed: number): Detector {
  const { kind, patience = 1, from = "best", direction = "up", prefix = prefixOf(length) } = spec;
  const { above, below, by, ratio } = spec;
  switch (kind) {
    case "threshold":
      return threshold({ above, below, patience });
    case "rise":
    case "fall":
      return departure({ direction: kind, by, ratio, from, patience });
    case "plateau":
      return plateau({ direction, minDelta: spec.minDelta ?? 0, patience: spec.patience ?? 3 });
    case "slope":
      return slope({ window: spec.window ?? 10, above, below, patience });
    case "cusum": {
      const { k = 0.5, h, alpha = 0.05 } = spec;
      return cusum({ direction, k, h, prefix, alpha, length: Math.max(1, length - prefix), seed });
    }
    case "e-detector":
      return eDetector({ direction, prefix, alpha: spec.alpha ?? 0.001 });
    case "canary":
      return canary({ alpha: spec.alpha ?? 0.05 });
  }
}
