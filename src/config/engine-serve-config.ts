/** Configuration of `selftrain engine serve`. */
import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { engineSchema } from "./engine-config.js";
import { checkInFlight, serveKeys } from "./serve-keys.js";

export const engineServeConfigSchema = z
  .strictObject({
    model: z
      .string()
      .describe(
        "Model to serve: a model folder, a run directory (its last checkpoint), or org/name[@revision] on the hub",
      ),
    name: z.string().min(1).optional().describe("What clients call it (default: as model names it)"),
    storage: z.string().default("engine-storage").describe("Folder of the checkpoints that clients save"),
    ...serveKeys(8378),
    maxBodyMiB: serveKeys(8378).maxBodyMiB.unwrap().default(256).describe("Largest request in MiB"),
    keyVariable: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable")
      .default("TINKER_API_KEY")
      .describe("Environment variable with the key that clients must show; without it none is asked for"),
    sessionSeconds: z
      .number()
      .positive()
      .default(120)
      .describe("Seconds without a word after which a client's session ends and its model is unloaded"),
    longPollSeconds: z
      .number()
      .positive()
      .max(40)
      .default(40)
      .describe("Seconds that a question for a result waits for it"),
    engine: engineSchema.prefault({}).describe("Embedded engine"),
  })
  .superRefine((config, check) => checkInFlight(config, check), whereKeysAreRight)
  .describe("The embedded engine as a service");

export type EngineServeConfig = z.output<typeof engineServeConfigSchema>;
