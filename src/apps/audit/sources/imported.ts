/** The source over another trainer's rows: its steps, and what is said of groups that were inferred. */

import { stepList } from "../../../run/gaps.js";
import type { AuditSource, Omission, SourceFormat } from "../source.js";
import { type ImportFindings, stepsOf } from "./import-steps.js";
import type { ImportedRow } from "./imported-row.js";

export interface Import {
  readonly path: string;
  readonly format: SourceFormat;
  /** The rows anew, each time it is called. */
  rows(): AsyncIterable<ImportedRow>;
  /** Whether the trainer may write the same batch under several steps. */
  readonly logsAgain?: boolean;
  readonly omissions?: readonly Omission[];
}

export function importedSource({
  path,
  format,
  rows,
  logsAgain = false,
  omissions = [],
}: Import): AuditSource {
  const said: string[] = [];
  const left: Omission[] = [
    ...omissions,
    { what: "what the trainer logged", why: "the files hold rollouts alone: no gradient norm, no entropy" },
  ];
  return {
    path,
    format,
    notices: said,
    omissions: left,
    async *steps() {
      const findings: ImportFindings = {
        grouped: false,
        largest: 0,
        doubled: 0,
        again: [],
        read: 0,
        brokenOff: 0,
      };
      yield* stepsOf(rows(), findings, logsAgain);
      conclude(findings, said, left);
    },
    probes: async () => [],
    alarms: () => [],
    async samples(places) {
      const wanted = new Map(places.map((place) => [JSON.stringify([place.step, place.promptId]), place]));
      const found = new Map<
        string,
        { step: number; promptId: string; prompt: string; completion: string | null; exact: boolean }
      >();
      for await (const { step, promptId, prompt, completion, answer } of rows()) {
        const key = JSON.stringify([step, promptId]);
        const place = wanted.get(key);
        if (place === undefined || found.get(key)?.exact) continue;
        const exact = answer === place.majority;
        if (exact || !found.has(key)) found.set(key, { step, promptId, prompt, completion, exact });
      }
      return places.flatMap((place) => {
        const own = found.get(JSON.stringify([place.step, place.promptId]));
        return own === undefined
          ? []
          : [{ step: own.step, promptId: own.promptId, prompt: own.prompt, completion: own.completion }];
      });
    },
  };
}

function conclude(findings: ImportFindings, notices: string[], omissions: Omission[]): void {
  if (!findings.grouped)
    notices.push(
      "The files name no groups: rollouts of a step with the same prompt are taken for one group.",
    );
  if (findings.doubled > 0 && !findings.grouped)
    notices.push(
      `${findings.doubled} of the groups are a multiple of the usual size: a prompt that was drawn twice in a step counts as one group.`,
    );
  if (findings.read > 0)
    notices.push(
      `${findings.brokenOff.toLocaleString("en-US")} of ${findings.read.toLocaleString("en-US")} completions certainly break off and have no answer. Others may have been cut off as well: nothing says why a text ended.`,
    );
  if (findings.again.length > 0)
    omissions.push({
      what: stepList(findings.again),
      why: "the trainer logged the rollouts of the step before again, as it trained on them again",
    });
}
