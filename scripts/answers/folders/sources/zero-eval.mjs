/** WildEval/ZeroEval: some fifty models asked for `{"reasoning": …, "answer": …}` on GSM8K, MATH level 5 and CRUX. */
const SETS = ["gsm", "math-l5", "crux"];
/** What models write is often no JSON: line breaks and LaTeX stand in it as they are. */
const FIELD = /"answer"\s*:\s*(?:"((?:[^"\\]|\\[\s\S])*)"|(-?\d[\d.,]*|true|false)\s*[,}\n])/g;

export const zeroEval = {
  repository: "WildEval/ZeroEval",
  stated: "the JSON field `answer`, the last of several",
  files: new RegExp(`^result_dirs/(?:${SETS.join("|")})/[^/]*\\.json$`),
  *rows(path, text) {
    const [set, file] = path.split("/").slice(-2);
    const model = file.replace(".json", "");
    for (const { id, output, answer } of JSON.parse(text)) {
      for (const completion of output) {
        const gold = String(answer).replace(/^# */, "");
        yield {
          run: `${set}-${model}`,
          gold,
          completion,
          stated: field(completion, set === "math-l5"),
          group: `${set}-${id}`,
        };
      }
    }
  },
};

function field(text, latex) {
  const found = [...text.matchAll(FIELD)].at(-1);
  if (found === undefined) return undefined;
  const written = found[1] === undefined ? found[2] : unescaped(found[1], latex);
  return written.trim() || undefined;
}

/** The text of a JSON string; as it stands where it is none, and where it has commands of LaTeX: JSON would read `\frac` as a form feed. */
function unescaped(raw, latex) {
  if (latex && /(?<!\\)(?:\\\\)*\\[a-zA-Z]{2}/.test(raw)) return raw;
  try {
    return JSON.parse(`"${raw.replaceAll("\n", "\\n")}"`);
  } catch {
    return raw;
  }
}
