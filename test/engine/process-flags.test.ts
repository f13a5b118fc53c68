/** The engine's threads in processes of their own, started as users start Node: from text, from standard input, with flags. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Opens an engine of two streams, scores a sequence, and says so. */
const body = `
  const engine = await OnnxEngine.create({ model: { folder: "test/fixtures/models/gqa-tied" }, threads: 2 });
  const sampler = await engine.refreshSampler();
  const [p] = await sampler.logprobs([{ prompt: [3, 5, 7], completion: [4, 6, 8] }]);
  await engine.close();
  console.log("scored", p.length, "tokens");
`;
const esm = `import { OnnxEngine } from "selftrain";${body}`;
const either = `import("selftrain").then(async ({ OnnxEngine }) => {${body}});`;

function node(args: readonly string[], { input = "", options = "" } = {}): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: options };
    const child = execFile(process.execPath, [...args], { cwd: root, env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end(input);
  });
}

describe("the engine works where Node is started", () => {
  it.each([
    ["with -e, as a module", ["--input-type=module", "-e", esm], {}],
    ["with -e, as CommonJS", ["--input-type=commonjs", "-e", either], {}],
    ["with -e", ["-e", either], {}],
    ["from standard input, as a module", ["--input-type=module"], { input: esm }],
    ["from standard input", [], { input: either }],
    ["with the type in NODE_OPTIONS", ["-e", esm], { options: "--input-type=module" }],
    [
      "with flags that count for its threads, too",
      [
        "--input-type=module",
        "--max-old-space-size=512",
        "--stack-trace-limit=50",
        "--no-warnings",
        "-e",
        esm,
      ],
      { options: "--conditions=development" },
    ],
  ] as const)("%s", async (_, args, options) => {
    expect(await node(args, options)).toBe("scored 3 tokens\n");
  });
});

it("a thread has the flags of its process", async () => {
  const thread = "test/engine/children/flags.mjs";
  const script = `
    const { Thread } = await import("./dist/engine/onnx/threads/thread.js");
    const { pathToFileURL } = await import("node:url");
    const thread = new Thread(pathToFileURL(${JSON.stringify(thread)}), null);
    console.log(JSON.stringify(await thread.call("flags")));
    await thread.close();
  `;
  const preload = "--import=data:text/javascript,globalThis.preloaded=true";
  const flags = ["--input-type=module", "--conditions=special", preload, "--max-old-space-size=300"];
  const found = JSON.parse(await node([...flags, "-e", script])) as {
    flags: string[];
    preloaded: boolean;
    heapMiB: number;
  };
  expect(found.flags).toEqual(expect.arrayContaining(flags.slice(0, 3)));
  expect(found.preloaded).toBe(true);
  // The heap of V8 is what the flag says and some room for the young generation.
  expect(found.heapMiB).toBeLessThan(400);
});
