/** `selftrain vote serve`: the vote over HTTP. */
import { once } from "node:events";
import { voteServeConfigSchema } from "../../config/grade-config.js";
import { defineCommand } from "../command.js";
import { onInterrupt } from "../interrupt.js";
import { notice, print } from "../output.js";

export const voteServeCommand = defineCommand({
  name: "serve",
  summary: "Answer POST /vote with the votes of whole groups of samples",
  schema: voteServeConfigSchema,
  takes: ["config"],
  examples: [
    "selftrain vote serve --port 0",
    `curl localhost:8377/vote -d '{"groups": [{"id": "p1", "samples": [{"text": "… \\\\boxed{7}"}]}]}'`,
  ],
  async run(config, context) {
    const { serveVotes } = await import("../../apps/grade/serve.js");
    const interrupt = onInterrupt({
      onFirst: () => notice(context, "stopping when the requests under way are answered"),
    });
    try {
      const server = await serveVotes(config);
      print(context, { url: server.url }, ({ url }) => `listening at ${url}; POST /vote`);
      if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
      await server.close();
      return 0;
    } finally {
      interrupt.dispose();
    }
  },
});
