/** ONNX Runtime as a thread knows it: its functions, and what they must be told again and again. */
import { SelftrainError } from "../../../errors.js";
import { openLibrary } from "./library.js";
import { functionsOf, type Status, type Table } from "./table.js";

/** OrtLoggingLevel: the library prints what it logs, and its errors reach us as statuses. */
export const FATAL = 4;
/** OrtArenaAllocator and OrtMemTypeDefault, of memory that is lent and never allocated. */
const ARENA = 1;
const DEFAULT_MEMORY = 0;

/** Handles or addresses, in memory that stays where it is while a run is under way: small arrays may lie where garbage is collected. */
export const handles = (count: number): BigUint64Array =>
  new BigUint64Array(new ArrayBuffer(count * BigUint64Array.BYTES_PER_ELEMENT));

export class Runtime {
  readonly functions: Table;
  readonly env: bigint;
  /** Where arrays lie: in the processor's memory. */
  readonly memory: bigint;
  /** What is held of the library, by kind, and the bytes of those values that lie on a graphics device. */
  readonly held = { sessions: 0, values: 0, deviceBytes: 0 };
  /** Where a function puts the handle of what it makes. */
  readonly #made = new BigUint64Array(1);

  constructor(functions: Table) {
    this.functions = functions;
    this.env = this.make((out) => functions.CreateEnv(FATAL, "selftrain", out));
    this.memory = this.make((out) => functions.CreateCpuMemoryInfo(ARENA, DEFAULT_MEMORY, out));
  }

  /** The handle that a function makes. Errors: those of `check`. */
  make(create: (out: BigUint64Array) => Status): bigint {
    this.check(create(this.#made));
    return this.#made[0] as bigint;
  }

  /** Errors: `engine-runtime` where a status says that a function has failed. */
  check(status: Status): void {
    if (status === null) return;
    const { GetErrorCode, GetErrorMessage, ReleaseStatus } = this.functions;
    const found = `${GetErrorMessage(status)} (status ${GetErrorCode(status)})`;
    ReleaseStatus(status);
    throw new SelftrainError({
      code: "engine-runtime",
      message: "ONNX Runtime could not do what the engine asked for",
      found,
      remedy:
        "where it could not allocate memory, lower engine.memoryBudgetMiB; else report this with the message above",
    });
  }
}

let runtime: Runtime | null = null;

/** This thread's, opened when first needed and kept. Errors: those of opening the library. */
export function openRuntime(): Runtime {
  runtime ??= new Runtime(functionsOf(openLibrary()));
  return runtime;
}
