/** ONNX Runtime's WebGPU provider: what it is asked for, and what its failures mean. */
import koffi from "koffi";
import { SelftrainError } from "../../../errors.js";
import { Names } from "./names.js";
import { handles, type Runtime } from "./runtime.js";

const NAME = "WebGPU";
const PROVIDER = "WebGpuExecutionProvider";

/** For developers: `full` has every command checked by WebGPU's own validation. */
const VALIDATION = "SELFTRAIN_GPU_VALIDATION";

/** Has sessions of these options run on the graphics device. Errors: `engine-device-missing`, `engine-runtime`. */
export function addWebGpu(
  runtime: Runtime,
  options: bigint,
  others: Readonly<Record<string, string>> = {},
): void {
  if (!availableProviders(runtime).includes(PROVIDER))
    throw noDevice("this platform's library of ONNX Runtime has no WebGPU");
  const validation = process.env[VALIDATION];
  const settings = Object.entries({
    // Tokens and counts are 64-bit integers: without their kernels they would be taken to the processor and back.
    enableInt64: "1",
    ...(validation && { validationMode: validation }),
    ...others,
  });
  const keys = new Names(settings.map(([key]) => key));
  const values = new Names(settings.map(([, value]) => value));
  runtime.check(
    runtime.functions.SessionOptionsAppendExecutionProvider(
      options,
      NAME,
      keys.addresses,
      values.addresses,
      settings.length,
    ),
  );
}

function availableProviders(runtime: Runtime): string[] {
  const { functions } = runtime;
  const list = handles(1);
  const count = new Int32Array(new ArrayBuffer(4));
  runtime.check(functions.GetAvailableProviders(list, count));
  const [length] = count as unknown as [number];
  const names = koffi.decode(list[0] as bigint, "char *", length) as string[];
  runtime.check(functions.ReleaseAvailableProviders(list[0] as bigint, length));
  return names;
}

/** What is to be done where there is no graphics device, by platform. */
const REMEDIES: Readonly<Record<string, string>> = {
  "linux-x64":
    "install the Vulkan loader and a driver of the graphics card (on Debian and Ubuntu: libvulkan1 and mesa-vulkan-drivers, or NVIDIA's own driver; Mesa must be 25 or newer), or leave engine.device out",
  "linux-arm64": "on Linux arm64 selftrain computes on the processor alone: leave engine.device out",
  "darwin-arm64": "see that the process may use Metal (virtual machines may not), or leave engine.device out",
  "win32-x64": "update the graphics driver: Direct3D 12 is needed; or leave engine.device out",
  "win32-arm64": "update the graphics driver: Direct3D 12 is needed; or leave engine.device out",
};

export function noDevice(found: string): SelftrainError {
  return new SelftrainError({
    code: "engine-device-missing",
    message: "there is no graphics device that the engine can compute on",
    found,
    expected: "a device that WebGPU finds: Metal on macOS, Direct3D 12 on Windows, Vulkan on Linux",
    where: "engine.device",
    remedy: REMEDIES[`${process.platform}-${process.arch}`] ?? "leave engine.device out",
  });
}

interface Meaning {
  readonly sign: RegExp;
  readonly error: (found: string) => SelftrainError;
}

const MEANINGS: readonly Meaning[] = [
  { sign: /Failed to get a WebGPU (adapter|device)|No supported adapters/, error: noDevice },
  {
    // What is asked of a lost device is cancelled: scopes of errors (status), and reading (4, aborted).
    sign: /device (is |was )?lost|DeviceLost|Failed to pop WebGPU error scope|MapAsyncStatus value: 4/i,
    error: (found) =>
      new SelftrainError({
        code: "engine-device-lost",
        message: "the graphics device was lost while the engine computed on it",
        found,
        where: "engine.device",
        remedy:
          "start the run again with --resume: it goes on from the last checkpoint; if it happens again, update the driver, lower engine.memoryBudgetMiB, or set engine.device to cpu",
      }),
  },
  {
    // WebGPU hands out a buffer even where there is no memory for one, and refuses the first command that uses it.
    sign: /out of memory|OutOfMemory|maxBufferSize|maxStorageBufferBindingSize|Failed to allocate memory|\[Invalid Buffer|Failed to create GPU buffer/i,
    error: (found) =>
      new SelftrainError({
        code: "engine-device-memory",
        message: "the graphics device could not give the memory that the engine asked for",
        found,
        where: "engine.memoryBudgetMiB",
        remedy:
          "lower engine.memoryBudgetMiB below the memory of the device, train an adapter (lora), or set engine.device to cpu; a run goes on with --resume",
      }),
  },
];

/** What a failure on the device means; other errors are given back as they are. */
export function deviceError(error: unknown): unknown {
  if (!(error instanceof SelftrainError) || error.code !== "engine-runtime") return error;
  const found = String(error.found);
  return MEANINGS.find(({ sign }) => sign.test(found))?.error(found) ?? error;
}
