/** What is known of the graphics device before an engine is opened on it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type ErrorDetails, SelftrainError } from "../../../errors.js";
import { type DeviceChoice, deviceOf } from "../c-api/session.js";
import { noDevice } from "../c-api/web-gpu.js";
import type { Adapter } from "./adapter.js";

export interface DeviceReport extends Adapter {
  /** Bytes that a command binds of one tensor, in one part. */
  readonly largestBinding: number;
  /** Whether a small program gave the same bytes twice. */
  readonly deterministic: boolean;
}

/** What `look` prints. */
export type Looked = { readonly report: DeviceReport } | { readonly error: ErrorDetails };

/** Milliseconds that a driver has to open a device. */
const PATIENCE = 60_000;

let known: Promise<DeviceReport> | null = null;

/**
 * Of the device that an engine of these settings computes on; null for the processor. Looked at once, in a process of its own: what a driver
 * ends ends there. Errors: `engine-device-missing`, and those of opening the library.
 */
export async function deviceReport(choice?: DeviceChoice): Promise<DeviceReport | null> {
  if (deviceOf(choice) === "cpu") return null;
  known ??= look();
  try {
    return await known;
  } catch (error) {
    known = null;
    throw error;
  }
}

async function look(): Promise<DeviceReport> {
  const file = fileURLToPath(new URL("./look.js", import.meta.url));
  const found = parsed(
    await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, [file], { timeout: PATIENCE, killSignal: "SIGKILL" }, (error, stdout) => {
        if (error) reject(noDevice(`opening it ended with ${error.signal ?? `exit code ${error.code}`}`));
        else resolve(stdout);
      });
    }),
  );
  if ("error" in found) throw new SelftrainError(found.error);
  return found.report;
}

/** Drivers print before it what they like. */
const parsed = (printed: string): Looked =>
  JSON.parse(printed.slice(printed.lastIndexOf("\n") + 1)) as Looked;
