/** Devices of Vulkan by name and kind: ONNX Runtime computes on one of them on Linux, and does not say which. */
import koffi from "koffi";
import { handles } from "./runtime.js";

const LOADER = "libvulkan.so.1";

/** VkPhysicalDeviceType, from VK_PHYSICAL_DEVICE_TYPE_OTHER on. */
const KINDS = ["unknown", "integrated", "discrete", "virtual", "software"] as const;
export type AdapterKind = (typeof KINDS)[number];

/** The order in which Dawn, the WebGPU of ONNX Runtime, prefers them. */
const PREFERRED: readonly AdapterKind[] = ["discrete", "integrated", "software", "virtual", "unknown"];

export interface VulkanDevice {
  readonly name: string;
  readonly kind: AdapterKind;
  /** Bytes of the largest heap of its own. */
  readonly memory: number;
}

/** VkInstanceCreateInfo: its type, 1, and nothing asked for. */
const CREATE_INFO_BYTES = 64;
/** VkPhysicalDeviceProperties has 824 bytes, VkPhysicalDeviceMemoryProperties 520; both with room to spare. */
const PROPERTIES_BYTES = 1024;
const KIND_AT = 16;
const NAME_AT = 20;
const NAME_BYTES = 256;
/** Heaps: how many, then 16 bytes each, its size and its flags. */
const HEAPS_AT = 260;
const HEAP_BYTES = 16;
const DEVICE_LOCAL = 1;

/** The preferred one first. Empty where Vulkan is not there, or fails. */
export function vulkanDevices(): VulkanDevice[] {
  const library = open();
  if (library === null) return [];
  const bind = (name: string, result: string, args: string[]) => library.func(name, result, args);
  const createInfo = Buffer.alloc(CREATE_INFO_BYTES);
  createInfo.writeInt32LE(1, 0);
  const instance = handles(1);
  if (bind("vkCreateInstance", "int", ["void *", "void *", "void *"])(createInfo, null, instance) !== 0)
    return [];
  try {
    const list = bind("vkEnumeratePhysicalDevices", "int", ["void *", "void *", "void *"]);
    const count = new Uint32Array(new ArrayBuffer(4));
    if (list(instance[0], count, null) !== 0) return [];
    const devices = handles(count[0] as number);
    if (list(instance[0], count, devices) !== 0) return [];
    const propertiesOf = bind("vkGetPhysicalDeviceProperties", "void", ["void *", "void *"]);
    const memoryOf = bind("vkGetPhysicalDeviceMemoryProperties", "void", ["void *", "void *"]);
    const read = (get: typeof propertiesOf, device: bigint): Buffer => {
      const bytes = Buffer.alloc(PROPERTIES_BYTES);
      get(device, bytes);
      return bytes;
    };
    return [...devices]
      .map((device) => describe(read(propertiesOf, device), read(memoryOf, device)))
      .sort((a, b) => PREFERRED.indexOf(a.kind) - PREFERRED.indexOf(b.kind));
  } finally {
    bind("vkDestroyInstance", "void", ["void *", "void *"])(instance[0], null);
  }
}

function open() {
  try {
    return koffi.load(LOADER);
  } catch {
    return null;
  }
}

function describe(properties: Buffer, memory: Buffer): VulkanDevice {
  const name = properties.subarray(NAME_AT, NAME_AT + NAME_BYTES);
  const heaps = Array.from({ length: memory.readUInt32LE(HEAPS_AT) }, (_, i) => {
    const at = HEAPS_AT + 4 + i * HEAP_BYTES;
    const own = (memory.readUInt32LE(at + 8) & DEVICE_LOCAL) !== 0;
    return own ? Number(memory.readBigUInt64LE(at)) : 0;
  });
  return {
    name: name.subarray(0, name.indexOf(0)).toString("utf8"),
    kind: KINDS[properties.readUInt32LE(KIND_AT)] ?? "unknown",
    memory: Math.max(0, ...heaps),
  };
}
