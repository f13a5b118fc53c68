/** `selftrain engine serve`: the embedded engine over HTTP. */
import { once } from "node:events";
import { engineServeConfigSchema } from "../../config/engine-serve-config.js";
import { defineCommand } from "../command.js";
import { onInterrupt } from "../interrupt.js";
import { notice, print } from "../output.js";

export const engineServeCommand = defineCommand({
  name: "serve",
  summary: "Serve a model to loops that train it from elsewhere, over the Tinker protocol",
  schema: engineServeConfigSchema,
  positional: "model",
  examples: [
    "selftrain engine serve runs/base",
    "TINKER_API_KEY=… selftrain engine serve runs/base --host 0.0.0.0 --storage /data/checkpoints",
    "selftrain train --model runs/base --task chain-sums --output runs/srt --engine.kind tinker --engine.url http://127.0.0.1:8378",
  ],
  async run(config, context) {
    const { serveEngine } = await import("../../apps/engine-server/serve.js");
    const interrupt = onInterrupt({ onFirst: () => notice(context, "stopping") });
    try {
      const server = await serveEngine(config);
      const { url, model, memory, storage } = server;
      print(
        context,
        { url, model, memory, storage },
        () =>
          `listening at ${url}: ${model}, checkpoints in ${storage}, about ${Math.ceil(memory / 2 ** 20)} MiB`,
      );
      if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
      await server.close();
      return 0;
    } finally {
      interrupt.dispose();
    }
  },
});
