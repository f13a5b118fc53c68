/** What the tuner chooses from: detectors on series that need no label, each with a few bounds, none of which a held-out run has set. */
const PATIENCES = [1, 2, 3];

/** Family, series, kind, its key, the bounds, and other keys. */
const GRID = [
  [
    "prompt-free agreement",
    "promptFreeAgreement",
    "rise",
    "by",
    [0.05, 0.1, 0.15, 0.2, 0.3],
    { from: "best" },
  ],
  [
    "prompt-free agreement",
    "promptFreeAgreement",
    "rise",
    "by",
    [0.05, 0.1, 0.15, 0.2, 0.3],
    { from: "first" },
  ],
  [
    "prompt-free agreement",
    "probe.promptFreeAgreement",
    "rise",
    "by",
    [0.03, 0.05, 0.1, 0.15, 0.2],
    { from: "best" },
  ],
  [
    "prompt-free agreement",
    "probe.promptFreeAgreement",
    "rise",
    "by",
    [0.03, 0.05, 0.1, 0.15, 0.2],
    { from: "first" },
  ],
  ["excess share", "excessShare", "threshold", "above", [0.1, 0.15, 0.2, 0.25, 0.3]],
  ["excess share", "probe.excessShare", "threshold", "above", [0.05, 0.075, 0.1, 0.15, 0.2]],
  ["answer shift", "answerShift", "threshold", "above", [0.15, 0.2, 0.25, 0.3, 0.4]],
  ["answer shift", "probe.answerShift", "threshold", "above", [0.03, 0.05, 0.08, 0.12, 0.2]],
  ["effective answers", "effectiveAnswersRatio", "threshold", "below", [0.9, 0.8, 0.7, 0.6, 0.5]],
  ["effective answers", "probe.effectiveAnswersRatio", "threshold", "below", [0.9, 0.8, 0.7, 0.6, 0.5]],
  ["top share", "topShare", "rise", "by", [0.1, 0.15, 0.2, 0.25], { from: "first" }],
  ["top share", "probe.topShare", "rise", "by", [0.05, 0.1, 0.15, 0.2], { from: "first" }],
  ["top share", "eval.topShare", "rise", "by", [0.05, 0.1, 0.15, 0.2], { from: "first" }],
  ["answer entropy", "marginalAnswerEntropy", "fall", "ratio", [0.9, 0.85, 0.8, 0.7], { from: "first" }],
  [
    "answer entropy",
    "probe.marginalAnswerEntropy",
    "fall",
    "ratio",
    [0.95, 0.9, 0.85, 0.8],
    { from: "first" },
  ],
  ["distinct majorities", "distinctMajorityShare", "fall", "ratio", [0.8, 0.7, 0.6, 0.5], { from: "first" }],
  [
    "distinct majorities",
    "probe.distinctMajorityShare",
    "fall",
    "ratio",
    [0.9, 0.8, 0.7, 0.6],
    { from: "first" },
  ],
  ["probe flips", "probe.flipRate", "threshold", "above", [0.1, 0.15, 0.2, 0.3]],
  ["probe flips", "probe.flippedShare", "threshold", "above", [0.2, 0.3, 0.4, 0.5]],
  ["probe locks", "probe.lockedAfterFlipShare", "threshold", "above", [0.2, 0.3, 0.4, 0.5, 0.6]],
  ["margin", "voteMargin", "rise", "by", [0.1, 0.2, 0.3], { from: "first" }],
  ["margin", "voteMargin", "fall", "by", [0.1, 0.2, 0.3], { from: "best" }],
  ["margin", "probe.voteMargin", "rise", "by", [0.05, 0.1, 0.2], { from: "first" }],
  ["margin", "probe.voteMargin", "fall", "by", [0.05, 0.1, 0.2], { from: "best" }],
  ["no answer", "noAnswerShare", "rise", "by", [0.05, 0.1, 0.2], { from: "best" }],
  ["no answer", "probe.noAnswerShare", "rise", "by", [0.03, 0.05, 0.1], { from: "best" }],
  ["truncation", "truncatedShare", "rise", "by", [0.05, 0.1, 0.2], { from: "best" }],
  ["length", "meanLength", "fall", "ratio", [0.9, 0.75, 0.5], { from: "first" }],
  ["length", "meanLength", "rise", "ratio", [1.1, 1.25, 1.5], { from: "first" }],
  ["disconnect", "disconnectedShare", "rise", "by", [0.05, 0.1, 0.2], { from: "best" }],
  ["KL", "probe.kl", "threshold", "above", [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1]],
  ["KL", "probe.sequenceKl", "threshold", "above", [0.2, 0.5, 0.75, 0.875, 1, 1.25, 1.5, 2, 5]],
  ["KL of the answer", "probe.answerSpanKl", "threshold", "above", [0.001, 0.005, 0.02, 0.1]],
];

/** `{name, family, monitor}`: one a series, bound and patience. */
export const CANDIDATES = GRID.flatMap(([family, on, kind, key, bounds, others = {}]) =>
  bounds.flatMap((bound) =>
    PATIENCES.map((patience) => {
      const detector = { kind, [key]: bound, ...others, patience };
      const words = Object.entries(detector).map(([name, value]) =>
        name === "kind" ? value : `${name} ${value}`,
      );
      return { name: `${on} ${words.join(" ")}`, family, monitor: { on, detector } };
    }),
  ),
);

/** Two of three families at the same time, of single candidates. */
export const majorities = (singles) =>
  singles.flatMap((a, i) =>
    singles.slice(i + 1).flatMap((b, j) =>
      singles.slice(i + j + 2).map((c) => ({
        name: `two of: ${[a, b, c].map(({ name }) => name).join(" | ")}`,
        family: "two of three",
        monitor: {
          detector: {
            kind: "any",
            atLeast: 2,
            of: [a, b, c].map(({ monitor: { on, detector } }) => ({ on, ...detector })),
          },
        },
      })),
    ),
  );
