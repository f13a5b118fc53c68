/** What went wrong, and what is missing, where it would stand. */
import type { VNode } from "preact";
import type { Gap, Problem } from "../../api/index.js";

export function ProblemNote({
  problem,
  again,
}: {
  readonly problem: Problem;
  readonly again?: () => void;
}): VNode {
  const { message, code, found, expected, where, remedy } = problem;
  const details = Object.entries({ found, expected, where }).filter(([, value]) => value !== undefined);
  return (
    <div class="problem" role="alert">
      <p>
        <b>{message}</b> <code>{code}</code>
      </p>
      {details.map(([name, value]) => (
        <p key={name}>
          {name}: {typeof value === "string" ? value : JSON.stringify(value)}
        </p>
      ))}
      <p>{remedy}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Gaps({ gaps }: { readonly gaps: readonly Gap[] | undefined }): VNode | null {
  if (gaps === undefined || gaps.length === 0) return null;
  return (
    <ul class="gaps">
      {gaps.map(({ code, message }) => (
        <li key={code + message}>{message}</li>
      ))}
    </ul>
  );
}

export function Loading({ what }: { readonly what: string }): VNode {
  return (
    <p class="note" role="status">
      Reading {what} …
    </p>
  );
}
