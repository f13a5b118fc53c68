/** The library's parts, as a reader looks for them: what is declared in which folder of the sources stands on which page. The first that fits counts. */
export const AREAS = [
  [
    "configs",
    "Configs",
    "Schemas of what the functions take: the same keys as the commands have.",
    ["config/"],
  ],
  [
    "reward-models",
    "Reward models",
    "Training them on votes, measuring them, and the objectives.",
    ["core/reward-model/", "training/reward-model/"],
  ],
  [
    "training",
    "Training",
    "Self-training, pretraining, offline training on votes, and how a run is watched.",
    [
      "training/loop/",
      "training/finetune/",
      "training/pretrain/",
      "training/rollout/",
      "run/observer",
      "run/observers",
    ],
  ],
  [
    "evaluation",
    "Evaluation",
    "Accuracy on held-out prompts with intervals, and completions of a model.",
    ["training/evaluate/", "core/statistics/"],
  ],
  [
    "answers",
    "Answers and votes",
    "Finding answers in texts, comparing them, and voting on them.",
    ["core/answer/", "core/vote/"],
  ],
  [
    "rewards",
    "Rewards",
    "Reward sources, and what one of your own has to be.",
    ["core/reward/", "training/reward-http/"],
  ],
  [
    "advantages",
    "Advantages and losses",
    "Advantage estimators, KL and the losses that engines compute.",
    ["core/advantage/", "core/loss/"],
  ],
  [
    "data",
    "Data, labels and selection",
    "Tasks, data sets, labels of votes, and which groups are trained on.",
    ["data/", "training/label/", "core/curriculum/", "core/preference/", "io/"],
  ],
  [
    "engines",
    "Engines and models",
    "The engine's interface, the embedded engine, model folders, weights and tokenizers.",
    ["engine/", "model/", "run/model-folder", "random"],
  ],
  [
    "tools",
    "Monitors and tools",
    "Signals of a run, detectors, alarms, replay, audit, doctor and export.",
    ["core/detect/", "core/monitor/", "apps/", "run/"],
  ],
  [
    "basics",
    "Groups and errors",
    "The data that everything passes on, and errors as data.",
    ["group", "errors", "numbers"],
  ],
].map(([name, title, about, folders]) => ({ name, title, about, folders }));

/** The area of a source file; an exported file in none of them fails. */
export function areaOf(file) {
  const area = AREAS.find(({ folders }) => folders.some((folder) => file.startsWith(folder)));
  if (area === undefined) throw new Error(`scripts/docs/library/areas.mjs has no area for ${file}`);
  return area;
}
