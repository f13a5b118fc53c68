/** The shared library of ONNX Runtime, which lies inside the npm package onnxruntime-node, found by platform and opened. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import koffi, { type LibraryHandle } from "koffi";
import { SelftrainError } from "../../../errors.js";

/** The version of the library that all figures and bytes of this project are of; package.json pins it. */
export const LIBRARY_VERSION = "1.30.0";

/** By platform and architecture, the file in the package. */
const FILES: Readonly<Record<string, string>> = {
  "darwin-arm64": "libonnxruntime.1.dylib",
  "linux-arm64": "libonnxruntime.so.1",
  "linux-x64": "libonnxruntime.so.1",
  "win32-arm64": "onnxruntime.dll",
  "win32-x64": "onnxruntime.dll",
};

/** koffi runs C on stacks of its own: an overflow of one ends the process. */
const STACK_BYTES = 8 * 2 ** 20;

/** An open library: where its table of functions begins. */
export interface Library {
  /** Address of OrtApiBase. */
  readonly base: bigint;
}

/** By path. When a handle is collected koffi unloads the library under all that points into it: so they are kept. */
const open = new Map<string, { readonly handle: LibraryHandle; readonly library: Library }>();

/** Errors: `engine-platform` where there is no library for that machine, `engine-library-missing` where it is not installed. */
export function libraryPath(platform: string = process.platform, arch: string = process.arch): string {
  const file = FILES[`${platform}-${arch}`];
  if (!file) {
    throw new SelftrainError({
      code: "engine-platform",
      message: "ONNX Runtime is not made for this kind of machine, so the embedded engine does not run on it",
      found: `${platform}-${arch}`,
      expected: `one of ${Object.keys(FILES).join(", ")}`,
      remedy: "use another machine, or Linux in a container of one of these kinds",
    });
  }
  return join(packageFolder(), "bin", "napi-v6", platform, arch, file);
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  } catch {
    throw missing("the package onnxruntime-node");
  }
}

function missing(what: string): SelftrainError {
  return new SelftrainError({
    code: "engine-library-missing",
    message: "ONNX Runtime, which the embedded engine computes with, is not installed",
    found: `${what} is not there`,
    expected: `onnxruntime-node ${LIBRARY_VERSION} with its libraries`,
    remedy: "install selftrain's dependencies again, for example with npm ci",
  });
}

/** Opens the library, once a thread, and keeps it. Errors: `engine-library-missing`, `engine-library-broken`. */
export function openLibrary(path: string = libraryPath()): Library {
  const known = open.get(path);
  if (known) return known.library;
  if (!existsSync(path)) throw missing(path);
  let handle: LibraryHandle;
  let base: bigint;
  sizeStacks();
  try {
    handle = koffi.load(path);
    keepLoaded(path);
    base = handle.func("OrtGetApiBase", "void *", [])() as bigint;
  } catch (error) {
    throw new SelftrainError({
      code: "engine-library-broken",
      message: "the library of ONNX Runtime cannot be loaded",
      found: (error as Error).message,
      expected: `the library of onnxruntime-node ${LIBRARY_VERSION}`,
      where: path,
      remedy:
        "install selftrain's dependencies again; on Linux the library needs glibc, which Alpine does not have",
    });
  }
  const library = { base };
  open.set(path, { handle, library });
  return library;
}

/**
 * Has a library that is loaded stay until the process ends: one more reference, which nobody gives back. koffi gives back its own when a thread
 * ends, and threads of a graphics device are still at work in the library then, which ended the process by SIGSEGV.
 */
function keepLoaded(path: string): void {
  if (process.platform === "win32")
    koffi.load("kernel32.dll").func("LoadLibraryW", "void *", ["str16"])(path);
  else koffi.load(null).func("dlopen", "void *", ["str", "int"])(path, constants.dlopen.RTLD_LAZY);
}

/** For the engine's thread, which loads no other library before. Where another thread's owner has loaded one, the sizes are settled. */
function sizeStacks(): void {
  try {
    koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  } catch {
    // Programs run in the engine's thread alone.
  }
}
