/** The words of an alarm. */
import { expect, it } from "vitest";
import { alarmSentence } from "../../../src/training/monitors/alarm-text.js";

const alarm = { monitor: "entropy", series: "marginalAnswerEntropy", step: 12, action: "log", evidence: {} };

it.each([
  [2.66412, 2.66431, "2.6641 at step 12, below 2.6643"],
  [0.41234, 0.35, "0.412 at step 12, above 0.35"],
  [3, 3.0001, "3 at step 12, below 3.0001"],
  [0.5, 0.5, "0.5 at step 12, above 0.5"],
])("an alarm of %d against %d shows them apart", (value, bound, words) => {
  expect(alarmSentence({ ...alarm, action: "log", value, bound })).toBe(
    `entropy: marginalAnswerEntropy ${words}`,
  );
});
