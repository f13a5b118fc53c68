/** Globs over the paths of a repository: `*` and `?` within a name, `**` across folders, `{a,b}`. */

/** The whole path must match. */
export function globMatcher(glob: string): (path: string) => boolean {
  let depth = 0;
  const source = glob.replace(/\*\*\/|\*\*|[*?{},.+^$()|[\]\\]/g, (sign) => {
    switch (sign) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        depth++;
        return "(?:";
      case "}":
        return depth > 0 && depth-- > 0 ? ")" : "\\}";
      case ",":
        return depth > 0 ? "|" : ",";
      default:
        return `\\${sign}`;
    }
  });
  const pattern = new RegExp(`^${source}${")".repeat(depth)}$`);
  return (path) => pattern.test(path);
}

export function isGlob(text: string): boolean {
  return /[*?{]/.test(text);
}
