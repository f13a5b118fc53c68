/** What to write in the place of a key that earlier versions had. */
import { stringify } from "yaml";
import { insteadOfEarlyStopping } from "../earlier-keys.js";

const PAGE = "docs/how-to/monitors.md";

/** Top-level keys in the place of one of today's unknown keys, as YAML of a line each; undefined where it never was one. */
export function insteadOfKey(key: string, value: unknown): string | undefined {
  if (key !== "earlyStopping") return undefined;
  if (typeof value !== "object" || value === null || !("on" in value))
    return `early stopping is done by monitors: ${PAGE}`;
  const instead = Object.entries(insteadOfEarlyStopping({ ...value })).map(([name, own]) => {
    const yaml = stringify({ [name]: own }, { collectionStyle: "flow", lineWidth: 0 }).trim();
    return yaml.replace(/^\{ (.*) \}$/s, "$1");
  });
  return `write in its place ${instead.map((line) => `\`${line}\``).join(" and ")}: ${PAGE}`;
}

/** The same of a flag, without its dashes. */
export const insteadOfFlag = (word: string): string | undefined =>
  /^early-?stopping\b/i.test(word)
    ? `--monitors default=restore-best goes back before signs of collapse; for accuracy on labelled prompts write validation and monitors in a config file: ${PAGE}`
    : undefined;
