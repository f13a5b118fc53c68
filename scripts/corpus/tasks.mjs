/**
 * The tasks of the corpus: what each base model is taught, and a mixture that is too hard for it. Detectors are tuned on runs of the tasks of
 * one split, and scored on those of another.
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
  // Harder ones: their bases begin with a majority that is right for 21 to 52% of prompts, where self-training goes wrong by itself.
  "held-out-2": [
    { task: "base-conversion", levels: { 3: 1 }, hard: { 3: 1, 5: 2 }, slip: 0.05, steps: 1500, tokens: 64 },
    { task: "countdown", levels: { 1: 1 }, hard: { 1: 1, 3: 2 }, slip: 0.05, steps: 1500, tokens: 88 },
    { task: "equations", levels: { 1: 1 }, hard: { 1: 1, 2: 2 }, slip: 0.05, steps: 2000, tokens: 16 },
    { task: "modular-chain", levels: { 2: 1 }, hard: { 2: 1, 4: 2 }, slip: 0.05, steps: 2000, tokens: 56 },
  ],
};
