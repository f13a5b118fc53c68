/** Plausible data for the report's tests: a gain, a collapse, and completions that try to break the page. */
import type { ArmResult, CollapseResult, DemoReportData } from "../../../src/apps/report/demo-data.js";
import type { SeriesPoint } from "../../../src/apps/report/series.js";
import type { VoteExample } from "../../../src/apps/report/vote-example.js";

export const HOSTILE = `</script><script>document.title="owned"</script><img src=x onerror="document.title='owned'"><!--`;

const result = (mean: number, maj: number, greedy: number, pass: number): ArmResult => ({
  mean,
  meanCi: [mean - 0.042, mean + 0.039],
  maj,
  majCi: [maj - 0.071, maj + 0.066],
  greedy,
  greedyCi: [greedy - 0.08, greedy + 0.08],
  pass,
  passCi: [pass - 0.03, pass + 0.02],
});

/** A smooth walk with a deterministic wobble, so that a curve looks like one. */
const between = (from: number, to: number, at: number, step: number): number =>
  from + (to - from) * at + 0.018 * Math.sin(7.3 * step) * Math.cos(2.1 * step);

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

function gainSeries(start: number, end: number, majEnd: number): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  for (let step = 0; step <= 60; step++) {
    const at = 1 - Math.exp(-step / 18);
    if (step % 15 === 0) {
      const [mean, maj] = [between(start, end, at, 0), between(0.71, majEnd, at, 0)];
      points.push({
        kind: "eval",
        step,
        metrics: {
          mean,
          meanLow: mean - 0.04,
          meanHigh: mean + 0.04,
          maj,
          majLow: maj - 0.07,
          majHigh: maj + 0.06,
        },
      });
    }
    if (step === 0) continue;
    points.push({
      kind: "step",
      step,
      metrics: {
        reward: clamp(between(start + 0.06, end + 0.12, at, step)),
        accuracy: clamp(between(start, end, at, step)),
        agreement: clamp(between(start + 0.06, end + 0.12, at, step)),
        labelAccuracy: clamp(between(0.71, majEnd, at, step + 3)),
      },
    });
  }
  return points;
}

const twoWaysSeries = (): SeriesPoint[] =>
  Array.from({ length: 60 }, (_, i): SeriesPoint => {
    const at = 1 - Math.exp(-i / 18);
    return {
      kind: "step",
      step: i + 1,
      metrics: {
        meanLength: 13 + 10 * at,
        accuracy: clamp(between(0.31, 0.86, at, i)),
        labelAccuracy: clamp(between(0.73, 0.96, at, i)),
      },
    };
  });

function collapseArm(end: {
  accuracy: number;
  agreement: number;
  topShare: number;
  speed: number;
}): CollapseResult {
  const series = Array.from({ length: 60 }, (_, i): SeriesPoint => {
    const step = i + 1;
    const at = 1 / (1 + Math.exp(-(step - 18) / end.speed));
    const agreement = clamp(between(0.58, end.agreement, at, step));
    const accuracy = clamp(between(0.42, end.accuracy, at, step));
    return {
      kind: "step",
      step,
      metrics: {
        agreement,
        accuracy,
        hackingGap: agreement - accuracy,
        topShare: clamp(between(0.15, end.topShare, at, step)),
        entropy:
          0.42 + 0.12 * Math.exp(-(((step - 20) / 8) ** 2)) - 0.22 * at * (end.agreement > 0.9 ? 1 : 0.3),
        unanimousShare: clamp(between(0, end.agreement > 0.9 ? 0.97 : 0.3, at, step)),
      },
    };
  });
  return {
    accuracyStart: 0.421,
    accuracyEnd: end.accuracy,
    agreementEnd: end.agreement,
    topShareEnd: end.topShare,
    series,
  };
}

