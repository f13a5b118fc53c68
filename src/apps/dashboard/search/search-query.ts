/** The query of a search, checked. */
import { z } from "zod";
import { inQuery } from "../http/read.js";

const number = inQuery.number.optional();

export const searchSchema = z
  .strictObject({
    source: z.enum(["rollouts", "probe"]).default("rollouts"),
    text: z.string().min(1).max(1000).optional(),
    regex: z.string().min(1).max(1000).optional(),
    stepFrom: inQuery.whole.optional(),
    stepTo: inQuery.whole.optional(),
    prompt: inQuery.one.optional(),
    answer: inQuery.one.optional(),
    right: z.enum(["right", "wrong", "unknown", "none"]).optional(),
    finish: inQuery.one.optional(),
    rejected: z.enum(["yes", "no"]).optional(),
    rewardFrom: number,
    rewardTo: number,
    tokensFrom: number,
    tokensTo: number,
    agreementFrom: number,
    agreementTo: number,
    limit: inQuery.most(1000, 200),
  })
  .refine(({ text, regex }) => text === undefined || regex === undefined, "give text or regex, not both");

export type Search = z.output<typeof searchSchema>;

/** Both ends are of the range. */
export function inRange(column: string, from: number | undefined, to: number | undefined): string[] {
  return [
    ...(from === undefined ? [] : [`${column} >= ${from}`]),
    ...(to === undefined ? [] : [`${column} <= ${to}`]),
  ];
}
