/** `selftrain submit`: a job folder on a Ray cluster. */
import { submitConfigSchema } from "../../config/submit-config.js";
import { SelftrainError } from "../../errors.js";
import { defineCommand } from "../command.js";
import { onInterrupt } from "../interrupt.js";
import { notice, print } from "../output.js";
import { shown } from "../style.js";

export const submitCommand = defineCommand({
  name: "submit",
  summary: "Run a job folder on a Ray cluster, and follow it",
  schema: submitConfigSchema,
  positional: "job",
  examples: [
    "selftrain submit jobs/verl --ray http://head:8265",
    "selftrain submit jobs/verl --ray http://head:8265 --no-follow --id srt-7b",
    "selftrain submit --ray http://head:8265 --attach srt-7b",
    "selftrain submit jobs/trl --ray https://ray.example --on-interrupt stop --env SELFTRAIN=/opt/selftrain",
  ],
  async run(config, context) {
    const { submit } = await import("../../apps/submit/submit.js");
    const { io } = context;
    const interrupt = onInterrupt({ onFirst: () => {} });
    try {
      const result = await submit(config, {
        env: io.env,
        signal: interrupt.signal,
        // With --json the result alone is on stdout.
        onLog: (text) => (context.json ? io.stderr : io.stdout).write(shown(io.stderr, text)),
        onProgress: (text) => notice(context, text),
      });
      if (interrupt.signal.aborted)
        throw new SelftrainError({
          code: "interrupted",
          message:
            result.status === "LEFT"
              ? "following was stopped; the job goes on"
              : `the job ${result.id} is stopped`,
          remedy:
            result.status === "LEFT"
              ? `follow it again with --attach ${result.id}, or end it with that and --on-interrupt stop`
              : "submit it again",
        });
      print(context, result, ({ id, status }) => `${id}  ${status}`);
      return 0;
    } finally {
      interrupt.dispose();
    }
  },
});
