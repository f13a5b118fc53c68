/** Markdown of reports: text that a run or a file says is no markup there either. */

/** Of a table's cell, and of a line of text. */
export const plain = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\|<>*_`[\]]/g, "\\$&");

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Lines of a table; cells are Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map(() => "---")),
  ...rows.map(row),
];

/** Lines of a block of text, fenced by more backticks than stand in it. */
export function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [fence, text, fence];
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** Values as a line of blocks, at most `width` of them, each the mean of its stretch; gaps are blanks. */
export function sparkline(values: readonly (number | null)[], width = 32): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, i) => {
    const own = values
      .slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))
      .filter((value) => value !== null);
    return own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  const known = means.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return means
    .map((value) => {
      if (value === null) return " ";
      return BLOCKS[high === low ? 3 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1))];
    })
    .join("");
}
