/** Looking token embeddings up and adding their gradients, outside the graph: only the rows that occur are touched. */

/** Writes the rows of `table` [V, D] of the tokens to `out` [tokens, D]. */
export function lookUp(
  table: Float32Array,
  width: number,
  tokens: ArrayLike<number>,
  out: Float32Array,
): Float32Array {
  for (let i = 0; i < tokens.length; i++) {
    const from = (tokens[i] as number) * width;
    out.set(table.subarray(from, from + width), i * width);
  }
  return out;
}

/** Adds the gradient [tokens, D] of each looked-up row, times `scale`, to the gradient of the table [V, D], in order. */
export function addRowGradients(
  grad: Float32Array,
  width: number,
  tokens: ArrayLike<number>,
  rows: Float32Array,
  scale = 1,
): void {
  for (let i = 0; i < tokens.length; i++) {
    const to = (tokens[i] as number) * width;
    const from = i * width;
    for (let d = 0; d < width; d++) {
      grad[to + d] = (grad[to + d] as number) + scale * (rows[from + d] as number);
    }
  }
}
