/**
 * Phrases that announce an answer, in several languages. A stem is searched for, and what follows it decides: `the
 * answer is`, and neither `the answers of others` nor `the answer is not`.
 */

export interface Anchor {
  /** In lower case. */
  readonly stem: string;
  /** What follows the stem, matched at its end. */
  readonly after: RegExp;
}

const colon = "[*_]{0,3}[ \\t]{0,3}[:：=][*_]{0,3}";
/** The stem alone on its line, as a heading. */
const heading = "[ \\t]{0,3}[*_:：]{0,4}[ \\t]{0,3}\\n";

/** `the answer to the last part is`; `verbs` are words that join the answer to it, `refused` what is no answer. */
function european(stems: string, verbs: string, refused: string): Anchor[] {
  const aside = "(?:[ \\t]\\([^()\\n]{1,60}\\))?(?:,[^,.:=\\n]{1,60},)?";
  const about = `${aside}(?:[ \\t](?:to|of|for|in|as|rounded|expressed|written|auf|der|als|à|de|du|en|a|al|come|della|do|da|em|como)[ \\t][^.:=\\n]{1,80}?)?`;
  const verb = `[*_]{0,3}${about}[ \\t](?:${verbs})(?!\\p{L})[ \\t]{0,3}[:：]?`;
  const after = new RegExp(`(?:${colon}|${verb})(?![\\s*_]{0,6}(?:${refused})(?!\\p{L}))`, "uy");
  return stems.split("|").map((stem) => ({ stem, after }));
}

/** Languages that write no blank between the stem and what follows it. */
function joined(stems: string, particles: string, refused: string): Anchor[] {
  const after = new RegExp(
    `(?:${colon}|[】\\]][:：]?|[*_]{0,3}\\s{0,2}(?:${particles})[:：]?)(?!\\s{0,3}(?:${refused}))`,
    "uy",
  );
  return stems.split("|").map((stem) => ({ stem, after }));
}

/** Stems that begin with `mark` are those of a final answer. */
const languages: readonly { readonly plain: readonly Anchor[]; readonly final: readonly Anchor[] }[] = [
  language(european, {
    plain: "answer",
    final: "final answer|final result",
    verbs: "is|are|was|will be|would be|should be|must be|equals|comes out to(?: be)?|becomes",
    refused: "not|correct|right|wrong|incorrect|clear|obvious|unknown|that",
  }),
  language(european, {
    plain: "antwort|ergebnis|lösung",
    final: "endergebnis|endgültige antwort|finale antwort|endgültiges ergebnis",
    verbs: "ist|lautet|beträgt|wäre|sind|lauten",
    refused: "nicht|kein|keine|richtig|falsch|korrekt|klar|dass",
  }),
  language(european, {
    plain: "réponse|reponse|résultat",
    final: "réponse finale|reponse finale|résultat final",
    verbs: "est|sont|vaut|serait|sera",
    refused: "pas|correcte?|juste|fausse|exacte?|claire?|que",
  }),
  language(european, {
    plain: "respuesta|resultado|resposta",
    final: "respuesta final|resultado final|resposta final|respuesta correcta|resposta correta",
    verbs: "es|son|sería|será|é|são|seria",
    refused: "correct[oa]|corret[oa]|incorrect[oa]|falsa|clar[oa]|que|no|não",
  }),
  language(european, {
    plain: "risposta|risultato",
    final: "risposta finale|risultato finale|risposta corretta",
    verbs: "è|e'|e’|sono|sarà|sarebbe",
    refused: "corrett[oa]|giust[oa]|sbagliat[oa]|chiar[oa]|che|non",
  }),
  language(european, {
    plain: "antwoord|svar|svaret|odpowiedź|odpověď|cevap|yanıt|jawaban|jawabannya|đáp án|đáp số|câu trả lời",
    final:
      "eindantwoord|slutsvar|slutgiltiga svaret|ostateczna odpowiedź|konečná odpověď|nihai cevap|jawaban akhir|đáp án cuối cùng",
    verbs: "is|är|er|to|brzmi|je|adalah|ialah|là",
    refused: "niet|inte|ikke|nie|není|bukan|không",
  }),
  language(european, {
    plain: "ответ|ответом|відповідь",
    final: "окончательный ответ|итоговый ответ|остаточна відповідь",
    verbs: "—|–|-|равен|это|является|есть|дорівнює|це",
    refused: "не|верн|правиль|неверн",
  }),
  language(joined, {
    plain: "答案|结果|結果|答",
    final: "最终答案|最終答案|最后答案|正确答案|最终结果|最終結果",
    verbs: "是|很可能是|可能是|大概是|为|為|等于|等於|应为|應為|应该是|應該是",
    refused: "不|错|錯|正确|正確|对的|什么|什麼",
  }),
  language(joined, {
    plain: "答え|解答|正解|こたえ",
    final: "最終的な答え|最終的な解答|最終解答|最終的な答",
    verbs: "は|が",
    refused: "正し|間違|わか|分か|何",
  }),
  language(joined, {
    plain: "정답|답|답변",
    final: "최종 답|최종 정답|최종 답변|최종답",
    verbs: "은|는|이",
    refused: "아니|맞|틀",
  }),
  language(joined, {
    plain: "الجواب|الإجابة|الاجابة|جواب|پاسخ",
    final: "الجواب النهائي|الإجابة النهائية|الاجابة النهائية|پاسخ نهایی",
    verbs: "هو|هي|هى|الصحيح هو|الصحيحة هي|=",
    refused: "ليس|ليست|صحيح|خطأ",
  }),
  language(joined, {
    plain: "उत्तर|जवाब",
    final: "अंतिम उत्तर|सही उत्तर",
    verbs: "है|यह है",
    refused: "नहीं|सही|गलत",
  }),
];

interface Words {
  readonly plain: string;
  readonly final: string;
  readonly verbs: string;
  readonly refused: string;
}

function language(make: typeof european, { plain, final, verbs, refused }: Words) {
  const headings = new RegExp(heading, "y");
  return {
    plain: make(plain, verbs, refused),
    final: final.split("|").flatMap((stem) => [...make(stem, verbs, refused), { stem, after: headings }]),
  };
}

/** Phrases of a final answer alone. */
export const finalAnchors: readonly Anchor[] = languages.flatMap(({ final }) => final);

const plainAnchors = languages.flatMap(({ plain }) => plain);

/** Phrases of any answer. Those of a final one that end in a plain one (`final answer is`) are found by that. */
export const answerAnchors: readonly Anchor[] = [
  ...plainAnchors,
  ...finalAnchors.filter(({ stem }) => !plainAnchors.some((plain) => stem.endsWith(` ${plain.stem}`))),
];

/** Words that open a conclusion. */
export const conclusions: readonly string[] = [
  ..."therefore|thus|hence|so|consequently|in conclusion|we conclude".split("|"),
  ..."also|daher|somit|folglich|deshalb|insgesamt".split("|"),
  ..."donc|ainsi|par conséquent|finalement".split("|"),
  ..."por lo tanto|por tanto|así que|entonces|portanto|logo|assim".split("|"),
  ..."quindi|pertanto|perciò|dunque".split("|"),
  ..."dus|alltså|zatem|więc|proto|yani|dolayısıyla|jadi|vậy|do đó".split("|"),
  ..."следовательно|поэтому|итак|значит|таким образом|отже".split("|"),
  ..."因此|所以|故|综上|すなわち|したがって|よって|ゆえに|따라서|그러므로".split("|"),
  ..."إذن|لذلك|وبالتالي|अतः|इसलिए".split("|"),
];
