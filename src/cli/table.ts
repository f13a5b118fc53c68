/** A table of text for the terminal: columns aligned, the first to the left, no blank at a line's end. */
import type { Paint } from "./style.js";

export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  align: "numbers" | "text" = "numbers",
): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === 0 || align === "text" ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [paint("dim", line(header)), ...rows.map(line)].join("\n");
}

/** Label and value a line, the values in one column. */
export function pairs(rows: readonly (readonly [label: string, value: string])[], paint: Paint): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${paint("dim", label.padEnd(width))}  ${value}`).join("\n");
}
