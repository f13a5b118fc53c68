/** What a run directory should hold and does not, or holds damaged: named, so that the rest can be shown without passing over it. */
export interface StoreProblem {
  /** The file, or the folder with the steps of `steps`. */
  readonly part: string;
  /** What is wrong with it, to be read behind its name: `is damaged`. */
  readonly why: string;
  readonly steps?: readonly number[];
  readonly found?: string;
  readonly remedy?: string;
}
