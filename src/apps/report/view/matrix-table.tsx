/** The vote matrix with its prompts beside it. */
import type { ComponentChildren, VNode } from "preact";

export function MatrixTable({
  prompts,
  children,
}: {
  /** A prompt, or a link on it, a row. */
  readonly prompts: readonly ComponentChildren[];
  /** The matrix. */
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class="matrix-rows">
      <ol class="matrix-prompts">
        {prompts.map((prompt, i) => (
          <li key={i}>{prompt}</li>
        ))}
      </ol>
      {children}
    </div>
  );
}

export const MATRIX_LEGEND =
  "A row a prompt of the probe, a column a step. Green is right, red with a cross wrong, grey not known, hollow no majority; the deeper, the more agreed; framed where the majority flipped.";
