/** No regular expression of the sources takes more than linear time: neither by going back nor by starting again everywhere. */
import { readdirSync, readFileSync } from "node:fs";
import jsTokens from "js-tokens";
import { analyse } from "scslre";
import { beforeAll, describe, expect, it } from "vitest";
import { busyTime } from "./core/answer/busy-time.js";

interface Found {
  readonly source: string;
  readonly flags: string;
  readonly file: string;
}

const folder = new URL("../src/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** Literals of a file. What the tokeniser takes for one and is none, such as a division, does not compile. */
function literals(file: string): Found[] {
  const found: Found[] = [];
  for (const { type, value } of jsTokens(readFileSync(new URL(file, folder), "utf8"))) {
    if (type !== "RegularExpressionLiteral") continue;
    const end = value.lastIndexOf("/");
    const [source, flags] = [value.slice(1, end), value.slice(end + 1)];
    try {
      new RegExp(source, flags);
    } catch {
      continue;
    }
    found.push({ source, flags, file });
  }
  return found;
}

/** Those that modules make of parts when they are loaded. */
async function constructed(names: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  const { RegExp: own } = globalThis;
  let file = "";
  globalThis.RegExp = new Proxy(own, {
    construct(target, [source, flags = ""]: [string, string?]) {
      found.push({ source: String(source), flags, file });
      return new target(source, flags);
    },
  });
  try {
    for (file of names) await import(new URL(file, folder).href);
  } finally {
    globalThis.RegExp = own;
  }
  return found;
}

/** Modules that make them of fixed parts. */
const makers = [
  "core/answer/extract/anchors.ts",
  "core/answer/extract/choice.ts",
  "core/answer/extract/expression-in.ts",
  "core/answer/extract/joined.ts",
  "core/answer/extract/said.ts",
  "core/answer/extract/yes-or-no.ts",
  "core/answer/canonical/literals.ts",
];

/** What makes an expression slow, as `scslre` says it; empty where nothing does. */
const slowness = ({ source, flags }: Pick<Found, "source" | "flags">): string[] =>
  analyse({ source, flags }).reports.map(
    ({ type, exponential }) => `${type}${exponential ? ", exponential" : ""}`,
  );

/** Lengths of runs: an expression whose time doubles with each character stalls at the first already. */
const lengths = [25, 4000];
const characters = [..." aA10.,\\{(-=:_*\n\té中٥"];
const texts = lengths.map((length) =>
  ["", "="].flatMap((lead) => characters.map((character) => `${lead}${character.repeat(length)}\u0001`)),
);
/** Milliseconds for all texts of a length: many times what linear searches take. */
const LONG = 25;

/** The length of runs that an expression is slow on; null where it is slow on none. */
function stallOf({ source, flags }: Pick<Found, "source" | "flags">): number | null {
  const expression = new RegExp(source, flags);
  const at = texts.findIndex((runs) => {
    const search = () => {
      for (const text of runs) {
        expression.lastIndex = 0;
        expression.test(text);
      }
    };
    return busyTime(search, 3, LONG) > LONG;
  });
  return lengths[at] ?? null;
}

describe("regular expressions", () => {
  const written = files.flatMap(literals);
  let made: Found[] = [];
  beforeAll(async () => {
    made = await constructed(makers);
  });

  it("are found", () => {
    expect(written.length).toBeGreaterThan(200);
    expect(written.filter(({ file }) => file.startsWith("core/answer/")).length).toBeGreaterThan(80);
    expect(made.length).toBeGreaterThan(30);
  });

  it("are all literals, but for those that are made of fixed parts and a user's own", () => {
    const makes = files.filter((file) => /new RegExp\(/.test(readFileSync(new URL(file, folder), "utf8")));
    expect(makes.sort()).toEqual([...makers, "core/answer/extract/custom.ts", ...others].sort());
  });

  it("are linear", () => {
    const slow = [...written, ...made].flatMap((found) =>
      slowness(found).map((why) => `${found.file}: /${found.source}/${found.flags}: ${why}`),
    );
    expect(slow).toEqual([]);
  });

  it("take no time on long runs of any character", () => {
    const slow = [...written, ...made].flatMap((found) => {
      const length = stallOf(found);
      return length === null ? [] : [`${found.file}: /${found.source}/${found.flags}: ${length}`];
    });
    expect(slow).toEqual([]);
    for (const source of ["^(a+)+$", "\\s+$"]) expect(stallOf({ source, flags: "" })).not.toBeNull();
  });

  it.each([
    ["(?:a+b?)*c", "exponential"],
    ["\\s+$", "Move"],
    ["^0*(\\d+)$", "Trade"],
  ])("are told from /%s/", (source, why) => {
    expect(slowness({ source, flags: "" }).join(" ")).toContain(why);
  });
});

/** Made of names that are escaped, at run time. */
const others: readonly string[] = ["io/hub/glob.ts"];
