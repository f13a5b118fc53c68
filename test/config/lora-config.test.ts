/** What an adapter cannot be asked for, refused before a model loads; each message names both keys. */
import { describe, expect, it } from "vitest";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";

const base = { output: "o", prompts: { task: "gcd" } };
const messages = (result: { error?: { issues: readonly { message: string }[] } | undefined }) =>
  (result.error?.issues ?? []).map(({ message }) => message);

describe("lora", () => {
  it.each([
    ["lora.rank", { rank: 4 }],
    ["lora.alpha", { alpha: 4 }],
    ["lora.targets", { targets: ["q_proj"] }],
  ])("%s describes a new adapter, not one that is gone on with", (key, shape) => {
    const lora = { ...shape, adapter: "runs/mine" };
    const [message, ...others] = messages(trainConfigSchema.safeParse({ ...base, model: "m", lora }));
    expect(others).toEqual([]);
    expect(message).toContain(key);
    expect(message).toContain("lora.adapter");
  });

  it("wants a model that is somewhere: an adapter is saved without it", () => {
    const [message, ...others] = messages(pretrainConfigSchema.safeParse({ ...base, lora: { rank: 2 } }));
    expect(others).toEqual([]);
    expect(message).toMatch(/lora.*model/);
    expect(messages(pretrainConfigSchema.safeParse({ ...base, model: "m", lora: { rank: 2 } }))).toEqual([]);
  });

  it.each([{}, { rank: 4, alpha: 1, targets: ["q_proj", "down_proj"] }, { adapter: "runs/mine" }])(
    "accepts %j",
    (lora) => expect(messages(trainConfigSchema.safeParse({ ...base, model: "m", lora }))).toEqual([]),
  );
});
