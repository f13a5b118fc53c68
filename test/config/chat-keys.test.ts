import { expect, it } from "vitest";
import { askedLike } from "../../src/config/chat-keys.js";
import { promptSourceSchema } from "../../src/config/train-config.js";

it("held-out prompts are asked as the training prompts are, unless they say otherwise", () => {
  const training = promptSourceSchema.parse({
    file: "train.jsonl",
    chat: "always",
    instruction: "Think.",
    size: 3,
  });
  const heldOut = promptSourceSchema.parse({ file: "test.jsonl", instruction: "Be brief." });
  expect(askedLike(heldOut, training)).toEqual({
    file: "test.jsonl",
    promptColumn: "prompt",
    chat: "always",
    instruction: "Be brief.",
  });
  expect(askedLike(promptSourceSchema.parse({ task: "gcd" }), heldOut)).toMatchObject({
    instruction: "Be brief.",
  });
});
