/**
 * The functions of ONNX Runtime's C interface that the engine calls: their places in the table, which later versions only add to
 * (onnxruntime_c_api.h), and what they take. Handles and addresses are 64-bit integers; typed arrays are handed over where they lie.
 */
import koffi from "koffi";
import { SelftrainError } from "../../../errors.js";
import { LIBRARY_VERSION, type Library } from "./library.js";

/** The version of the interface that the places were read from. */
const TABLE_VERSION = 28;

/** What is passed, by the C type. */
interface Kinds {
  "void *": bigint | NodeJS.TypedArray | null;
  status: Status;
  int: number;
  size_t: number;
  /** null only where a key has no value. */
  str: string;
  void: undefined;
}
type Kind = keyof Kinds;

const P = "void *";
/** OrtStatus*, which is a pointer like any other. */
const S = "status";

/** Place, result, arguments. */
const FUNCTIONS = {
  GetErrorCode: [1, "int", [P]],
  GetErrorMessage: [2, "str", [P]],
  CreateEnv: [3, S, ["int", "str", P]],
  CreateSessionFromArray: [8, S, [P, P, "size_t", P, P]],
  Run: [9, S, [P, P, P, P, "size_t", P, "size_t", P]],
  CreateSessionOptions: [10, S, [P]],
  DisableMemPattern: [17, S, [P]],
  SetSessionLogSeverityLevel: [22, S, [P, "int"]],
  SetSessionGraphOptimizationLevel: [23, S, [P, "int"]],
  SetIntraOpNumThreads: [24, S, [P, "int"]],
  SetInterOpNumThreads: [25, S, [P, "int"]],
  CreateTensorAsOrtValue: [48, S, [P, P, "size_t", "int", P]],
  CreateTensorWithDataAsOrtValue: [49, S, [P, P, "size_t", P, "size_t", "int", P]],
  CreateMemoryInfo: [68, S, ["str", "int", "int", "int", P]],
  CreateCpuMemoryInfo: [69, S, ["int", "int", P]],
  ReleaseStatus: [93, "void", [P]],
  ReleaseSession: [95, "void", [P]],
  ReleaseValue: [96, "void", [P]],
  ReleaseSessionOptions: [100, "void", [P]],
  GetAvailableProviders: [125, S, [P, P]],
  ReleaseAvailableProviders: [126, S, [P, "int"]],
  CreateAllocator: [131, S, [P, P, P]],
  ReleaseAllocator: [132, "void", [P]],
  SessionOptionsAppendExecutionProvider: [216, S, [P, "str", P, P, "size_t"]],
  GetKeyValue: [297, "str", [P, "str"]],
  HardwareDevice_Type: [307, "int", [P]],
  HardwareDevice_Vendor: [309, "str", [P]],
  HardwareDevice_Metadata: [311, P, [P]],
  CopyTensors: [386, S, [P, P, P, P, "size_t"]],
  GetNumHardwareDevices: [397, S, [P, P]],
  GetHardwareDevices: [398, S, [P, P, "size_t"]],
} as const satisfies Readonly<Record<string, readonly [number, Kind, readonly Kind[]]>>;

/** An OrtStatus; null where all is well. */
export type Status = bigint | null;

type Functions = typeof FUNCTIONS;
type Arguments<A extends readonly Kind[]> = { -readonly [I in keyof A]: Kinds[A[I]] };
type Callable<F extends readonly [number, Kind, readonly Kind[]]> = {
  (...args: Arguments<F[2]>): Kinds[F[1]];
  /** On another thread; the arguments must outlive the call. */
  async(...args: [...Arguments<F[2]>, (error: Error | null, result: Kinds[F[1]]) => void]): void;
};

export type Table = { readonly [N in keyof Functions]: Callable<Functions[N]> };

/** The functions of a library. Errors: `engine-library-version` where it is of another version than `expected`. */
export function functionsOf({ base }: Library, expected: string = LIBRARY_VERSION): Table {
  // OrtApiBase: { GetApi, GetVersionString }.
  const [getApi, getVersion] = koffi.decode(base, "void *", 2) as [bigint, bigint];
  const found = koffi.decode(getVersion, koffi.proto("str", []))() as string;
  const table = found === expected ? tableAt(getApi) : null;
  if (table === null) {
    throw new SelftrainError({
      code: "engine-library-version",
      message: "the library of ONNX Runtime is of another version than the engine is made for",
      found,
      expected,
      remedy: "install selftrain's dependencies again, for example with npm ci",
    });
  }
  return Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [place, result, args]]) => {
      const address = koffi.decode(table, place * koffi.sizeof("void *"), "void *");
      return [name, koffi.decode(address, koffi.proto(result === S ? P : result, [...args]))];
    }),
  ) as unknown as Table;
}

const tableAt = (getApi: bigint): bigint | null =>
  koffi.decode(getApi, koffi.proto("void *", ["uint32_t"]))(TABLE_VERSION) as bigint | null;
