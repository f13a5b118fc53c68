/** `selftrain doctor --device gpu`: what the graphics device is, whether it computes rightly, and how fast. */
import { type DeviceReport, deviceReport } from "../../../engine/onnx/device/report.js";
import { describeEnvironment, type Environment } from "../../../run/environment.js";
import { type Comparison, compareDevices } from "./compare.js";
import { type TimesOf, timeDevices } from "./times.js";

export interface DeviceCheck {
  readonly device: DeviceReport;
  readonly environment: Pick<
    Environment,
    "selftrain" | "node" | "platform" | "osRelease" | "cpu" | "cores" | "memoryMiB"
  >;
  readonly comparisons: readonly Comparison[];
  /** Null where no times were asked for. */
  readonly timed: TimesOf | null;
  /** Whether all that was compared agrees. */
  readonly ok: boolean;
}

/** `say` is told what is being done. Throws `engine-device-missing`, and as opening an engine on the device does. */
export async function checkDevice(
  { full }: { readonly full: boolean },
  say: (doing: string) => void = () => {},
): Promise<DeviceCheck> {
  const device = (await deviceReport("gpu")) as DeviceReport;
  const { selftrain, node, platform, osRelease, cpu, cores, memoryMiB } = describeEnvironment();
  say(`${device.name}: comparing it with the processor`);
  const comparisons = await compareDevices();
  return {
    device,
    environment: { selftrain, node, platform, osRelease, cpu, cores, memoryMiB },
    comparisons,
    timed: full ? await timeDevices({ say }) : null,
    ok: comparisons.every(({ ok }) => ok),
  };
}
