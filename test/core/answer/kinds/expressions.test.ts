/** What stands beside a number is never cut off where it says something: kind by kind, on generated texts. */
import { describe, expect, it } from "vitest";
import { allDiffer, allSay, combined, keyOf, noneSays } from "./reading.js";

const numbers = ["5", "8", "12", "40", "1,250"];
const says = [
  (x: string) => x,
  (x: string) => `The answer is ${x}.`,
  (x: string) => `Answer: ${x}`,
  (x: string) => `**Final Answer**\n${x}`,
];
const inSentence = [
  ...says.slice(0, 3),
  (x: string) => `The answer is about ${x}.`,
  (x: string) => `It takes ${x}.`,
];

describe("functions and letters", () => {
  const names = "sqr cube log_2 log_3 log_{5} Q P foo score fact gamma_1 area".split(" ");
  noneSays(
    "the name of a function",
    combined<[string, string, (x: string) => string]>(names, ["5", "9", "11"], says.slice(0, 3)).map(
      ([name, n, say]) => [say(`${name}(${n})`), n],
    ),
  );
  const letters = "xy ab uv mn kh zw pq rs jk".split(" ");
  allDiffer("letters at the end", [
    ...combined<[string, string]>(["3 + @", "(2, @)", "{2, @}", "9/(2@)", "6 - @", "5@", "7^@"], letters).map(
      ([form, xy]) => form.replace("@", xy),
    ),
  ]);
  allDiffer(
    "text in tuples",
    combined<[string, string]>(
      ["(0, '@')", '(1, "@")', "(2, @, 3)", "('@', 4)"],
      [..."up down left right red green blue north south east west cat dog".split(" ")],
    ).map(([form, word]) => form.replace("@", word)),
  );
});

describe("quantities", () => {
  const units: readonly [string, string, number][] = [
    ["hours", "minutes", 60],
    ["minutes", "seconds", 60],
    ["feet", "inches", 12],
    ["years", "months", 12],
    ["weeks", "days", 7],
    ["pounds", "ounces", 16],
    ["km", "meters", 1000],
    ["meters", "cm", 100],
    ["dollars", "cents", 100],
  ];
  allSay(
    "in two units are a number of the smaller",
    combined<[(typeof units)[number], string, (x: string) => string]>(units, [" ", " and "], inSentence).map(
      ([[big, small, factor], joint, say]) => [say(`4 ${big}${joint}9 ${small}`), `${4 * factor + 9}`],
    ),
  );
  it.each(units)("in %s and %s turned round are others", (big, small) => {
    for (const [a, b] of [
      [3, 11],
      [2, 5],
      [4, 9],
      [1, 6],
    ])
      for (const joint of [" ", " and ", ", "]) {
        const [one, other] = [`${a} ${big}${joint}${b} ${small}`, `${b} ${big}${joint}${a} ${small}`];
        expect([one, keyOf(one)]).not.toEqual([one, keyOf(other)]);
        expect([one, keyOf(one)]).not.toEqual([one, `${a! * b!}`]);
      }
  });
  allSay(
    "per something are the number",
    combined<[string, string, (x: string) => string]>(
      ["350", "25", "90", "7.50", "1,200"],
      ["/day", "/hour", "/month", " per week", "/person", "/year"],
      says.slice(0, 2),
    ).map(([n, per, say]) => [say(`$${n}${per}`), n]),
  );
});

describe("words joined to a number", () => {
  const people = ["Tom's age", "Ann's age", "the price", "what she has", "John's number"];
  allDiffer(
    "by an operator",
    combined<[string, (x: string) => string]>(people, [
      (x) => `The answer is 10 + ${x}.`,
      (x) => `The answer is ${x} - 5.`,
      (x) => `The answer is ${x} + 5.`,
      (x) => `The answer is 3 * ${x}.`,
      (x) => `So the answer is 7 - ${x}`,
      (x) => `The final answer is ${x} × 2.`,
      (x) => `A sum.\nA: 12+${x}`,
      (x) => `The answer is 10.`.replace("10", `20 + ${x}`),
    ])
      .map(([x, say]) => say(x))
      .concat(
        ["pyramid", "prism", "gon", "fold", "sided die", "cycle"].flatMap((x) => [
          `The answer is a 6-${x}.`,
          `The answer is an 8-${x}.`,
        ]),
      ),
  );
});

