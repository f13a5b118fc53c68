/** The keys of trackers: where a run's metrics go beside its own files. */
import { z } from "zod";
import { trackerUrlSchema } from "./endpoint-url.js";

export const trackersSchema = z
  .strictObject({
    tensorboard: z
      .strictObject({
        folder: z
          .string()
          .optional()
          .describe("Folder of event files (default: tensorboard/ in the run directory)"),
      })
      .optional()
      .describe("TensorBoard event files"),
    mlflow: z
      .strictObject({
        url: trackerUrlSchema.describe("Tracking server, such as http://127.0.0.1:5000"),
        experiment: z
          .string()
          .min(1)
          .default("selftrain")
          .describe("Experiment, made where there is none of that name"),
        tokenVariable: z
          .string()
          .optional()
          .describe(
            "Environment variable with a token, sent as a bearer; the token itself is written nowhere",
          ),
      })
      .optional()
      .describe("An MLflow tracking server"),
  })
  .describe("Trackers that are sent the metrics, beside the run's own files");
