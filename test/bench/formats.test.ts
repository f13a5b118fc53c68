/** Folders of answers from each public format: small files of our own in the shape of the real ones, as a checkout and as a git directory. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "selftrain-formats-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Writes files into a new repository; returns its path. */
function repository(name: string, files: Record<string, string>): string {
  const root = join(folder, "repositories", name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const script = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/answers/make-folders.mjs", ...args], { encoding: "utf8" });

/** The rows of each file that the script makes of a repository, by `source/file`. */
function made(source: string, root: string, ...options: string[]): Record<string, object[]> {
  const out = mkdtempSync(join(folder, "out-"));
  const { status, stderr } = script("--out", out, ...options, `${source}=${root}`);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return rowsIn(out);
}

function rowsIn(out: string): Record<string, object[]> {
  const files = readdirSync(out).flatMap((part) =>
    readdirSync(join(out, part)).map((file) => `${part}/${file}`),
  );
  const rows = (file: string) => readFileSync(join(out, file), "utf8").trim().split("\n");
  return Object.fromEntries(files.map((file) => [file, rows(file).map((line) => JSON.parse(line))]));
}

const formats: [source: string, files: Record<string, string>, rows: Record<string, object[]>][] = [
  [
    "gsm8k",
    {
      "grade_school_math/data/example_model_solutions.jsonl": lines({
        ground_truth: "2 + 3 = 5 apples\nA: 5",
        "6b_finetuning": { solution: "2 + 4 = 6\nA: 6" },
        "6b_verification": { solution: "It goes on and" },
        "175b_finetuning": { solution: "A: 1\nNo.\nA: 5" },
        "175b_verification": { solution: "A: 1,000 apples" },
      }),
    },
    {
      "gsm8k/6b_finetuning.jsonl": [{ gold: "5", completion: "2 + 4 = 6\nA: 6", stated: "6", group: "0" }],
      "gsm8k/6b_verification.jsonl": [{ gold: "5", completion: "It goes on and", group: "0" }],
      "gsm8k/175b_finetuning.jsonl": [{ gold: "5", completion: "A: 1\nNo.\nA: 5", stated: "5", group: "0" }],
      "gsm8k/175b_verification.jsonl": [
        { gold: "5", completion: "A: 1,000 apples", stated: "1,000 apples", group: "0" },
      ],
    },
  ],
  [
    "tora",
    {
      "src/outputs/llm-agents/big/math/test.jsonl": lines(
        { idx: 4, gt: "\\frac{1}{2}", code: ["print(1)\nSo it is $\\boxed{\\frac{1}{2}}$."], pred: ["0.5"] },
        { idx: 5, gt: "2", code: ["\\boxed{3} or \\boxed{2", "\\boxed{.}"], pred: ["3"] },
      ),
    },
    {
      "tora/big-math.jsonl": [
        {
          gold: "\\frac{1}{2}",
          completion: "print(1)\nSo it is $\\boxed{\\frac{1}{2}}$.",
          stated: "\\frac{1}{2}",
          group: "math-4",
        },
        { gold: "2", completion: "\\boxed{3} or \\boxed{2", stated: "3", group: "math-5" },
        { gold: "2", completion: "\\boxed{.}", group: "math-5" },
      ],
    },
  ],
  [
    "zero-shot-cot",
    {
      "log/aqua_zero_shot_cot.log": entry(
        "Which? Answer Choices: (A) 1 (B) 2",
        "B is 2. Therefore, the answer is B.",
        "B.",
        "B",
      ),
      "log/gsm8k_zero_shot.log":
        entry("How much?", "The answer is $1,200.50.", "$1,200.50.", "1200") +
        entry("How many?", "The answer is 3 or 4.", "3 or 4.", "4") +
        entry("What share?", "The answer is .2 %.\n\n5 were left", ".2 %.\n\n5 were left", "0.2"),
      "log/strategyqa_zero_shot_cot.log": entry(
        "Is it?",
        "So the answer (Yes or No) is most likely No.",
        "most likely No.",
        "no",
      ),
    },
    {
      "zero-shot-cot/aqua_zero_shot_cot.jsonl": [
        {
          gold: "B",
          completion: "B is 2. Therefore, the answer is B.",
          choices: ["1", "2"],
          stated: "B",
          group: "aqua: Which? Answer Choices: (A) 1 (B) 2",
        },
      ],
      "zero-shot-cot/gsm8k_zero_shot.jsonl": [
        {
          gold: "1200",
          completion: "The answer is $1,200.50.",
          stated: "1200.50",
          group: "gsm8k: How much?",
        },
        { gold: "4", completion: "The answer is 3 or 4.", group: "gsm8k: How many?" },
        {
          gold: "0.2",
          completion: "The answer is .2 %.\n\n5 were left",
          stated: ".2 %",
          group: "gsm8k: What share?",
        },
      ],
      "zero-shot-cot/strategyqa_zero_shot_cot.jsonl": [
        {
          gold: "no",
          completion: "So the answer (Yes or No) is most likely No.",
          stated: "No",
          group: "strategyqa: Is it?",
        },
      ],
    },
  ],
  [
    "math-v",
    {
      "data/test.jsonl": lines(
        { id: "1", answer: "B", options: ["1", "2"] },
        { id: "2", answer: "7", options: [] },
      ),
      "outputs/open-source/M-CoT.jsonl": lines(
        { id: "1", response: "It is \\boxed{B}", model_answer: "b" },
        { id: "2", response: "7.", model_answer: "7" },
      ),
      "outputs/open-source/M.jsonl": lines(
        { id: "1", response: "The answer is (B).", model_answer: "b" },
        { id: "1", response: "(B) 2", model_answer: "2" },
        { id: "2", response: "About seven, I think", model_answer: "about seven, i think" },
      ),
      "outputs/Random-Chance.jsonl": lines({ id: "1", response: "A", model_answer: "a" }),
    },
    {
      "math-v/M-CoT.jsonl": [
        { gold: "B", completion: "It is \\boxed{B}", choices: ["1", "2"], stated: "B", group: "1" },
      ],
      "math-v-direct/M-CoT.jsonl": [{ gold: "7", completion: "7.", stated: "7", group: "2" }],
      "math-v-direct/M.jsonl": [
        { gold: "B", completion: "The answer is (B).", choices: ["1", "2"], stated: "B", group: "1" },
        { gold: "B", completion: "(B) 2", choices: ["1", "2"], stated: "B", group: "1" },
        { gold: "7", completion: "About seven, I think", group: "2" },
      ],
    },
  ],
  [
    "big-bench-hard",
    {
      "m-outputs/m-cot/dates_few_shot_template_0-9.json": JSON.stringify({
        outputs: [
          { input: "Options:\n(A) 1\n(B) 2\nA: Go.", prediction: "Hm. So the answer is (B).", target: "(B)" },
          { input: "Sort.", prediction: "it breaks", target: "a b" },
        ],
      }),
      "m-outputs/m-direct/dates_few_shot_template_0-9.json": JSON.stringify({
        outputs: [{ input: "Yes?", prediction: " No", target: "No" }],
      }),
      "m-outputs/m-cot/dates_few_shot_template_0-9_eval_metrics.jsonl": "{}",
    },
    {
      "big-bench-hard/dates.jsonl": [
        {
          gold: "(B)",
          completion: "Hm. So the answer is (B).",
          choices: ["1", "2"],
          stated: "(B)",
          group: "dates-0",
        },
        { gold: "a b", completion: "it breaks", group: "dates-1" },
      ],
      "big-bench-hard-direct/dates.jsonl": [
        { gold: "No", completion: " No", stated: "No", group: "dates-0" },
      ],
    },
  ],
  [
    "math-vista",
    {
      "results/m/output_m.json": JSON.stringify({
        1: {
          response: "The answer is (B) blue.",
          answer: "blue",
          choices: ["red", "blue"],
          question_type: "multi_choice",
        },
        2: { response: "The answer is 1.5 cm.", answer: "1.5", choices: null, question_type: "free_form" },
        3: { response: "The answer is 3/4.", answer: "0.75", choices: null, question_type: "free_form" },
        4: {
          response: "If so, the answer is A. Else the answer is B.",
          answer: "red",
          choices: ["red", "blue"],
          question_type: "multi_choice",
        },
        5: {
          response: "The answer is 2: \\boxed{3}",
          answer: "3",
          choices: null,
          question_type: "free_form",
        },
        6: {
          response: "the answer is Blue.",
          answer: "blue",
          choices: ["red", "blue"],
          question_type: "multi_choice",
        },
        7: { response: null, answer: "1", choices: null, question_type: "free_form" },
      }),
      "results/random/output_random_guess.json": "{}",
    },
    {
      "math-vista/m.jsonl": [
        {
          gold: "B",
          completion: "The answer is (B) blue.",
          choices: ["red", "blue"],
          stated: "B",
          group: "1",
        },
        { gold: "1.5", completion: "The answer is 1.5 cm.", stated: "1.5", group: "2" },
        { gold: "0.75", completion: "The answer is 3/4.", group: "3" },
        {
          gold: "A",
          completion: "If so, the answer is A. Else the answer is B.",
          choices: ["red", "blue"],
          group: "4",
        },
        { gold: "3", completion: "The answer is 2: \\boxed{3}", group: "5" },
        {
          gold: "B",
          completion: "the answer is Blue.",
          choices: ["red", "blue"],
          stated: "blue",
          group: "6",
        },
      ],
    },
  ],
  [
    "zero-eval",
    {
      "result_dirs/gsm/M.json": JSON.stringify([
        { id: "q1", output: ['{"reasoning": "2 and\n2", "answer": "4"}'], answer: "# 4" },
        { id: "q2", output: ['```json\n{"answer": 1, "reasoning": ""}\n```\n{"answer": -5}'], answer: "# 5" },
        { id: "q3", output: ['{"answer": "" }'], answer: "# 5" },
      ]),
      "result_dirs/math-l5/M.json": JSON.stringify([
        { id: 0, output: ['{"answer": "\\frac{1}{2}"}'], answer: "1/2" },
      ]),
      "result_dirs/crux/M.json": JSON.stringify([
        { id: "c", output: ['{"answer": "\'a\\\\nbc\'"}'], answer: "'a\\nbc'" },
      ]),
      "result_dirs/alpaca_eval/M.json": "[]",
    },
    {
      "zero-eval/gsm-M.jsonl": [
        { gold: "4", completion: '{"reasoning": "2 and\n2", "answer": "4"}', stated: "4", group: "gsm-q1" },
        {
          gold: "5",
          completion: '```json\n{"answer": 1, "reasoning": ""}\n```\n{"answer": -5}',
          stated: "-5",
          group: "gsm-q2",
        },
        { gold: "5", completion: '{"answer": "" }', group: "gsm-q3" },
      ],
      "zero-eval/math-l5-M.jsonl": [
        { gold: "1/2", completion: '{"answer": "\\frac{1}{2}"}', stated: "\\frac{1}{2}", group: "math-l5-0" },
      ],
      "zero-eval/crux-M.jsonl": [
        { gold: "'a\\nbc'", completion: '{"answer": "\'a\\\\nbc\'"}', stated: "'a\\nbc'", group: "crux-c" },
      ],
    },
  ],
  [
    "gaokao",
    {
      "Results/m_obj/m_History.json": JSON.stringify({
        keyword: "History",
        model_name: "m",
        example: [
          { index: 0, standard_answer: ["C"], model_output: "【解析】略 <eoe>\n【答案】: C <eoa>" },
          { index: 1, standard_answer: ["AC"], model_output: "【答案】 AC <eoa>" },
          { index: 2, standard_answer: ["C"], model_output: "【答案】A、C <eoa>" },
          { index: 3, standard_answer: ["C", "D"], model_output: "【答案】C\n【答案】D" },
        ],
      }),
    },
    {
      "gaokao/m-History.jsonl": [
        { gold: "C", completion: "【解析】略 <eoe>\n【答案】: C <eoa>", stated: "C", group: "History-0" },
        { gold: "AC", completion: "【答案】 AC <eoa>", stated: "AC", group: "History-1" },
        { gold: "C", completion: "【答案】A、C <eoa>", group: "History-2" },
      ],
    },
  ],
  [
    "qwen-math",
    {
      "evaluation/data/eval_rm_maj_example/some.jsonl": lines({
        idx: 3,
        gt: "2",
        code: ["\\boxed{2}", "nothing"],
      }),
    },
    {
      "qwen-math/some.jsonl": [
        { gold: "2", completion: "\\boxed{2}", stated: "2", group: "3" },
        { gold: "2", completion: "nothing", group: "3" },
      ],
    },
  ],
  [
    "abel",
    { "outputs/gsm8k/7b.jsonl": lines({ id: 9, response: "#### Step\nIt is 2. #### 2 ", gold: 2 }) },
    {
      "abel/gsm8k-7b.jsonl": [
        { gold: "2", completion: "#### Step\nIt is 2. #### 2 ", stated: "2", group: "gsm8k-9" },
      ],
    },
  ],
  [
    "theorem-qa",
    {
      "outputs/m.jsonl": lines(
        {
          question: "q",
          correct: ["2.0", 2],
          solution: "Hm.\nThe answer is 2.\n\nProblem: more\nThe answer is 3.",
        },
        { question: "r", correct: ["True"], solution: "and so on" },
      ),
    },
    {
      "theorem-qa/m.jsonl": [
        { gold: "2.0", completion: "Hm.\nThe answer is 2.", stated: "2", group: "q" },
        { gold: "True", completion: "and so on", group: "r" },
      ],
    },
  ],
];

/** An entry of a log of zero_shot_cot. */
function entry(question: string, completion: string, before: string, gold: string): string {
  const bar = "*************************";
  return `${bar}\n1st data\n1_th_sampling\nQ: ${question}\nA: ${completion}\npred_before : ${before}\npred_after : x\npred_list : ['x']\npred_mode : x\nGT : ${gold}\n${bar}\n`;
}

describe("folders of answers", () => {
  it.each(formats)("reads what completions of %s state", (source, files, rows) => {
    expect(made(source, repository(source, files))).toEqual(rows);
  });

  it("has a case of each format", () => {
    const { stdout } = script("--help");
    const listed = [...stdout.matchAll(/^ {2}(\S+) /gm)].map((match) => match[1]);
    expect(formats.map(([source]) => source).sort()).toEqual(listed.sort());
  });

  it("reads a git directory as a checkout, and names what is absent in it", () => {
    const [source, files, rows] = formats[0] as (typeof formats)[0];
    const root = repository("git", { ...files, "more/example_model_solutions.jsonl": "{}" });
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim();
    git("init", "--quiet");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "a");
    const absent = git("rev-parse", "HEAD:more/example_model_solutions.jsonl");
    rmSync(join(root, ".git", "objects", absent.slice(0, 2), absent.slice(2)), { force: true });
    const out = join(folder, "from-git");
    const { stderr } = script("--out", out, `${source}=${join(root, ".git")}`);
    expect(stderr).toBe("  left out, its content is not there: more/example_model_solutions.jsonl\n");
    expect(rowsIn(out)).toEqual(rows);
  });

  it("keeps the same questions of every run with --share", () => {
    const ids = Array.from({ length: 200 }, (_, id) => ({ id, response: `#### ${id}`, gold: id }));
    const root = repository("share", {
      "outputs/a/1.jsonl": lines(...ids),
      "outputs/a/2.jsonl": lines(...ids),
    });
    const kept = made("abel", root, "--share", "0.25");
    const groups = (file: string) => kept[file]?.map((row) => (row as { group: string }).group);
    expect(groups("abel/a-1.jsonl")).toEqual(groups("abel/a-2.jsonl"));
    const count = groups("abel/a-1.jsonl")?.length as number;
    expect(count).toBeGreaterThan(30);
    expect(count).toBeLessThan(70);
  });

  it.each([
    [["gsm8k=nowhere", "--out", "x"], "There is no folder nowhere"],
    [["gsm9k=.", "--out", "x"], "Invalid source (gsm9k=.)"],
    [["gsm8k=docs", "--out", "x"], "is it openai/grade-school-math?"],
    [["gsm8k=.", "--out", "x", "--share", "2"], "Invalid value for --share (2)"],
    [["gsm8k=."], "Name the folder to write to with --out"],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = script(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
