/** A completion to draw, and the key of its random stream. */
export interface RowRequest {
  readonly prompt: readonly number[];
  readonly key: readonly number[];
  /** What another stream has drawn of it: of all rows that are drawn together as many tokens. */
  readonly begun?: BegunRow;
}

export interface BegunRow {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
  /** Keys and values, as a cache reads them out. */
  readonly cached: Float32Array;
}
