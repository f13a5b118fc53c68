/** Choices: the letter that the text gives its verdict for, and none that it mentions, kind by kind. */
import { describe } from "vitest";
import { allSay, combined, noneSays } from "./reading.js";

const letters = ["A", "B", "C", "D", "E"];
const other = (letter: string) => letters[(letters.indexOf(letter) + 2) % letters.length]!;

describe("choices", () => {
  noneSays(
    "of several none is the first",
    combined<[string, (a: string, b: string) => string]>(letters, [
      (a, b) => `The answer is (${a}) or (${b}).`,
      (a, b) => `The answer is (${a}), or possibly (${b}).`,
      (a, b) => `The correct answer is (${a}), (${b}), and (E).`,
      (a, b) => `The answer is both (${a}) and (${b}).`,
      (a, b) => `Answer: ${a} or ${b}`,
      (a, b) => `The answer is ${a}, ${b}.`,
      (a, b) => `Die Antwort ist (${a}) oder (${b}).`,
      (a, b) => `La réponse est (${a}) ou (${b}).`,
      (a, b) => `La respuesta es (${a}) y (${b}).`,
      (a, b) => `答案是(${a})和(${b})。`,
      (a, b) => `The final answer is (${a}) and (${b}).`,
    ]).flatMap(([a, say]): [string, string][] => [
      [say(a, other(a)), a],
      [say(a, other(a)), other(a)],
    ]),
  );
  const mentioned: readonly ((a: string) => string)[] = [
    (a) => `The first option holds. Option ${a} is wrong.`,
    (a) => `I looked at option ${a} and rejected it.`,
    (a) => `Choice ${a} is impossible here.`,
    (a) => `Option ${a} is not correct.`,
    (a) => `Option ${a} isn't right.`,
    (a) => `Could it be that option ${a} is right?`,
    (a) => `Option ${a} might be correct.`,
    (a) => `We can rule out option ${a}.`,
    (a) => `Consider option ${a}.`,
    (a) => `La opción ${a} es incorrecta.`,
    (a) => `Die Antwortmöglichkeit ${a} ist falsch.`,
    (a) => `选项${a}是错误的。`,
    (a) => `The wrong one is (${a}).`,
  ];
  const cases = combined<[string, (a: string) => string]>(letters, mentioned);
  noneSays(
    "that are mentioned are not chosen",
    cases.map(([a, say]) => [say(a), a]),
  );
  noneSays(
    "that are mentioned are not chosen in a vote",
    cases.map(([a, say]) => [say(a), a]),
    "solution",
  );
  allSay(
    "with a verdict are",
    combined<[string, (a: string, b: string) => string]>(letters, [
      (a) => `Option ${a} is correct.`,
      (a, b) => `Option ${b} is wrong, so option ${a} is correct.`,
      (a, b) => `Option ${a} is correct, not option ${b}.`,
      (a, b) => `Option ${a} is the right one. I rejected option ${b}.`,
      (a) => `Therefore I choose option ${a}.`,
      (a) => `故选${a}。`,
      (a) => `所以选${a}。`,
      (a) => `应选择${a}。`,
      (a, b) => `选项${b}不对，选项${a}正确。`,
      (a) => `La opción ${a} es correcta.`,
      (a) => `A opção ${a} é a correta.`,
      (a) => `The best choice ${a} fits all of it.`,
      (a) => `Die Antwortmöglichkeit ${a} ist richtig.`,
    ]).map(([a, say]) => [say(a, other(a)), a]),
    "solution",
  );
  allSay(
    "with their text are the letter",
    combined<[string, (a: string) => string]>(letters, [
      (a) => `\\boxed{\\text{(${a}) } 17}`,
      (a) => `\\boxed{\\textbf{(${a})}~\\frac{1}{4}}`,
      (a) => `\\boxed{(${a})\\ 12}`,
      (a) => `\\boxed{\\text{${a}) red}}`,
      (a) => `The answer is ${a} (25).`,
      (a) => `The answer is ${a}, waterfall.`,
      (a) => `Among A through E, the answer is ${a}, 40%.`,
      (a) => `正确答案是(${a}) 6。`,
      (a) => `The final answer is option ${a}.`,
      (a) => `The final answer is (${a}) 12`,
      (a) => `The answer is (${a}) 12 apples.`,
      (a) => `#### (${a}) 12`,
      (a) => `<answer>(${a}) 12 apples</answer>`,
      (a) => `The answer is ${a}, Louisiana.`,
      (a) => `The answer is ${a}, Outer Space.`,
      (a) => `The answer is most likely ${a}, a hotel.`,
      (a) => `The answer is ${a}--exhaustion.`,
    ]).map(([a, say]) => [say(a), a]),
  );
  const hedges = [
    "most likely",
    "likely to be",
    "probably",
    "possibly",
    "definitely",
    "clearly",
    "very likely",
    "therefore",
  ];
  allSay(
    "behind a hedge are chosen",
    combined<[string, string, (x: string) => string]>(hedges, letters, [
      (x) => `(${x}).`,
      (x) => `${x}.`,
    ]).map(([hedge, a, form]) => [`The answer is ${hedge} ${form(a)}`, a]),
  );
  allSay(
    "that the last sentence names are chosen",
    combined<[string, string]>(letters, [
      "The piece that he has torn off looks like",
      "This pattern corresponds to figure",
      "The boat that belongs to Sara is option",
      "The piece that lies on the dot is the piece marked",
      "The net of the cube matches the diagram",
      "That leaves",
      "Das Muster entspricht der Figur",
      "La figure cherchée est l'image".replace("l'image", "la figure"),
      "La pieza que falta es la figura",
      "Il pezzo che manca è la figura",
    ]).map(([a, say]) => [`${say} (${a}).`, a]),
    "solution",
  );
  noneSays(
    "that the last sentence does not choose",
    combined<[string, string]>(letters, [
      "This is not the shape",
      "It cannot be option",
      "The condition fails for the map",
      "We used the values in part",
      "See also case",
      "I am unsure whether it is figure",
      "It might be option",
      "The length was found in step",
      "We never looked at picture",
      "Das ist nicht die Figur",
    ]).map(([a, say]) => [`${say} (${a}).`, a]),
    "solution",
  );
  allSay(
    "before their reason, or at the end of a sentence",
    combined<[string, (a: string) => string]>(letters, [
      (a) => `(${a})\n\nExplanation: it has four sides.`,
      (a) => `**${a}**\n\nBecause it grows.`,
      (a) => `${a}.\nReason: nothing else fits.`,
      (a) => `(${a})\n\nBegründung: nur das passt.`,
      (a) => `(${a})\n\n解析：四条边。`,
      (a) => `(${a})\n**Explication :** quatre côtés.`,
      (a) => `The map that shows the region best is (${a}).`,
      (a) => `Hence the only shape left is (${a}).`,
      (a) => `Die gesuchte Karte ist (${a}).`,
      (a) => `We add them up.\nThe map that matches is **(${a})**.`,
    ]).map(([a, say]) => [say(a), a]),
    "solution",
  );
  allSay(
    "behind Chinese phrases",
    combined<[string, (a: string) => string]>(
      [...letters, "24", "$\\frac{1}{2}$", "3.5", "18", "-7"],
      [
        (a) => `【答案】${a}`,
        (a) => `【解析】略。\n【答案】${a}`,
        (a) => `【解析】略。【答案】：${a}`,
        (a) => `【答案】${a}\n`,
        (a) => `答案：${a}`,
        (a) => `所以答案是${a}。`,
      ],
    ).map(([a, say]) => [say(a), a]),
  );
  allSay(
    "behind Chinese phrases, as options",
    combined<[string, string, string]>(
      ["所以答案是", "答案为", "正确答案是", "最终答案：", "答案："],
      letters,
      ["选项。", "選項。", "项。"],
    ).map(([lead, a, word]) => [`${lead}${a}${word}`, a]),
  );
});
