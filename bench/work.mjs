/**
 * The arithmetic and the memory traffic that a workload asks for, by the model's shape alone: what utilisation and the roofline are
 * measured by. Products count two operations a multiply-add; norms, activations, softmax, the optimiser and looked-up embeddings none.
 */

/** Parameters that take part in products. */
function productParameters({ hiddenSize, feedForward, layers, heads, kvHeads, headDim, vocabSize }) {
  const keysAndValues = 2 * hiddenSize * kvHeads * headDim;
  const queriesAndOutput = 2 * hiddenSize * heads * headDim;
  const layer = keysAndValues + queriesAndOutput + 3 * hiddenSize * feedForward;
  return { keysAndValues, layer, all: layers * layer + vocabSize * hiddenSize };
}

/**
 * Forward and backward on sequences of `time` positions that all predict a token: 6 operations a parameter and 12·layers·time·(heads·headDim)
 * a token, attention as the full square (PaLM, Chowdhery et al. 2022, appendix B).
 */
export function trainingFlops(model, sequences, time) {
  const { layers, heads, headDim } = model;
  const attention = 12 * layers * time * heads * headDim;
  return sequences * time * (6 * productParameters(model).all + attention);
}

/**
 * Filling the cache for `time` positions of each prompt. Of the last layer only the keys and values are computed: nothing else is read.
 * Attention is the full square.
 */
export function prefillFlops(model, prompts, time) {
  const { layers, heads, headDim } = model;
  const { keysAndValues, layer } = productParameters(model);
  const whole = layers - 1;
  const attention = 4 * whole * time * heads * headDim;
  return prompts * time * (2 * (whole * layer + keysAndValues) + attention);
}

/** The lengths that a row attends to, the token that is read included, from its first new token to its last. */
function contexts(promptLength, newTokens) {
  return Array.from({ length: newTokens }, (_, t) => promptLength + t);
}

/** One step a new token for each row, attending to what the row holds. */
export function decodeFlops(model, rows, promptLength, newTokens) {
  const { layers, heads, headDim } = model;
  const { all } = productParameters(model);
  return contexts(promptLength, newTokens)
    .map((context) => rows * (2 * all + 4 * layers * context * heads * headDim))
    .reduce((a, b) => a + b, 0);
}

/** The least that the same steps can move: every weight once a step; of each row all keys and values read once, a column written. */
export function decodeBytes(model, rows, promptLength, newTokens) {
  const { layers, kvHeads, headDim } = model;
  const column = 2 * layers * kvHeads * headDim;
  return contexts(promptLength, newTokens)
    .map((context) => 4 * (productParameters(model).all + rows * context * column))
    .reduce((a, b) => a + b, 0);
}
