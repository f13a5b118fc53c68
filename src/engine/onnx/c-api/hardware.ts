/** Graphics hardware as ONNX Runtime finds it with the operating system. */
import { handles, type Runtime } from "./runtime.js";

/** OrtHardwareDeviceType_GPU */
const GPU = 1;

export interface GraphicsHardware {
  /** As the system describes it; who made it, where it does not. */
  readonly name: string;
  readonly discrete: boolean;
}

/** Discrete cards first, as WebGPU prefers them. */
export function graphicsHardware(runtime: Runtime): GraphicsHardware[] {
  const { functions, env } = runtime;
  const count = handles(1);
  runtime.check(functions.GetNumHardwareDevices(env, count));
  const found = handles(Number(count[0]));
  runtime.check(functions.GetHardwareDevices(env, found, found.length));
  return [...found]
    .filter((device) => functions.HardwareDevice_Type(device) === GPU)
    .map((device) => {
      const of = (key: string) => functions.GetKeyValue(functions.HardwareDevice_Metadata(device), key);
      return {
        name: of("Description") || functions.HardwareDevice_Vendor(device),
        discrete: of("Discrete") === "1",
      };
    })
    .sort((a, b) => Number(b.discrete) - Number(a.discrete));
}