describe("words of three letters", () => {
  const pairs = [
    "dog god",
    "cat act",
    "car arc",
    "tap pat",
    "net ten",
    "pan nap",
    "rat tar",
    "bat tab",
    "war raw",
    "lap pal",
    "nab ban",
    "gum mug",
    "bus sub",
    "dam mad",
  ];
  allDiffer(
    "are no products",
    pairs
      .flatMap((pair) => pair.split(" "))
      .flatMap((word) => [`The answer is red ${word}.`, `The answer is a ${word}.`]),
  );
  allSay(
    "with an article are the word",
    combined<[string, (w: string) => string]>(
      "dog,god,cat,car,bed,tap,pat,pan,nap,rat,tar,bat,tab".split(","),
      [
        (w) => `The answer is a ${w}.`,
        (w) => `The answer is the ${w}.`,
        (w) => `\\boxed{\\text{a ${w}}}`,
        (w) => `#### A ${w}`,
      ],
    ).map(([w, say]) => [say(w), w]),
  );
});

describe("letters in a list", () => {
  allDiffer(
    "are no articles",
    combined<[string, (x: string) => string]>(
      ["B", "C", "D", "E", "F"],
      [
        (x) => `The answer is ${x} or maybe G.`,
        (x) => `The answer is A, ${x} or maybe G.`,
        (x) => `The answer is most likely A or ${x}.`,
        (x) => `The answer is most likely or ${x}.`,
        (x) => `The answer is either a or ${x} today.`,
        (x) => `The answer is either or ${x} today.`,
        (x) => `The answer is perhaps A and ${x} both.`,
        (x) => `The answer is perhaps and ${x} both.`,
        (x) => `The answer is A then ${x} again.`,
        (x) => `The answer is then ${x} again.`,
      ],
    ).map(([x, say]) => say(x)),
  );
});

describe("words before a number", () => {
  const signs = ["minus", "negative", "Minus", "Negative"];
  allSay(
    "that are its sign",
    combined<[string, string, (x: string) => string]>(signs, numbers, says).map(([word, n, say]) => [
      say(`${word} ${n}`),
      `-${n}`,
    ]),
  );
  allSay(
    "that are its sign, in other languages",
    combined<[string, string]>(
      [
        "Die Antwort ist minus @.",
        "La réponse est moins @.",
        "La respuesta es menos @.",
        "A resposta é menos @.",
        "La risposta è meno @.",
        "Ответ: минус @",
        "答案是负@。",
        "答えはマイナス@です。",
        "정답은 마이너스 @입니다.",
        "Cevap: eksi @",
      ],
      ["3", "12", "7", "40", "5.5"],
    ).map(([form, n]) => [form.replace("@", n), `-${n}`]),
  );
  const others =
    "half of|twice|double|triple|up to|not|greater than or equal to|less than|more than|at least|at most|anything but|x cannot be equal to|fewer than|no more than|square root of|a third of|other than|x isn't|bis zu|höchstens|mehr als|menos de|más de|plus de|au moins|至少|最多|不是|大于".split(
      "|",
    );
  noneSays(
    "that bound, deny or change it",
    combined<[string, string, (x: string) => string]>(others, ["5", "12"], says.slice(0, 3)).map(
      ([word, n, say]) => [say(`${word} ${n}`), n],
    ),
  );
});

