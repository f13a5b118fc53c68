/** What is done about a sampler and a trainer that disagree about the same tokens. */
import { z } from "zod";

export const MISMATCH_KINDS = [
  "none",
  "sequence-mask",
  "sequence-truncate",
  "token-mask",
  "token-truncate",
] as const;

export const mismatchSchema = z
  .strictObject({
    kind: z
      .enum(MISMATCH_KINDS)
      .optional()
      .describe(
        "Correction by ρ, the trainer's probability over the sampler's: mask leaves out what lies outside of the bounds, truncate weighs by ρ up to the upper one; of each token, or of the sequence (default: none with the embedded engine, sequence-mask with another)",
      ),
    high: z.number().positive().optional().describe("Largest ρ (default: 3 for sequence-mask, else 2)"),
    low: z.number().min(0).optional().describe("Smallest ρ of a mask (default: 0)"),
    stopAbove: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe("Stop where more than this share of sequences, or of tokens, is masked"),
  })
  .superRefine(({ kind, high, low }, check) => {
    if (low !== undefined && high !== undefined && low >= high)
      check.addIssue({
        code: "custom",
        path: ["low"],
        message: `mismatch.low ${low} is not below mismatch.high ${high}`,
        params: { remedy: "give bounds on either side of 1" },
      });
    if (low !== undefined && kind?.endsWith("truncate"))
      check.addIssue({
        code: "custom",
        path: ["low"],
        message: "mismatch.low is of a mask, and truncation has an upper bound alone",
        params: { remedy: "leave it out, or take a mask" },
      });
  })
  .prefault({})
  .describe("Sampler against trainer");

export type MismatchKind = (typeof MISMATCH_KINDS)[number];

/** A correction with its bounds; null where nothing is corrected. */
export interface Mismatch {
  readonly kind: Exclude<MismatchKind, "none">;
  readonly low: number;
  readonly high: number;
  readonly stopAbove: number;
}

/** As configured, or as is usual of the engine: TRL masks sequences whose ratio is above 3. */
export function mismatchOf(
  { kind, high, low, stopAbove }: z.output<typeof mismatchSchema>,
  engine: "onnx" | "tinker",
): Mismatch | null {
  const chosen = kind ?? (engine === "onnx" ? "none" : "sequence-mask");
  if (chosen === "none") return null;
  return { kind: chosen, low: low ?? 0, high: high ?? (chosen === "sequence-mask" ? 3 : 2), stopAbove };
}
