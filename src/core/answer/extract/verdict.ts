/** Choices that no phrase announces, by the verdict on them: `Option C is correct`, and no `Option D is wrong`. */
import type { AnswerMark } from "./rule.js";

/** Letters that lie further back from the end choose nothing. */
const NEAR = 1000;

const named =
  /(?:option|choice|opción|opção|opzione|antwortmöglichkeit|选项|選項|故选|故選|应选择?|所以选择?|因此选择?|選択肢|вариант|الخيار)(?:\s{1,2}(?:is|ist|est|es|é|è))?\s{0,2}[:：]?\s{0,2}[*_]{0,2}[（(]?([A-J])(?![\p{Script=Latin}\p{N}])/giu;
/** Words that are a verdict themselves. */
const chosen = /^(?:故选|故選|应选|所以选|因此选)/u;

const approving =
  /(?<!\p{L})(?:correct|right|best|answer|choose|chose|pick|select|true|therefore|thus|hence|so|conclude|matches|fits|richtig|korrekt|antwort|wähle|daher|correcte|juste|bonne|réponse|choisis|donc|correct[oa]|respuesta|elijo|corret[oa]|resposta|giusta|corretta|risposta|верный|верен|правильный|правильна|ответ)(?!\p{L})|正确|正確|答案|正しい|正解|应选|صحيح/iu;
const refusing =
  /(?<!\p{L})(?:not|never|neither|nor|wrong|incorrect|false|reject\p{L}{0,4}|impossible|eliminat\p{L}{0,4}|ruled?|discard\p{L}{0,4}|exclud\p{L}{0,4}|cannot|unlikely|might|could|would|may|if|whether|unless|maybe|perhaps|looked|considered?|fails?|worse|least|falsch|nicht|kein\p{L}?|ausgeschlossen|unmöglich|fausse|incorrecte|impossible|pas|incorrect[oa]|incorret[oa]|fals[oa]|imposible|impossível|no|não|non|sbagliat[oa]|errat[oa]|impossibile|не|неверн\p{L}{0,3}|неправильн\p{L}{0,3}|невозможн\p{L}{0,3})(?!\p{L})|n['’]t(?!\p{L})|不|错|錯|誤|間違|ない|ليس|خاطئ|\?/iu;
/** Where a clause ends. */
const stop = /[.!?;,\n。，；！？]/u;

/** The choice of the last clause that names one and approves of it. */
export function verdictOn(text: string): AnswerMark | null {
  const from = Math.max(0, text.length - NEAR);
  const part = text.slice(from);
  for (const found of [...part.matchAll(named)].reverse()) {
    if (!/[A-J]/.test(found[1]!)) continue;
    const at = found.index + found[0].length - 1;
    const clause = clauseAt(part, found.index, at + 1);
    const approves = chosen.test(found[0]) || (approving.test(clause) && !refusing.test(clause));
    if (approves && lettersIn(clause) === 1) return { start: from + at, end: from + at + 1 };
  }
  return null;
}

/** Whether a sentence says that something is not so. */
export const denies = (sentence: string): boolean => refusing.test(sentence);

function clauseAt(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from > 0 && !stop.test(text[from - 1]!)) from--;
  while (to < text.length && !stop.test(text[to]!)) to++;
  return text.slice(from, text[to] === "?" ? to + 1 : to);
}

/** Capitals that stand alone, but for the article. */
const lone = /(?<![\p{Script=Latin}\p{N}'’])(?:[B-HJ]|A(?!\s\p{Ll}))(?![\p{Script=Latin}\p{N}'’])/gu;

const lettersIn = (clause: string): number =>
  new Set([...clause.matchAll(lone)].map(([capital]) => capital)).size || 1;
