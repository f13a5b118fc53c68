/** A YAML config file that remembers where each key and value stands. */
import { readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { asItWas } from "../earlier-config.js";
import { type ErrorDetails, SelftrainError } from "../errors.js";
import { decodeUtf8 } from "../utf8.js";
import { throwProblems } from "./problems.js";
import type { ConfigPath } from "./schema-tree.js";

export interface YamlSource {
  readonly file: string;
  /** The file as plain data; an empty file is an empty map. */
  readonly value: Readonly<Record<string, unknown>>;
  /** `file:line:column` of the value at a path, or of its key; of the nearest map above where the path is absent. */
  where(path: ConfigPath, part: "key" | "value"): string;
}

/** Parses YAML text. Throws `config-yaml` for each syntax error, `config-not-a-map` where the top is not a map. */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const malformed = (reason: string, offset: number): ErrorDetails => ({
    code: "config-yaml",
    message: `not valid YAML: ${reason}`,
    where: position(offset),
    remedy: "mend the syntax at that place",
  });
  throwProblems(document.errors.map((error) => malformed(error.message, error.pos[0])));
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // An alias without an anchor shows only now, and without its place.
    throwProblems([malformed((error as Error).message, 0)]);
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new SelftrainError({
      code: "config-not-a-map",
      message: "the file holds no map of keys to values",
      found: Array.isArray(value) ? "a list" : typeof value,
      expected: "a map",
      where: position(document.contents?.range?.[0] ?? 0),
      remedy: "write one `key: value` a line",
    });
  }
  const where = (path: ConfigPath, part: "key" | "value"): string => {
    let node: Node | null = document.contents;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, key] of path.entries()) {
      if (!isMap(node)) break;
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === key);
      if (pair === undefined) break;
      const keyOffset = (pair.key as Node).range?.[0];
      node = pair.value as Node | null;
      const last = depth === path.length - 1;
      offset = (last && part === "key" ? keyOffset : (node?.range?.[0] ?? keyOffset)) ?? offset;
    }
    return position(offset);
  };
  return { file, value: value as Record<string, unknown>, where };
}

/** Reads and parses a file. Throws `config-file` where it cannot be read, and `text-not-utf8`. */
export function readYaml(file: string): YamlSource {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "config-file",
        message: `cannot read the config file ${file}`,
        found: (cause as NodeJS.ErrnoException).code,
        expected: "a readable YAML file",
        where: file,
        remedy: "check the path; recipes/ holds configs to start from",
      },
      { cause },
    );
  }
  return parseYaml(decodeUtf8(bytes, file), file);
}

/** The stored configuration of a run, in the keys of today. Errors: those of `readYaml`. */
export function readStoredYaml(file: string): YamlSource {
  const source = readYaml(file);
  return { ...source, value: asItWas(source.value) };
}
