/** Where suites of the engine compute: on the processor, or where SELFTRAIN_TEST_DEVICE says (.ci/device-tests.sh). */
import { afterEach } from "vitest";
import { Gpu } from "../../src/engine/onnx/device/gpu.js";
import { DeviceRows } from "../../src/engine/onnx/device/rows.js";
import { onDevice } from "../../src/engine/onnx/device/storage.js";
import { IN_ARRAYS, type Place } from "../../src/engine/onnx/policy/placed.js";
import { Scratch } from "../../src/engine/onnx/runtime/scratch.js";
import { ArrayRows, type Rows } from "../../src/engine/onnx/training/rows.js";

export const DEVICE = process.env.SELFTRAIN_TEST_DEVICE === "gpu" ? "gpu" : "cpu";

// A device is driven from the thread that calls: vitest gets to speak between two tests.
if (DEVICE === "gpu") afterEach(() => new Promise<void>((resolve) => void setImmediate(resolve)));

export const gpu: Gpu | null = DEVICE === "gpu" ? new Gpu() : null;

export const PLACE: Place = gpu ? onDevice(gpu) : IN_ARRAYS;

/** Working memory of passes. */
export const someRows = (): Rows => (gpu ? new DeviceRows(gpu) : new ArrayRows(new Scratch()));
