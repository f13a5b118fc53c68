/** Several mistakes found in one go: the user mends them all before the next try. */
import { type ErrorDetails, SelftrainError } from "../errors.js";

/** An error that carries two problems or more; its own code is that of the first. */
export class ProblemsError extends SelftrainError {
  readonly problems: readonly ErrorDetails[];

  constructor(problems: readonly ErrorDetails[]) {
    super({
      code: problems[0]?.code ?? "config-invalid",
      message: `${problems.length} problems: ${problems.map((p) => p.message).join("; ")}`,
      remedy: "mend each of them",
    });
    this.name = "ProblemsError";
    this.problems = problems;
  }

  override toJSON(): ErrorDetails & { problems: readonly ErrorDetails[] } {
    return { ...super.toJSON(), problems: this.problems.map((p) => new SelftrainError(p).toJSON()) };
  }
}

/** Throws where there is a problem: a plain `SelftrainError` for one, a `ProblemsError` for several. */
export function throwProblems(problems: readonly ErrorDetails[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw problems.length === 1 ? new SelftrainError(first) : new ProblemsError(problems);
}
