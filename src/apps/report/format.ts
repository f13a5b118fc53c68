/** How numbers read in reports: shares as percentages, seconds as a person says them. */

/** Lower and upper end of a confidence interval. */
export type Interval = readonly [low: number, high: number];

/** What stands where a number is missing. */
export const MISSING = "–";

/** 0.5512 → `55.1%`; missing and not-a-number → `–`. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined || !Number.isFinite(share)
    ? MISSING
    : `${(100 * share).toFixed(1)}%`;
}

/** [0.52, 0.58] → `[52.0, 58.0]`, in per cent. */
export function percentInterval(interval: Interval): string {
  return `[${(100 * interval[0]).toFixed(1)}, ${(100 * interval[1]).toFixed(1)}]`;
}

/** A difference of shares in percentage points, with its sign: 0.169 → `+16.9`. */
export function points(difference: number): string {
  const text = (100 * Math.abs(difference)).toFixed(1);
  if (text === "0.0") return "±0.0";
  return `${difference < 0 ? "−" : "+"}${text}`;
}

/** Three significant digits, without an exponent where a person would not write one. */
export function plainNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** 3.21 → `3.2 s`, 83 → `1 min 23 s`, 5000 → `1 h 23 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
