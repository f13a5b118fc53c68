/** What an expression of the source says, as far as that can be read off the source: texts, with … where a value is put in. */
import { Node, SyntaxKind } from "ts-morph";

/** The declaration that a name in this place means, in the same file or the one that it is imported from. */
function declarationOf(name) {
  const [declaration] = name.getSymbol()?.getDeclarations() ?? [];
  if (declaration === undefined || !Node.isImportSpecifier(declaration)) return declaration;
  return declaration.getNameNode().getSymbol()?.getAliasedSymbol()?.getDeclarations()[0];
}

/**
 * The texts that an expression can be: several of a choice, one with … for what only a run knows. `known` are the arguments of the call
 * that is looked through, by the declaration of their parameter.
 */
export function textsOf(expression, known = new Map()) {
  const read = (node) => textsOf(node, known);
  if (Node.isStringLiteral(expression) || Node.isNoSubstitutionTemplateLiteral(expression))
    return [expression.getLiteralText()];
  if (Node.isNumericLiteral(expression)) return [expression.getText()];
  if (Node.isTemplateExpression(expression)) {
    return expression
      .getTemplateSpans()
      .reduce(
        (heads, span) =>
          joined(joined(heads, inserted(span.getExpression(), known)), [span.getLiteral().getLiteralText()]),
        [expression.getHead().getLiteralText()],
      );
  }
  if (Node.isConditionalExpression(expression))
    return [...read(expression.getWhenTrue()), ...read(expression.getWhenFalse())];
  if (Node.isBinaryExpression(expression)) {
    const [left, right] = [expression.getLeft(), expression.getRight()];
    const operator = expression.getOperatorToken().getKind();
    if (operator === SyntaxKind.PlusToken) return joined(read(left), read(right));
    if (operator === SyntaxKind.QuestionQuestionToken) return [...read(left), ...read(right)];
  }
  if (Node.isParenthesizedExpression(expression) || Node.isAsExpression(expression))
    return read(expression.getExpression());
  if (Node.isIdentifier(expression)) {
    if (known.ofTypes) return literalsOf(expression.getType()) ?? ["…"];
    const declaration = declarationOf(expression);
    if (known.has(declaration)) return known.get(declaration);
    const initializer = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined;
    if (initializer !== undefined && !Node.isCallExpression(initializer)) return read(initializer);
  }
  return ["…"];
}

/** The texts of a union of literal types: what a key in a template can be. */
function literalsOf(type) {
  const members = type.isUnion() ? type.getUnionTypes() : [type];
  return members.every((member) => member.isStringLiteral())
    ? members.map((member) => member.getLiteralValue())
    : undefined;
}

/** Templates whose parts are known by their types: `${name}-missing`. */
export const templateOf = (template) => textsOf(template, Object.assign(new Map(), { ofTypes: true }));

/** Short names are put in, choices of long texts are not multiplied out. */
function inserted(expression, known) {
  const texts = textsOf(expression, known);
  if (known.ofTypes) return texts;
  return texts.length > 3 ? ["…"] : texts;
}

const joined = (heads, tails) => heads.flatMap((head) => tails.map((tail) => head + tail));

export { declarationOf };
