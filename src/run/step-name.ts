/** Names of things that belong to a step: `step-000012`, so that names sort as steps do. */

export function stepName(step: number): string {
  return `step-${String(step).padStart(6, "0")}`;
}

/** The step of a name made by `stepName`, else null. */
export function parseStepName(name: string): number | null {
  const digits = /^step-(\d{6,})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
