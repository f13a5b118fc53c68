/** `selftrain engine`: engines as services. */
import { defineGroup } from "../group.js";
import { engineServeCommand } from "./engine-serve.js";

export const engineCommand = defineGroup({
  name: "engine",
  summary: "Serve the embedded engine to loops that run elsewhere",
  commands: [engineServeCommand],
  examples: ["selftrain engine serve runs/base --port 8378"],
});
