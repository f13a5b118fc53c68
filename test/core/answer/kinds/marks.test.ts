/** What marks an answer, and what only looks like a mark, kind by kind. */
import { describe, expect, it } from "vitest";
import { allSay, combined, FEWEST, keyOf, noneSays } from "./reading.js";

const answers = ["40", "-3", "\\frac{1}{2}", "7.5", "1,234"];

describe("headings and boxes", () => {
  const headings = [
    "Step 2",
    "Solution",
    "2. Done",
    "Schritt 1",
    "Case 2: x < 0",
    "Step 1: Double it",
    "Check the options",
    "Étape 3",
  ];
  allSay(
    "headings of four hashes or more are no answer",
    combined<[string, string, string]>(headings, ["####", "#####"], answers).map(([heading, hashes, a]) => [
      `${hashes} ${heading}\nWe add.\n\nThe answer is ${a}.`,
      a,
    ]),
  );
  allSay(
    "answers behind four hashes are",
    combined<[string, (a: string) => string]>(answers, [
      (a) => `#### ${a}`,
      (a) => `We add.\n#### ${a}\n`,
      (a) => `We add. #### ${a}`,
      (a) => `#### ${a} ####`,
      (a) => `####\n${a}`,
      (a) => `#### ${a}\n\n#### Check`,
      (a) => `#### Step 1\nWe add.\n#### ${a}`,
      (a) => `#### The answer is ${a}`,
      (a) => `#### ${a}<|im_end|>`,
      (a) => `#### ${a}\n########`,
    ]).map(([a, say]) => [say(a), a]),
  );
  const words = "notation form command style macro here format Form environment brackets box".split(" ");
  allSay(
    "words behind the name of a box are prose",
    combined<[string, (w: string) => string]>(words, [
      (w) => `I put it in \\boxed ${w}. The answer is 12.`,
      (w) => `\\boxed{12}. I used \\boxed ${w}, as told.`,
      (w) => `Answer: 12 (in \\boxed ${w})`,
      (w) => `Ich setze es in \\boxed ${w}. Die Antwort lautet 12.`,
      (w) => `The answer is 12, in \\fbox ${w}.`,
    ]).map(([w, say]) => [say(w), "12"]),
  );
  const placeholders = [
    "answer",
    "your answer",
    "your answer here",
    "...",
    "final answer",
    "\\text{answer}",
    "[answer]",
    "\\ldots",
    "___",
    "?",
  ];
  allSay(
    "placeholders in a box are none",
    combined<[string, (p: string) => string]>(placeholders, [
      (p) => `I give it as \\boxed{${p}}. The answer is 12.`,
      (p) => `It is \\boxed{12}, which I give as \\boxed{${p}}.`,
      (p) => `As \\boxed{${p}}: \\boxed{12}.`,
      (p) => `The final answer, as \\boxed{${p}}, is 12.`,
      (p) => `Use \\boxed{${p}}.\n#### 12`,
    ]).map(([p, say]) => [say(p), "12"]),
  );
  allSay(
    "sentences in the place of an answer",
    combined<[string, (s: string) => string]>(
      answers,
      [
        (a: string) => `The answer is ${a}`,
        (a: string) => `Answer: ${a}`,
        (a: string) => `Die Antwort ist ${a}`,
        (a: string) => `La réponse est ${a}`,
      ].flatMap((sentence) => [
        (a: string) => `\\boxed{\\text{${sentence(a)}}}`,
        (a: string) => `#### ${sentence(a)}`,
        (a: string) => `<answer>\\text{${sentence(a)}}</answer>`,
      ]),
    ).map(([a, say]) => [say(a), a]),
  );
});

it("four hashes with nothing behind them are a missing answer", () => {
  for (const text of ["6 ####", "The answer is 5.\n####", "It is 5.\n#### \n"])
    expect([text, keyOf(text)]).toEqual([text, null]);
});

