/** The probe's matrix as it is drawn, on the page and in reports. */
import type { MatrixRow } from "../../report/view/matrix.js";
import type { VoteMatrix } from "../api/course.js";

export const matrixRows = (matrix: VoteMatrix): MatrixRow[] =>
  matrix.prompts.map(({ prompt }, row) => ({
    prompt,
    cells: matrix.steps.map((_, i) => {
      const place = matrix.labels[row]![i] ?? null;
      if (place === null) return null;
      const verdict = matrix.verdicts[row]![i];
      return {
        label: place < 0 ? null : matrix.answers[place]!,
        agreement: matrix.agreement[row]![i] ?? null,
        right: verdict === "right" ? true : verdict === "wrong" ? false : null,
      };
    }),
  }));
