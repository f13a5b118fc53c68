/**
 * Pages of what `import … from "selftrain"` has, made from the declarations that the package ships. TypeDoc would need a second TypeScript
 * beside the one that builds; ts-morph has one inside, which reads the declarations only.
 */
import { Project } from "ts-morph";
import { fenced, page, table } from "../markdown.mjs";
import { AREAS, areaOf } from "./areas.mjs";
import { declarationBlocks } from "./declaration.mjs";

const dist = new URL("../../../dist/", import.meta.url).pathname;

const KINDS = [
  ["Functions", ["FunctionDeclaration"]],
  ["Classes", ["ClassDeclaration"]],
  ["Constants", ["VariableDeclaration"]],
  ["Types", ["InterfaceDeclaration", "TypeAliasDeclaration"]],
];

/** Exported names in alphabetical order, with their declarations. */
function exportedNames() {
  const project = new Project({
    compilerOptions: { module: 199, moduleResolution: 99, target: 9, skipLibCheck: true, types: ["node"] },
  });
  const index = project.addSourceFileAtPath(`${dist}index.d.ts`);
  return [...index.getExportedDeclarations()].sort(([a], [b]) => a.localeCompare(b, "en"));
}

const fileOf = ([, [declaration]]) => declaration.getSourceFile().getFilePath().replace(dist, "");

const areaPage = ({ title, about }, names) =>
  page([
    `# ${title}`,
    about,
    ...KINDS.map(([heading, kinds]) => {
      const own = names.filter(([, [declaration]]) => kinds.includes(declaration.getKindName()));
      return own.length === 0 ? [] : [`## ${heading}`, own.map(declarationBlocks)];
    }),
  ]);

const EXAMPLE = `import { majorityVote, rloo, Trainer } from "selftrain";

majorityVote(["12", "12", "7", null]).label;   // "12"
rloo([1, 1, 0, 0]);                            // [0.667, 0.667, -0.667, -0.667]

const trainer = new Trainer({
  model: "runs/base", output: "runs/mine", prompts: { task: "chain-sums" }, adam: { learningRate: 5e-5 },
});
await trainer.run();`;

/** Pages by path below docs/reference. */
export function libraryPages() {
  const names = exportedNames();
  const areas = AREAS.map((area) => [area, names.filter((name) => areaOf(fileOf(name)) === area)]);
  const index = page([
    "# Library",
    "Everything that the commands do can be called from a program. The package has types; nothing but what stands here is part of its interface.",
    fenced(EXAMPLE, "ts"),
    table(
      ["part", "what is in it"],
      areas.map(([{ name, title, about }]) => [`[${title}](${name}.md)`, about]),
    ),
  ]);
  return new Map([
    ["library/index.md", index],
    ...areas.map(([area, own]) => [`library/${area.name}.md`, areaPage(area, own)]),
  ]);
}