describe("words behind a number", () => {
  const bounds =
    "or less|or more|or fewer|or greater|or higher|or above|and above|or lower|apples or more|at most|at least|oder mehr|ou plus|o más|以上|以下".split(
      "|",
    );
  noneSays(
    "that bound it",
    combined<[string, string]>(numbers, bounds).map(([n, words]) => [`${n} ${words}`, n]),
  );
  const powers: readonly [string, string][] = [
    ["hundred", "100"],
    ["thousand", "1000"],
    ["million", "1000000"],
    ["billion", "1000000000"],
    ["trillion", "1000000000000"],
    ["dozen", "12"],
    ["Millionen", "1000000"],
    ["millones", "1000000"],
    ["万", "10000"],
    ["亿", "100000000"],
    ["percent", "1/100"],
    ["per cent", "1/100"],
    ["thirds", "1/3"],
    ["quarters", "1/4"],
    ["halves", "1/2"],
    ["fifths", "1/5"],
  ];
  allSay(
    "that multiply it",
    combined<[[string, string], string, (n: string, w: string) => string]>(
      powers,
      ["2", "7"],
      [(n, w) => `${n} ${w}`, (n, w) => `The answer is ${n} ${w}.`, (n, w) => `\\boxed{${n}\\text{ ${w}}}`],
    ).map(([[word, factor], n, say]) => [say(n, word), `${n} \\cdot (${factor})`]),
  );
  noneSays(
    "that make another of it",
    combined<[string, string, (n: string, w: string) => string]>(
      ["squared", "cubed", "factorial"],
      ["2", "3", "5", "7", "11", "20"],
      [(n, w) => `${n} ${w}`, (n, w) => `The answer is ${n} ${w}.`, (n, w) => `\\boxed{${n}\\text{ ${w}}}`],
    ).map(([word, n, say]) => [say(n, word), n]),
  );
  allSay(
    "with `in`, and asides in brackets, are none of it",
    combined<[string, string, (x: string) => string]>(
      ["36", "480", "7", "2.5"],
      [
        " in total",
        " in all",
        " in a week",
        " in the chart",
        " (or fewer)",
        " (or less, if it rains)",
        " (see above)",
      ],
      says.slice(0, 2),
    ).map(([n, words, say]) => [say(`${n}${words}`), n]),
  );
});

describe("brackets and chains", () => {
  const pieces = ["]", "}", ")", ">", "] }", "} ]", ") ]"];
  allDiffer(
    "strings of brackets",
    [
      ...new Set(combined<[string, string, string]>(pieces, pieces, pieces).map((parts) => parts.join(" "))),
    ].slice(0, 120),
  );
  const sums = combined<[number, number]>([2, 3, 5, 8], [4, 7, 9, 11]);
  allSay(
    "true chains are their value",
    sums.flatMap(([a, b]): [string, string][] => [
      [`${a} + ${b} = ${a + b}`, `${a + b}`],
      [`\\boxed{${a} \\times ${b} = ${a * b}}`, `${a * b}`],
      [`${a} * ${b} + 1 = ${a * b} + 1 = ${a * b + 1}`, `${a * b + 1}`],
      [`Therefore, the total is ${a} + ${b} = ${a + b}.`, `${a + b}`],
    ]),
  );
  noneSays(
    "false ones are none",
    sums.flatMap(([a, b]): [string, string][] => [
      [`${a} + ${b} = ${a + b + 1}`, `${a + b + 1}`],
      [`\\boxed{${a} \\times ${b} = ${a * b - 1}}`, `${a * b - 1}`],
      [`${a} + ${b} = ${a + b} = ${a * b + 2}`, `${a * b + 2}`],
      [`The answer is ${a} - ${b} = ${a}.`, `${a}`],
    ]),
  );
  allSay(
    "escaped asterisks multiply",
    combined<[number, number, string]>([2, 4, 6, 9], [3, 5, 7, 12, 20], [" \\* ", "\\*", "\\*\\,"]).map(
      ([a, b, times]) => [`${a}${times}${b}`, `${a * b}`],
    ),
  );
  const noise = combined<[number, number]>(
    [0.1, 0.2, 0.3, 0.7, 1.1, 1.7, 2.3, 4.35],
    [3, 6, 7, 9, 100, 110, 30],
  );
  allSay(
    "the noise of doubles is none",
    noise.map(([a, b]) => [String(a * b), `${a} \\cdot ${b}`]),
  );
});
