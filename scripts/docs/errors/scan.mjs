/**
 * Every error code in the sources, with message, expectation and remedy as far as the source says them. Errors are object literals with a
 * `code`; where code, message or remedy is a parameter, the calls of the function are looked through.
 */
import { Node, Project, SyntaxKind } from "ts-morph";
import { declarationOf, templateOf, textsOf } from "./text.mjs";

const root = new URL("../../../", import.meta.url).pathname;

export const sources = () => {
  const project = new Project({
    tsConfigFilePath: `${root}tsconfig.build.json`,
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths(`${root}src/**/*.ts`);
  return project;
};

/** The value of a property, shorthand or not. */
function valueOfKey(literal, name) {
  const property = literal.getProperty(name);
  if (Node.isPropertyAssignment(property)) return property.getInitializer();
  return Node.isShorthandPropertyAssignment(property) ? property.getNameNode() : undefined;
}

/** The object literals that the functions return whose results are spread into this one. */
const spreadInto = (literal) =>
  literal
    .getProperties()
    .filter(Node.isSpreadAssignment)
    .map((spread) => spread.getExpression())
    .filter(Node.isCallExpression)
    .map((call) => declarationOf(call.getExpression()))
    .filter(Node.isFunctionDeclaration)
    .flatMap((fn) =>
      fn.getDescendantsOfKind(SyntaxKind.ReturnStatement).map((statement) => statement.getExpression()),
    )
    .filter(Node.isObjectLiteralExpression);

/** What a shorthand means: its own symbol is that of the property. */
const meant = (node) => {
  const parent = node?.getParent();
  return Node.isShorthandPropertyAssignment(parent)
    ? parent.getValueSymbol()?.getDeclarations()[0]
    : undefined;
};

const functionOf = (parameter) =>
  parameter.getFirstAncestor((node) => Node.isFunctionLikeDeclaration(node) || Node.isArrowFunction(node));

/** The name by which a function is called. */
const nameOf = (fn) =>
  (Node.isFunctionDeclaration(fn) || Node.isMethodDeclaration(fn)
    ? fn
    : fn.getParentIfKind(SyntaxKind.VariableDeclaration)
  )?.getName?.();

/** All calls of a project by the last word of what is called: looking for references one by one takes a minute. */
function indexCalls(project) {
  const calls = new Map();
  for (const file of project.getSourceFiles()) {
    for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
      const name = call.getExpression().getText().split(".").at(-1).replace("?", "");
      calls.set(name, [...(calls.get(name) ?? []), call]);
    }
  }
  return calls;
}

/** Calls of a function in this file or one that imports it, with the texts of the arguments by parameter. */
function callsOf(fn, calls) {
  const file = fn.getSourceFile();
  const name = nameOf(fn);
  const sees = (other) =>
    other === file ||
    other.getImportDeclarations().some((from) => from.getModuleSpecifierSourceFile() === file);
  return (calls.get(name) ?? [])
    .filter((call) => sees(call.getSourceFile()))
    .map(
      (call) =>
        new Map(
          fn.getParameters().flatMap((parameter, i) => {
            const argument = call.getArguments()[i] ?? parameter.getInitializer();
            return argument === undefined ? [] : [[parameter, textsOf(argument)]];
          }),
        ),
    );
}

/** The function one of whose parameters is this value, if any. */
function parameterFunction(value) {
  if (!Node.isIdentifier(value)) return undefined;
  const declaration = meant(value) ?? value.getSymbol()?.getDeclarations()[0];
  if (!Node.isParameterDeclaration(declaration)) return undefined;
  const fn = functionOf(declaration);
  return nameOf(fn) === undefined ? undefined : fn;
}

const read = (node, known) => {
  if (node === undefined) return [];
  const declaration = meant(node);
  if (declaration === undefined) return textsOf(node, known);
  if (known.has(declaration)) return known.get(declaration);
  const initializer = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined;
  return initializer === undefined ? ["…"] : textsOf(initializer, known);
};

const isCode = (text) => /^[a-z0-9]+(-[a-z0-9]+)+$|^(interrupted|truncated|unexpected)$/.test(text);

/** What zod's own kind of issue says of itself. */
function customIssue(literal) {
  const params = valueOfKey(literal, "params");
  const of = (name) => (Node.isObjectLiteralExpression(params) ? valueOfKey(params, name) : undefined);
  return {
    code: of("code"),
    message: valueOfKey(literal, "message"),
    expected: of("expected"),
    remedy: of("remedy"),
  };
}

const isCustomIssue = (literal) => /^"custom"$/.test(valueOfKey(literal, "code")?.getText() ?? "");

function keysOf(literal) {
  if (isCustomIssue(literal)) return customIssue(literal);
  const of = (name) => valueOfKey(literal, name);
  return {
    code: of("code"),
    message: of("message") ?? of("because"),
    expected: of("expected"),
    remedy: of("remedy"),
  };
}

/** Errors stop what was asked for, warnings are of doctor, and notes of a run that goes on. */
function kindOf(literal, file) {
  if (file.startsWith("src/apps/doctor/")) return "warning";
  const notice =
    literal.getContextualType()?.getSymbol()?.getName() === "Notice" ||
    valueOfKey(literal, "type")?.getText() === '"notice"' ||
    /\bnotice = \{$/.test(textBefore(literal));
  return notice ? "note" : "error";
}

const textBefore = (node) =>
  node
    .getSourceFile()
    .getFullText()
    .slice(node.getStart() - 20, node.getStart() + 1);

const fileOf = (node) => node.getSourceFile().getFilePath().replace(root, "");

function codesOf(literal, { code }, known) {
  if (code === undefined) return isCustomIssue(literal) ? ["config-conflict"] : [];
  const codes = Node.isTemplateExpression(code) ? templateOf(code) : read(code, known);
  return codes.filter(isCode);
}

function entriesOf(literal, calls) {
  const keys = keysOf(literal);
  const spread = spreadInto(literal);
  if (keys.message === undefined && keys.remedy === undefined && spread.length === 0) return [];
  const fn = Object.values(keys).map(parameterFunction).find(Boolean);
  const contexts = fn === undefined ? [] : callsOf(fn, calls);
  const file = fileOf(literal);
  const kind = kindOf(literal, file);
  return (contexts.length > 0 ? contexts : [new Map()]).flatMap((known) =>
    codesOf(literal, keys, known).flatMap((code) => {
      const said = (name, of = keys) => read(of[name], known);
      const own = {
        code,
        kind,
        file,
        messages: said("message"),
        expected: said("expected"),
        remedies: said("remedy"),
      };
      return spread.length === 0
        ? [own]
        : spread.map(keysOf).map((of) => ({
            ...own,
            messages: [...own.messages, ...said("message", of)],
            expected: [...own.expected, ...said("expected", of)],
            remedies: [...own.remedies, ...said("remedy", of)],
          }));
    }),
  );
}

/** Notes that are said by a call. */
const notesOf = (calls) =>
  (calls.get("onNotice") ?? []).flatMap((call) => {
    const [codes, messages] = call.getArguments().map((argument) => textsOf(argument));
    return codes
      .filter(isCode)
      .map((code) => ({ code, kind: "note", file: fileOf(call), messages, expected: [], remedies: [] }));
  });

/** Every place in the sources that gives an error, a warning or a note, in the order of files. */
export function scan(project = sources()) {
  const calls = indexCalls(project);
  const literals = project
    .getSourceFiles()
    .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.ObjectLiteralExpression))
    .filter((literal) => literal.getProperty("code") !== undefined);
  return [...literals.flatMap((literal) => entriesOf(literal, calls)), ...notesOf(calls)];
}
