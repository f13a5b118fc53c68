/** `selftrain serve`: the dashboard of a folder of runs. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { serveConfigSchema } from "../../config/serve-config.js";
import { defineCommand } from "../command.js";
import { onInterrupt } from "../interrupt.js";
import { notice, print } from "../output.js";
import { packageVersion } from "../version.js";

export const serveCommand = defineCommand({
  name: "serve",
  summary: "Open the dashboard of a folder of runs in the browser: live, and after the fact",
  schema: serveConfigSchema,
  positional: "folder",
  examples: [
    "selftrain serve                          the runs below runs/, on this machine alone",
    "selftrain serve runs/srt                 one run",
    "selftrain serve --host 0.0.0.0           for others too, who need the token that is printed",
  ],
  async run(config, context) {
    const { openDashboard } = await import("../../apps/dashboard/open.js");
    const interrupt = onInterrupt({ onFirst: () => notice(context, "closing") });
    try {
      const dashboard = await openDashboard(config, packageVersion());
      if (!existsSync(config.folder))
        notice(context, `there is no folder ${config.folder} yet: its runs are shown when they come`);
      print(context, { url: dashboard.url }, ({ url }) => `the dashboard is at ${url}`);
      if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
      await dashboard.close();
      return 0;
    } finally {
      interrupt.dispose();
    }
  },
});
