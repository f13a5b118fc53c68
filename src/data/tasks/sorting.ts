/** Insertion sort: `s47,12,93=` → `12,47;12,47,93#12,47,93`, the sorted list after each insertion. */
import { canonicalIntegers } from "./canonical.js";
import { defineTask, drawNumber, numbersIn } from "./define.js";

/** Characters of a list of `count` two-digit numbers. */
const listLength = (count: number) => 3 * count - 1;

export const sorting = defineTask<number>({
  name: "sorting",
  description:
    "two-digit numbers in ascending order by insertion; a huge answer space without a commonest answer",
  levels: [
    { level: 3, description: "three numbers", size: 3 },
    { level: 4, description: "four numbers", size: 4 },
    { level: 5, description: "five numbers", size: 5 },
    { level: 6, description: "six numbers", size: 6 },
  ],
  alphabet: "0123456789,;=#s",
  pattern: /^s\d\d(,\d\d)+=$/,
  example: "s47,12,93=",
  longest(count) {
    let steps = -1;
    for (let length = 2; length <= count; length++) steps += listLength(length) + 1;
    return { steps, answer: listLength(count) };
  },
  drawPrompt: (count, random) => `s${Array.from({ length: count }, () => drawNumber(2, random)).join(",")}=`,
  work(prompt, slip) {
    const [first, ...rest] = numbersIn<[number, ...number[]]>(prompt);
    const sorted = [first];
    const steps = rest.map((number) => {
      // A slip miscopies the number, which then goes where the wrong number belongs.
      const copied = slip.number(number);
      const at = sorted.findIndex((other) => other > copied);
      sorted.splice(at === -1 ? sorted.length : at, 0, copied);
      return sorted.join(",");
    });
    return { steps: steps.join(";"), answer: sorted.join(",") };
  },
  canonicalise: (answer) => canonicalIntegers(answer, ","),
  result: (steps) => /(?:^|;)(\d+(?:,\d+)*)$/.exec(steps)?.[1] ?? null,
});