describe("turns and thoughts", () => {
  const tokens =
    "<|im_end|> </s> <eos> <end_of_turn> <|eot_id|> <|END_OF_TURN_TOKEN|> <|endoftext|> [/INST] <pad>"
      .split(" ")
      .concat("<｜end▁of▁sentence｜>");
  allSay(
    "what ends a turn is no part of an answer",
    combined<[string, string, (a: string) => string]>(
      tokens,
      ["12", "25%"],
      [
        (a) => `#### ${a}`,
        (a) => `The answer is ${a}`,
        (a) => `The answer is ${a}.`,
        (a) => `**Final Answer**\n${a}`,
        (a) => a,
        (a) => `so $${a.replace("%", "\\%")}$`,
        (a) => `\\boxed{${a}}`,
      ],
    ).map(([token, a, say]) => [`${say(a)}${token}`, a]),
  );
  const tags: readonly [string, string][] = [
    ["<think>", "</think>"],
    ["<thinking>", "</thinking>"],
    ["[THINK]", "[/THINK]"],
    ["<|begin_of_thought|>", "<|end_of_thought|>"],
    ["<seed:think>", "</seed:think>"],
  ];
  const wrong = ["\\boxed{3}", "The answer is 3.", "#### 3", "<answer>3</answer>", "Perhaps the answer is 3"];
  const thoughts = combined<[[string, string], string]>(tags, wrong);
  it("thoughts have no answer where nothing ends them, or nothing follows", () => {
    const texts = thoughts.flatMap(([[open, close], said]) => [
      `${open}${said}`,
      `${open}\n${said}\n`,
      `Well. ${open}a${close} \\boxed{5} ${open}no, ${said}`,
      `${open}${said}${close}\nNothing more.`,
      `${said}${close}`,
    ]);
    expect(texts.length).toBeGreaterThanOrEqual(FEWEST);
    expect(texts.filter((text) => keyOf(text, "solution") !== null)).toEqual([]);
  });
  allSay(
    "what follows thoughts is the answer",
    thoughts.flatMap(([[open, close], said]): [string, string][] => [
      [`${open}${said}${close} So \\boxed{5}.`, "5"],
      [`${said}\n${close}\nThe answer is 5.`, "5"],
      [`${open}${said}${close}#### 5`, "5"],
    ]),
    "solution",
  );
});

