/** The graphics device of this machine by name and kind, as far as the system tells. */
import { cpus } from "node:os";
import { graphicsHardware } from "../c-api/hardware.js";
import { openRuntime } from "../c-api/runtime.js";
import { type AdapterKind, vulkanDevices } from "../c-api/vulkan.js";

export interface Adapter {
  readonly name: string;
  /** What WebGPU stands on. */
  readonly backend: "Metal" | "Direct3D 12" | "Vulkan";
  readonly kind: AdapterKind;
  /** Of its own; null where the system does not tell. */
  readonly memoryMiB: number | null;
}

const UNKNOWN = { name: "unknown", kind: "unknown", memoryMiB: null } as const;

export function adapter(): Adapter {
  if (process.platform === "darwin") {
    // On Apple silicon the processor's name is the device's.
    const name = cpus()[0]?.model ?? UNKNOWN.name;
    return { name, backend: "Metal", kind: "integrated", memoryMiB: null };
  }
  if (process.platform === "win32") {
    const [found] = graphicsHardware(openRuntime());
    const known = found && ({ name: found.name, kind: found.discrete ? "discrete" : "integrated" } as const);
    return { ...UNKNOWN, ...known, backend: "Direct3D 12" };
  }
  const [found] = vulkanDevices();
  const known = found && { ...found, memoryMiB: Math.floor(found.memory / 2 ** 20) };
  const { name, kind, memoryMiB } = known ?? UNKNOWN;
  return { name, backend: "Vulkan", kind, memoryMiB };
}
