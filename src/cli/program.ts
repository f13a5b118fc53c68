/** The whole command line. */
import type { Command } from "commander";
import { auditCommand } from "./commands/audit.js";
import { demoCommand } from "./commands/demo.js";
import { doctorCommand } from "./commands/doctor.js";
import { engineCommand } from "./commands/engine.js";
import { equivalentCommand } from "./commands/equivalent.js";
import { evalCommand } from "./commands/eval.js";
import { exportCommand } from "./commands/export.js";
import { finetuneCommand } from "./commands/finetune.js";
import { generateCommand } from "./commands/generate.js";
import { handoffCommand } from "./commands/handoff.js";
import { labelCommand } from "./commands/label.js";
import { monitorsCommand } from "./commands/monitors.js";
import { planCommand } from "./commands/plan.js";
import { pretrainCommand } from "./commands/pretrain.js";
import { replayCommand } from "./commands/replay.js";
import { reportCommand } from "./commands/report.js";
import { rewardModelCommand } from "./commands/reward-model.js";
import { runsCommand } from "./commands/runs.js";
import { selectCommand } from "./commands/select.js";
import { serveCommand } from "./commands/serve.js";
import { sqlCommand } from "./commands/sql.js";
import { studyCommand } from "./commands/study.js";
import { submitCommand } from "./commands/submit.js";
import { sweepCommand } from "./commands/sweep.js";
import { tasksCommand } from "./commands/tasks.js";
import { trainCommand } from "./commands/train.js";
import { voteCommand } from "./commands/vote.js";
import { defineGroup } from "./group.js";
import type { Io } from "./io.js";
import { docsFolder, packageVersion } from "./version.js";

const root = defineGroup({
  name: "selftrain",
  summary:
    "Train a reasoning language model without labels: the majority answer is the label, agreement is the reward.",
  commands: [
    demoCommand,
    tasksCommand,
    doctorCommand,
    pretrainCommand,
    trainCommand,
    finetuneCommand,
    rewardModelCommand,
    evalCommand,
    generateCommand,
    exportCommand,
    labelCommand,
    selectCommand,
    voteCommand,
    equivalentCommand,
    engineCommand,
    replayCommand,
    reportCommand,
    auditCommand,
    runsCommand,
    serveCommand,
    sqlCommand,
    monitorsCommand,
    sweepCommand,
    studyCommand,
    planCommand,
    handoffCommand,
    submitCommand,
  ],
  examples: [
    "selftrain demo                                           watch a model teach itself, in seven minutes",
    "selftrain tasks list                                     the built-in reasoning tasks",
    "selftrain doctor prompts.jsonl --model runs/base         examine a dataset before training on it",
    "selftrain pretrain --task chain-sums --output runs/base  make a base model",
    "selftrain train --model runs/base --task chain-sums --output runs/srt --dry-run",
    "selftrain train --resume runs/srt                        continue after an interruption",
    "selftrain eval runs/srt --json                           accuracy with confidence intervals",
    "selftrain replay runs/srt                                votes, rewards and advantages again, from the rollouts",
    "selftrain report runs/srt                                one HTML page with the curves",
    "selftrain audit runs/srt                                 whether its reward was hacked, and since when",
    "selftrain sql runs/srt 'select step, agreement from metrics'  what the curves do not show",
    "selftrain sweep recipes/sweeps/learning-rate.yaml        runs over values of its settings, in parallel",
    "selftrain study list                                     claims of the papers, to test again with one command",
    "selftrain vote samples.jsonl                             votes on samples of any origin",
  ],
});

/** Every command, as data. */
export const aboutProgram = root.about;

/** A fresh program over the given streams; the command's exit status is handed to `done`. */
export function createProgram(io: Io, done: (status: number) => void): Command {
  return root(io, done)
    .version(packageVersion(), "-V, --version", "show the version")
    .addHelpText("after", `\nPages named docs/…: ${docsFolder()}\n`);
}
