/** The samples that share an answer. */
export interface AnswerClass {
  readonly answer: string;
  readonly count: number;
  /** Sum of the members' weights: the count, where votes are uniform. */
  readonly weight: number;
  /** Sample index of the first member. */
  readonly first: number;
  /** Sample indices, ascending. */
  readonly members: readonly number[];
}