const vote = (prompt: string, truth: string, counts: readonly [string | null, number][]): VoteExample => ({
  prompt,
  classes: counts.map(([answer, count]) => ({ answer, count })),
  majority: counts[0]![0],
  truth,
  completion: `${prompt} 84=2*36+12; 36=3*12+0; #${counts[0]![0]}`,
});

export function sampleDemo(): DemoReportData {
  return {
    arms: {
      base: result(0.413, 0.712, 0.641, 0.912),
      srt: result(0.617, 0.742, 0.703, 0.883),
      fixedTeacher: result(0.634, 0.739, 0.711, 0.897),
      groundTruth: result(0.688, 0.804, 0.757, 0.914),
    },
    series: {
      srt: gainSeries(0.41, 0.62, 0.74),
      fixedTeacher: gainSeries(0.41, 0.635, 0.735),
      groundTruth: gainSeries(0.41, 0.69, 0.81),
    },
    twoWays: {
      base: result(0.31, 0.728, 0.512, 0.946),
      srt: result(0.859, 0.913, 0.886, 0.972),
      ways: {
        first: { workedOutShare: 0.535, workedOutAgree: 0.428, guessesAgree: 0.032 },
        last: { workedOutShare: 0.945, workedOutAgree: 0.766, guessesAgree: 0.167 },
      },
      series: twoWaysSeries(),
    },
    collapse: {
      srt: collapseArm({ accuracy: 0.093, agreement: 0.987, topShare: 0.931, speed: 3 }),
      mitigated: collapseArm({ accuracy: 0.512, agreement: 0.794, topShare: 0.147, speed: 9 }),
    },
    votes: [
      {
        title: "SRT, first step",
        examples: [
          vote("g84,36=", "12", [
            ["12", 9],
            ["6", 3],
            ["4", 2],
            [null, 1],
            ["3", 1],
          ]),
          vote("g91,65=", "13", [
            ["7", 5],
            ["13", 4],
            ["1", 3],
            ["5", 2],
            ["9", 1],
            ["2", 1],
          ]),
          vote("g57,38=", "19", [
            ["19", 7],
            ["1", 6],
            ["3", 3],
          ]),
        ],
      },
      {
        title: "Too-hard prompts, last step",
        note: "One answer for everything: full agreement, and full reward.",
        examples: [
          vote("g884,612=", "68", [["1", 16]]),
          vote("g735,490=", "245", [
            ["1", 15],
            ["5", 1],
          ]),
          {
            ...vote(`g42,${HOSTILE}`, "6", [
              [HOSTILE, 12],
              ["1", 4],
            ]),
            completion: `${HOSTILE}\n#1`,
          },
        ],
      },
    ],
    meta: {
      samples: 16,
      evaluationPrompts: 256,
      seed: 0,
      gainPrompts: "sorting five two-digit numbers",
      twoWaysPrompts: "sums of two numbers",
      collapsePrompts: "gcd of three-digit numbers",
      mitigation: "labels voted once by the starting model",
      settings: {
        "model parameters": "0.9 M",
        "prompts a step": 32,
        "samples a prompt": 16,
        "learning rate": 0.0001,
        estimator: "RLOO",
        "temperature 1": true,
      },
      versions: { selftrain: "0.1.0", node: "v22.3.0", "onnxruntime-node": "1.30.0", cpu: "2 × AVX-512" },
      phases: [
        { name: "pretrain the base", seconds: 61.4 },
        { name: "self-train (SRT)", seconds: 48.9 },
        { name: "fixed teacher", seconds: 44.2 },
        { name: "ground truth", seconds: 41.7 },
        { name: "collapse", seconds: 63.1 },
      ],
      seconds: 271.3,
      nextCommands: [
        {
          command: "npx selftrain train recipes/sorting/train.yaml",
          purpose: "Train the same arm for longer:",
        },
        { command: "npx selftrain tasks list", purpose: "See what else it can be taught:" },
      ],
      date: "2026-11-22T10:00:00.000Z",
    },
  };
}
