/** lupantech/MathVista: completions of some twenty runs. `extraction` is a model's reading and is not used: it is often another answer. */
import { letterOf } from "../reading.mjs";

const ANNOUNCED = /answer is:?\s+((?:(?!answer is)[^\n])*)/gi;
const LETTER = /^\W*\(?([A-H])(?:\)|[.,:*]|\s*$|\s+\()/;
const NUMBER = /^\W{0,2}?(-?\d[\d,]*(?:\.\d+)?(?: ?%)?)(?![\d/^*+=-]|\s*[-+*/^=×:]\s*\d|\s*(?:or|to|and)\s)/;

export const mathVista = {
  repository: "lupantech/MathVista",
  stated:
    "what follows 'answer is': a letter, a choice's whole text, or a number; none where two differ or a box follows",
  files: /^results\/(?!random|test_random|leader).*\/output_.*\.json$/,
  *rows(path, text) {
    const run = path
      .split("/")
      .at(-1)
      .replace(/^output_|\.json$/g, "");
    for (const [id, { response, answer, choices, question_type }] of Object.entries(JSON.parse(text))) {
      if (typeof response !== "string") continue;
      const gold = question_type === "multi_choice" ? letterOf(choices.indexOf(answer)) : answer;
      yield {
        run,
        gold,
        completion: response,
        choices: choices ?? undefined,
        stated: stated(response, choices),
        group: id,
      };
    }
  },
};

function stated(response, choices) {
  const announced = [...response.matchAll(ANNOUNCED)];
  const answers = new Set(announced.map(([, said]) => after(said, choices)));
  const boxed = response.lastIndexOf("\\boxed{") > (announced.at(-1)?.index ?? 0);
  return answers.size === 1 && !boxed ? [...answers][0] : undefined;
}

function after(said, choices) {
  if (choices === null) return NUMBER.exec(said)?.[1];
  const letter = LETTER.exec(said)?.[1];
  if (letter !== undefined) return letter;
  const text = said.replace(/\W+$/, "").toLowerCase();
  return choices.find((choice) => choice.toLowerCase() === text);
}
