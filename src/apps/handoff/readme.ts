/** README.md of a job folder: how it is started, and what became of every setting. */
import type { Entry, Fate, Ledger, Settings } from "./ledger.js";
import type { HandedOff, ModelPlace, Target } from "./target.js";

const code = (text: string): string =>
  `\`${text.replaceAll("|", "\\|").replaceAll("`", "'").replaceAll("\n", " ")}\``;
/** Of what is too long for a cell, the names in it. */
const MOST = 80;
export const shownValue = (value: unknown): string => {
  const text = JSON.stringify(value);
  const long = text.length > MOST && typeof value === "object" && value !== null;
  return long ? Object.keys(value).join(", ") : text;
};
const shownSettings = (to: Settings): string =>
  Object.entries(to)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => code(`${key} = ${JSON.stringify(value)}`))
    .join("<br>");

const modelLine = (place: ModelPlace): string =>
  ({
    copied: "`model/` holds a copy of the model that the run starts from.",
    downloaded: "The model is downloaded from the hub, at the commit that the run began with.",
    named: `The model is looked for at ${place.kind === "named" ? code(place.name) : ""}.`,
  })[place.kind];

export function readme(target: Target, job: HandedOff, ledger: Ledger, run: string): string {
  const { title, version, install, audit } = target;
  const { experiment, model } = job;
  const of = (fate: Fate) => ledger.entries.filter((entry) => entry.fate === fate);
  const missing = of("missing");
  return `${[
    `# ${run} on ${title}`,
    `The same experiment as ${code(run)}, for ${version}. \`selftrain handoff ${target.name}\` wrote this folder.`,
    "## Run it",
    [
      "```",
      `${install.startsWith("pip") && !install.includes(",") ? install : `# install ${install}`}`,
      "npm install -g selftrain     # the vote; or SELFTRAIN='npx selftrain', or SELFTRAIN_VOTE_URL of one that runs",
      "sh run.sh",
      "```",
    ].join("\n"),
    "On a Ray cluster: `selftrain submit --ray http://HEAD:8265 THIS-FOLDER`.",
    `${modelLine(model)} ${chatLine(job, target)}`,
    `Rewards are votes of whole groups: \`selftrain_vote.py\` starts \`selftrain vote serve --config vote.yaml\` beside each process that needs it. Training rows have no true answers; those of \`data/eval.jsonl\` are used for accuracy alone.`,
    ...(audit === null ? [] : [`Afterwards: \`selftrain audit ${audit}\`.`]),
    "## What is not carried over",
    missing.length === 0
      ? `Nothing: ${title} has a key for every setting of this run that matters.`
      : table(
          ["setting", "value", `in ${title}`, "instead"],
          missing.map(({ key, value, why, to }) => [
            code(key),
            code(shownValue(value)),
            why ?? "",
            shownSettings(to),
          ]),
        ),
    "## What is carried over",
    table(["setting", "value", title, ""], of("carried").map(carriedRow)),
    "## Set beside these",
    table(
      [title, "why"],
      ledger.fixed.map(({ to, why }) => [shownSettings(to), why]),
    ),
    "## The rest",
    [
      line(
        `in the files of \`data/\` (${experiment.pool.length} prompts, ${experiment.heldOut.length} held out)`,
        of("data"),
      ),
      line("in `vote.yaml`", of("vote")),
      line(`off, and ${title} has nothing like it`, of("off")),
      ...of("local").map(({ key, why }) => `- ${code(key)}: ${why}.`),
    ].join("\n"),
  ].join("\n\n")}\n`;
}

const carriedRow = ({ key, value, to, why }: Entry): readonly string[] => [
  code(key),
  code(shownValue(value)),
  shownSettings(to),
  why ?? "",
];

const line = (what: string, entries: readonly Entry[]): string =>
  `- ${what}: ${entries.map(({ key }) => code(key)).join(", ") || "nothing"}.`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** What prompts are to the model, where that is not plain from the rows. */
function chatLine({ experiment: { chat }, model }: HandedOff, { name }: Target): string {
  if (chat) return "Prompts are conversations, which the model's chat template renders.";
  if (name === "skyrl" && model.kind === "named")
    return "Prompts are completed as they stand: put `chat_template.jinja` into the model's folder first.";
  return "Prompts are completed as they stand.";
}
