/**
 * The tasks of the corpus: what each base model is taught, and a mixture that is too hard for it. Detectors are tuned on runs of the tasks of
 * one split, and scored on those of the other.
 */
export const TASKS = {
  tuning: [
    { task: "chain-sums", levels: { 4: 1 }, hard: { 4: 1, 8: 2 }, slip: 0.1, steps: 500, tokens: 56 },
    { task: "mental-sums", levels: { 4: 1 }, hard: { 4: 1, 8: 2 }, slip: 0.1, steps: 700, tokens: 8 },
    { task: "multiplication", levels: { 2: 1 }, hard: { 2: 1, 3: 2 }, slip: 0.05, steps: 700, tokens: 64 },
  ],
  "held-out": [
    { task: "addition", levels: { 2: 1, 3: 1 }, hard: { 3: 1, 5: 2 }, slip: 0.1, steps: 500, tokens: 56 },
    { task: "sorting", levels: { 3: 1 }, hard: { 3: 1, 5: 2 }, slip: 0.1, steps: 500, tokens: 64 },
    { task: "fractions", levels: { 2: 1 }, hard: { 2: 1, 3: 2 }, slip: 0.1, steps: 900, tokens: 64 },
    { task: "gcd", levels: { 2: 1 }, hard: { 2: 1, 4: 2 }, slip: 0.15, steps: 900, tokens: 56 },
  ],
};
