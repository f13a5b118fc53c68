/** An exported name as the reference shows it: its declaration as TypeScript, and what is said of it in the sources. */
import { Node } from "ts-morph";
import { code, fenced, linked, plain } from "../markdown.mjs";

/** Longer types of constants are those that zod infers: what they accept is in the commands' pages. */
const LONGEST_TYPE = 300;

/** The statement that holds the comment: of a constant, the whole `const`. */
const statementOf = (declaration) =>
  Node.isVariableDeclaration(declaration) ? declaration.getVariableStatementOrThrow() : declaration;

/** Paragraphs and lists of a comment, its lines joined again. */
function prose(declaration) {
  // The last one is its own: the first may be that of the file.
  const doc = statementOf(declaration).getJsDocs?.().at(-1);
  const text = doc?.getInnerText().trim() ?? "";
  return text
    .split(/\n\s*\n/)
    .filter((block) => block !== "")
    .map((block) => block.replace(/\n\s*(?!\s*[-*] )/g, " "))
    .map((block) => linked(plain(block), "../../"));
}

function constantText(declaration) {
  const type = declaration.getTypeNode()?.getText() ?? "";
  const shown =
    type.length <= LONGEST_TYPE
      ? type
      : `${type.slice(0, type.search(/[<{]/))}${type.includes("<") ? "<…>" : "{…}"}`;
  return `const ${declaration.getName()}: ${shown};`;
}

function declarationText(declaration) {
  if (Node.isVariableDeclaration(declaration)) return constantText(declaration);
  return (
    declaration
      .getText()
      .replace(/^export (declare )?/, "")
      .replace(/^default /, "")
      // Private members are no part of the interface.
      .replace(/^ +(#private|private [^\n]*);\n/gm, "")
      .replace(/^ {4}/gm, "  ")
  );
}

export function declarationBlocks([name, declarations]) {
  return [
    `### ${code(name)}`,
    ...declarations.flatMap(prose),
    fenced(declarations.map(declarationText).join("\n\n"), "ts"),
  ];
}
