/** Intervals whose open ends are written with the brackets turned round: `]0, 1[` is (0, 1), and `[0, 1[` is [0, 1). */

/** The text with round brackets in their place; unchanged where its square brackets are no intervals of that kind. */
export function withRoundBrackets(text: string): string {
  if (!text.includes("[") || text.includes("\\sqrt[")) return text;
  const characters = [...text];
  let opened = -1;
  let turned = false;
  for (let i = 0; i < characters.length; i++) {
    if (characters[i] !== "[" && characters[i] !== "]") continue;
    if (opened < 0) {
      opened = i;
      continue;
    }
    if (!isPair(characters.slice(opened + 1, i).join(""))) return text;
    turned ||= characters[opened] === "]" || characters[i] === "[";
    if (characters[opened] === "]") characters[opened] = "(";
    if (characters[i] === "[") characters[i] = ")";
    opened = -1;
  }
  return turned && opened < 0 ? characters.join("") : text;
}

/** Two ends of an interval. */
function isPair(inside: string): boolean {
  const count = (character: string) => inside.split(character).length - 1;
  return count("(") === count(")") && count(",") + count(";") === 1;
}
