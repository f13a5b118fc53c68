/** Looking token embeddings up and adding their gradients, outside the graph: only the rows that occur are touched. */

/** Rows of `table` [V, D] for each token: [tokens, D]. */
export function lookUp(table: Float32Array, width: number, tokens: ArrayLike<number>): Float32Array {
  const out = new Float32Array(tokens.length * width);
  for (let i = 0; i < tokens.length; i++) {
    const from = (tokens[i] as number) * width;
    out.set(table.subarray(from, from + width), i * width);
  }
  return out;
}

/** Adds the gradient [tokens, D] of each looked-up row to the gradient of the table [V, D], in order. */
export function addRowGradients(
  grad: Float32Array,
  width: number,
  tokens: ArrayLike<number>,
  rows: Float32Array,
): void {
  for (let i = 0; i < tokens.length; i++) {
    const to = (tokens[i] as number) * width;
    const from = i * width;
    for (let d = 0; d < width; d++) grad[to + d] = (grad[to + d] as number) + (rows[from + d] as number);
  }
}
