/** Lines of metrics: which are records, and which are none. */
import { expect, it } from "vitest";
import { metricLines, parseRecord } from "../../src/run/metric-lines.js";

const whole = {
  kind: "step",
  step: 3,
  metrics: { loss: 0.5, note: "fine", tied: false, kl: null, byPrompt: [1, 0.5] },
  time: { seconds: 1.5, tokensPerSecond: null },
};

it("takes a record as it stands, without what else the line has", () => {
  expect(parseRecord(JSON.stringify({ ...whole, later: 1 }))).toEqual(whole);
});

it.each([
  ["an unknown kind", { ...whole, kind: "toString" }],
  ["no step", { ...whole, step: undefined }],
  ["half a step", { ...whole, step: 1.5 }],
  ["a step before the first", { ...whole, step: -1 }],
  ["no metrics", { ...whole, metrics: null }],
  ["metrics as a list", { ...whole, metrics: [1] }],
  ["a metric with parts", { ...whole, metrics: { loss: { mean: 1 } } }],
  ["a list of texts", { ...whole, metrics: { loss: ["1"] } }],
  ["no times", { ...whole, time: undefined }],
  ["a time that is a text", { ...whole, time: { seconds: "1" } }],
  ["a number", 3],
  ["nothing", null],
])("takes %s for no record", (_, value) => {
  expect(parseRecord(JSON.stringify(value))).toBeNull();
});

it("leaves the last line to a later look where it is not finished", () => {
  const text = `${JSON.stringify(whole)}\n{"kind":\n${JSON.stringify(whole)}`;
  const lines = [...metricLines(Buffer.from(text))];
  expect(lines.map(({ record }) => record)).toEqual([whole, null]);
});
