/** Least squares with weights of 0 or more: the best of all sets of columns that may be used. */
export function leastSquares(matrix, wanted) {
  const columns = matrix[0].length;
  let best = null;
  for (let set = 1; set < 2 ** columns; set++) {
    const used = Array.from({ length: columns }, (_, c) => c).filter((c) => set & (1 << c));
    const solved = solve(
      used.map((a) => used.map((b) => matrix.reduce((total, row) => total + row[a] * row[b], 0))),
      used.map((a) => matrix.reduce((total, row, i) => total + row[a] * wanted[i], 0)),
    );
    if (solved === null || solved.some((value) => !(value >= 0))) continue;
    const all = Array.from({ length: columns }, (_, c) => (used.includes(c) ? solved[used.indexOf(c)] : 0));
    const error = matrix.reduce(
      (total, row, i) => total + (row.reduce((sum, value, c) => sum + value * all[c], 0) - wanted[i]) ** 2,
      0,
    );
    if (best === null || error < best.error) best = { error, all };
  }
  return best.all;
}

/** Gaussian elimination; null where the equations do not tell. */
function solve(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let c = 0; c < rows.length; c++) {
    const pivot = rows
      .slice(c)
      .reduce((most, row, i) => (Math.abs(row[c]) > Math.abs(rows[most][c]) ? c + i : most), c);
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    if (rows[c][c] === 0) return null;
    for (let r = 0; r < rows.length; r++)
      if (r !== c) rows[r] = rows[r].map((value, i) => value - (rows[r][c] / rows[c][c]) * rows[c][i]);
  }
  return rows.map((row, i) => row.at(-1) / row[i]);
}
