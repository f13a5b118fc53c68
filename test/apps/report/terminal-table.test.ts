import { expect, it } from "vitest";
import { terminalTable } from "../../../src/apps/report/terminal-table.js";
import { sampleDemo } from "./sample-data.js";

it("is aligned plain text with every number", () => {
  expect(terminalTable(sampleDemo(), { samples: 16 })).toBe(
    [
      "held-out prompts     mean@16 [95% CI]      maj@16 [95% CI]   greedy   pass@16",
      "base               41.3% [37.1, 45.2]   71.2% [64.1, 77.8]    64.1%     91.2%",
      "SRT                61.7% [57.5, 65.6]   74.2% [67.1, 80.8]    70.3%     88.3%",
      "fixed teacher      63.4% [59.2, 67.3]   73.9% [66.8, 80.5]    71.1%     89.7%",
      "ground truth       68.8% [64.6, 72.7]   80.4% [73.3, 87.0]    75.7%     91.4%",
      "",
      "two ways to add     mean@16 [95% CI]      maj@16 [95% CI]      greedy [95% CI]",
      "base              31.0% [26.8, 34.9]   72.8% [65.7, 79.4]   51.2% [43.2, 59.2]",
      "SRT               85.9% [81.7, 89.8]   91.3% [84.2, 97.9]   88.6% [80.6, 96.6]",
      "Of two worked-out answers to a prompt 42.8% agree, of two guesses 3.2%.",
      "So self-training learned to work them out: 53.5% → 94.5% of the samples.",
      "",
      "too-hard prompts   four-term accuracy   agreement   commonest answer",
      "SRT                      42.1% → 9.3%       98.7%              93.1%",
      "mitigated               42.1% → 51.2%       79.4%              14.7%",
      "four-term accuracy: accuracy on the four-term sums it could do before",
    ].join("\n"),
  );
});

it("says the same in colour", () => {
  const colored = terminalTable(sampleDemo(), {
    samples: 16,
    paint: (colour, text) => `<${colour}>${text}</>`,
  });
  expect(colored).toContain("<38;5;");
  expect(colored.replace(/<[^>]*>/g, "")).toBe(terminalTable(sampleDemo(), { samples: 16 }));
});

it("has no pass column where no arm has a pass rate, and a dash where one lacks it", () => {
  const data = sampleDemo();
  const { pass: _, ...withoutPass } = data.arms.base;
  expect(terminalTable({ ...data, arms: { ...data.arms, base: withoutPass } }, { samples: 16 })).toMatch(
    /^base .*–$/m,
  );
  const none = { base: withoutPass, srt: withoutPass, fixedTeacher: withoutPass, groundTruth: withoutPass };
  expect(terminalTable({ ...data, arms: none }, { samples: 8 })).not.toContain("pass@");
});
