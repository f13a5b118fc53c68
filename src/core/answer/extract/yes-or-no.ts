/** A sentence that says yes or no, and goes on. */
import { hedge } from "./hedges.js";
import type { AnswerMark } from "./rule.js";

/** `yes, the lamp is still on`, `most likely no`: what hedges it, and the clause behind it, which is the reason, are no part of it. */
const verdict =
  "(yes|no|true|false|ja|nein|oui|non|sí|si|sim|não|sì|nee|nej|tak|nie|evet|hayır|ya|tidak|да|нет|так|ні|是的?|否|不是|はい|いいえ|예|네|아니요|نعم|لا|हाँ|नहीं)";
const clause =
  "[\"”'*]{0,3}(?:\\s{0,2}[,;:，；、—–]|\\s[—–-]\\s|\\s(?:because|since|as|weil|da|denn|car|parce|porque|ya que|perché|poiché|omdat|потому)(?!\\p{L}))";
const patterns = [
  new RegExp(`^["“'*]{0,3}${verdict}${clause}`, "iu"),
  new RegExp(`^["“'*]{0,3}${hedge}{1,3}["“'*]{0,3}${verdict}(?:${clause}|["”'*.]{0,3}\\s{0,4}$)`, "iu"),
] as const;

/** The `yes` or `no` that a sentence begins with; null where it begins otherwise, or says nothing else. */
export function yesOrNo(sentence: string): AnswerMark | null {
  for (const pattern of patterns) {
    const found = pattern.exec(sentence);
    if (found === null) continue;
    const at = sentence.indexOf(found[1]!, found[0].lastIndexOf(found[1]!));
    return { start: at, end: at + found[1]!.length };
  }
  return null;
}
