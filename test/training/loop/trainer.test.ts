/** The object form of a run: defaults, problems, and a reward of one's own. */
import { join } from "node:path";
import { type RewardSource, SelftrainError, Trainer } from "selftrain";
import { describe, expect, it } from "vitest";
import { readRollouts } from "../../../src/run/rollouts.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();

describe("Trainer", () => {
  it("fills in defaults, and names every problem of a configuration", () => {
    const { config } = new Trainer({ model: "m", output: "o", prompts: { task: "gcd" } });
    expect(config).toMatchObject({ reward: "majority", advantage: "rloo", samplesPerPrompt: 16 });
    const bad = { model: "m", output: "o", prompts: { task: "gcd" }, samplesPerPrompt: 0, stepz: 3 };
    let error: unknown;
    try {
      new Trainer(bad);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SelftrainError);
    expect(JSON.stringify(error)).toContain("samplesPerPrompt");
    expect(JSON.stringify(error)).toContain('did you mean \\"steps\\"');
  });

  it("trains on a reward of one's own", async () => {
    // Pays for even digits at the end: nothing that a vote or a label would.
    const even: RewardSource = {
      name: "even",
      rewards: async ({ groups }) =>
        groups.map(({ rollouts }) => ({
          label: "even",
          rewards: rollouts.map(({ answer }) => (answer !== null && Number(answer) % 2 === 0 ? 1 : 0)),
          rewarded: true,
        })),
    };
    const output = join(base.folder, "even");
    const config = tinyTraining(base, output, {
      prompts: { file: base.file },
      steps: 12,
      adam: { learningRate: 3e-3 },
    });
    await new Trainer(config, { reward: even }).run();
    const share = async (step: string) => {
      const rows = await readRollouts(join(output, `rollouts/step-${step}.parquet`));
      expect(new Set(rows.map((row) => row.rewardLabel))).toEqual(new Set(["even"]));
      return rows.reduce((sum, row) => sum + row.reward!, 0) / rows.length;
    };
    expect(await share("000012")).toBeGreaterThan((await share("000001")) + 0.2);
  });
});
