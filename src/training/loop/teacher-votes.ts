/** What a fixed teacher voted, by prompt. */

export interface TeacherVote {
  /** Majority answer; null where the vote has none. */
  readonly label: string | null;
  /** Agreement. */
  readonly share: number;
}

export type TeacherVotes = ReadonlyMap<string, TeacherVote>;