describe("phrases", () => {
  const items = ["- ", "+ ", "• ", "1. ", "1) ", "(a) ", "* ", "> "];
  allSay(
    "marks of a list are no signs",
    combined<[string, string, (x: string) => string]>(
      items,
      ["12", "7.5", "1/2"],
      [(x) => `**Final Answer**\n${x}`, (x) => `The answer is:\n\n${x}`, (x) => `Answer:\n${x}`],
    ).map(([item, a, say]) => [say(`${item}${a}`), a]),
  );
  const asides = [
    " (arabic numerals)",
    ", in lowest terms,",
    " in simplest form",
    " (yes or no)",
    " as a fraction",
    ", rounded,",
    " for part (b)",
  ];
  allSay(
    "words between `answer` and `is`",
    combined<[string, string, string]>(["Therefore, the answer", "The answer"], asides, [...answers]).map(
      ([lead, aside, a]) => [`${lead}${aside} is ${a}.`, a],
    ),
    "solution",
  );
  const reasons = [
    ", the lamp is still on",
    " because it is odd",
    "; both hold",
    ", since it is even",
    " — it holds",
  ];
  allSay(
    "yes or no with a clause",
    combined<[string, string, string]>(
      ["The answer is", "So the answer is", "The answer is:", "Final answer:"],
      ["yes", "no", "Yes", "No"],
      reasons,
    ).map(([lead, word, reason]) => [`${lead} ${word}${reason}.`, word]),
  );
  allSay(
    "yes or no behind a hedge",
    combined<[string, string, string]>(
      [
        "most likely",
        "probably",
        "technically",
        "typically",
        "therefore",
        "very likely",
        "definitely",
        "actually",
      ],
      ["yes", "no", "Yes", '"No"'],
      [".", ", the lamp is still on.", ""],
    ).map(([hedge, word, end]) => [`The answer is ${hedge} ${word}${end}`, word.replaceAll('"', "")]),
  );
  const strings = ["}", ">", "} >", "> ]", "> > )", "{ }", "} ] >", "< >", "] } )", "> } ]"];
  allSay(
    "brackets alone",
    combined<[string, (x: string) => string]>(strings, [
      (x) => `So the answer is ${x}.`,
      (x) => `The answer is: ${x}`,
      (x) => `We need ">", "}". So the answer is ${x}`,
      (x) => `The final answer is ${x}.`,
      (x) => `Answer:\n${x}`,
    ]).map(([x, say]) => [say(x), x]),
  );
  allSay(
    "a label on the last line",
    combined<[string, (a: string) => string]>(
      ["23", "140", "64", "7.5", "-3", "1/2", "$18", "1,200", "9", "0.25"],
      [
        (a) => `We add them.\nA: ${a}`,
        (a) => `He has $60 + $80 = $<<60+80=140>>140.\nA: ${a}`,
        (a) => `We add them.\n\n**A:** ${a}`,
        (a) => `Q: How many?\nA: ${a}`,
        (a) => `We add them.\nAns: ${a}`,
      ],
    ).map(([a, say]) => [say(a), a]),
    "solution",
  );
  noneSays(
    "assignments of a program",
    combined<[string, (a: string) => string]>(
      ['"No"', "7", "'x'", "12", "3.5", "True", "40", "[1]", "0", '"B"'],
      [
        (a) => `if k:\n    answer = ${a}\nelse:\n    answer = ${a}\nprint(answer)`,
        (a) => `x = 3\nanswer = ${a}\nprint(answer)`,
        (a) => `def f():\n\tanswer = ${a}\n\treturn answer`,
        (a) => `for i in range(3):\n  answer = ${a}`,
        (a) => `import math\nanswer = ${a}\n`,
      ],
    ).map(([a, say]) => [say(a), a.replace(/["']/g, "")]),
    "solution",
  );
  allSay(
    "the field of JSON",
    combined<[string, (a: string) => string]>(
      ["42", "18", "-7", "0.5", "123456789012345678901"],
      [
        (a) => `{"reasoning": "That is 40 and 2.", "answer": "${a}"}`,
        (a) => `{"answer": ${a}, "reasoning": "2 and 16."}`,
        (a) => `{"steps": ["3+4"], "answer": ${a}}`,
        (a) => `{"final_answer": "${a}"}`,
        (a) => `\`\`\`json\n{"answer": ${a}}\n\`\`\``,
        (a) => `\n{"Answer": "${a}"}\n`,
        (a) => `{"answer": "The answer is ${a}", "answer": "${a}"}`,
        (a) => `{\n  "steps": [1, 2],\n  "answer": ${a}\n}`,
        (a) => `{"a": {"b": 1}, "answer": "${a}"}`,
        (a) => `{"answer":"${a}"}<|im_end|>`,
      ],
    ).map(([a, say]) => [say(a), a]),
    "solution",
  );
  allSay(
    "the field of what is meant for JSON",
    combined<[string, string, (a: string) => string]>(
      ["42", "3/4", "\\frac{3}{4}", "\\\\frac{3}{4}", "waterfall"],
      ['"answer"', '"Answer"', '"final_answer"'],
      [
        (f) => `{"reasoning": "We have $x$.\n\nSo it is \\sqrt{2} and "it".", ${f}`,
        (f) => `Here it is:\n\n\`\`\`json\n{\n  "reasoning": "a \\theta b",\n  ${f}`,
        (f) => `The final answer is:\n\`\`\`json\n{${f}`,
        (f) => `Sure.\n{\n\t"steps": ["3 + 4 = 7",],\n\t${f}`,
      ],
    ).flatMap(([a, name, open]): [string, string][] => {
      const meant = a.replace("\\\\", "\\");
      return [
        [`${open(`${name}: "${a}"`)}\n}`, meant],
        [`${open(`${name}: "${a}"`)}\n}\n\`\`\`\n\nLet me know if you have questions!`, meant],
      ];
    }),
    "solution",
  );
});

describe("the last marker decides", () => {
  const markers: readonly ((a: string) => string)[] = [
    (a) => `The final answer is ${a}.`,
    (a) => `#### ${a}`,
    (a) => `The answer is ${a}.`,
    (a) => `The answer is (${a === "3" ? "C" : "D"}).`,
  ];
  const saidBy = (say: (a: string) => string, a: string) =>
    say === markers[3] ? (a === "3" ? "C" : "D") : a;
  allSay(
    "of markers of one strength",
    combined<[(typeof markers)[number], (typeof markers)[number], string]>(
      markers as never,
      markers as never,
      ["\n", "\n\n", "\nWe check.\n", "\nNo, wait.\n\n"],
    ).flatMap(([one, two, joint]): [string, string][] => [
      [`${one("3")}${joint}${two("5")}`, saidBy(two, "5")],
    ]),
    "solution",
  );
});

describe("formulas", () => {
  const formulas = ["AC", "c_0", "f(x)", "P", "x^2", "\\triangle ABC"];
  noneSays(
    "inside a sentence are no answer",
    combined<[string, (f: string) => string]>(formulas, [
      (f) => `The length of $${f}$ is 11.`,
      (f) => `Therefore, the value of $${f}$ is 0.`,
      (f) => `We cannot determine $${f}$ without the graph.`,
      (f) => `Relative to car $${f}$ the speed is 30 km/h.`,
      (f) => `So $${f}$ is larger.`,
      (f) => `Look at \\(${f}\\) once more, please.`,
      (f) => `Now $${f}$ depends on the others.`,
      (f) => `La longueur de $${f}$ est 11.`,
      (f) => `所以$${f}$是最大的。`,
    ]).map(([f, say]) => [say(f), f]),
    "solution",
  );
  noneSays(
    "between prices are none",
    combined<[number, number, (a: number, b: number) => string]>(
      [5, 9, 15, 20, 12],
      [2, 3, 4, 7],
      [
        (a, b) => `He pays $${a} * ${b} = $${a * b} = $<<${a}*${b}=${a * b}>>${a * b} in all.`,
        (a, b) => `They earn $${a} + $${b} = $<<${a}+${b}=${a + b}>>${a + b}.`,
        (a, b) => `It is ${a} * $${b} = $<<${a}*${b}=${a * b}>>${a * b}.`,
      ],
    ).flatMap(([a, b, say]): [string, string][] => [a, b, a * b].map((n) => [say(a, b), `${n} =`])),
    "solution",
  );
});
