/** `selftrain audit`: what the reward of a run was worth, step by step. */
import { auditConfigSchema } from "../../config/audit-config.js";
import { auditText } from "../audit-text.js";
import { defineCommand } from "../command.js";
import { HACKED } from "../errors.js";
import { widthOf } from "../io.js";
import { print } from "../output.js";

export const auditCommand = defineCommand({
  name: "audit",
  summary: "Say whether a run's reward was hacked, since when, and what showed it first",
  schema: auditConfigSchema,
  positional: "run",
  examples: [
    "selftrain audit runs/srt                                     exit status 3 where it was hacked or collapsed",
    "selftrain audit runs/srt --html audit.html",
    "selftrain audit trl-output --truth-column truth              completions that TRL logged",
    "selftrain audit rollouts.jsonl --json",
  ],
  async run(config, context) {
    const { audit } = await import("../../apps/audit/audit.js");
    const result = await audit(config);
    const html = config.html === undefined ? null : await writePage(config.html, result);
    const width = widthOf(context.io.stdout);
    print(context, result, (shown, paint) => auditText(shown, { paint, width, html }));
    return result.verdict.wrong ? HACKED : 0;
  },
});

async function writePage(
  path: string,
  result: Awaited<ReturnType<typeof import("../../apps/audit/audit.js")["audit"]>>,
): Promise<string> {
  const { writeAuditPage } = await import("../../apps/audit/page/page.js");
  return writeAuditPage(result, path);
}
