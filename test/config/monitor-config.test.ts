/** The key `monitors`: what is refused, at which key, and what to write instead. */
import { describe, expect, it } from "vitest";
import { monitorsOf } from "../../src/config/monitors.js";
import { checkConfig } from "../../src/config/resolve-config.js";
import { type TrainConfigInput, trainConfigSchema } from "../../src/config/train-config.js";
import { resumeRules } from "../../src/training/loop/learning-rate.js";

const check = (changes: object) => {
  const config = { model: "m", output: "o", prompts: { task: "chain-sums" }, ...changes };
  return checkConfig(trainConfigSchema, { flags: new Map(Object.entries(config)) });
};
const file = { prompts: { file: "a.jsonl" } };
const rise = { kind: "rise", by: 0.1 };
const any = (of: object[], more = {}) => ({ detector: { kind: "any", of, ...more } });
const twice = [
  { on: "topShare", ...rise },
  { on: "agreement", ...rise },
];

describe("monitors that are refused", () => {
  it.each<[string, object, RegExp, RegExp, object?]>([
    [
      "an unknown series",
      { on: "topShar", detector: rise },
      /topShar is no series/,
      /did you mean "topShare"\?/,
    ],
    ["one of another kind", { on: "eval.gradNorm", detector: rise }, /no series/, /"gradNorm"/],
    ["a series like none", { on: "zzzzzzzzzz", detector: rise }, /no series/, /docs\/reference\/metrics\.md/],
    ["a text", { on: "topAnswer", detector: rise }, /topAnswer is no series/, /./],
    [
      "true answers that there are not",
      { on: "accuracy", detector: rise },
      /answerColumn/,
      /answerColumn/,
      file,
    ],
    [
      "a validation that there is not",
      { on: "validation.mean", detector: rise },
      /no validation/,
      /give validation/,
    ],
    ["a probe that there is not", { on: "probe.topShare", detector: rise }, /no probe/, /give probe/],
    [
      "an evaluation that there is not",
      { on: "eval.mean", detector: rise },
      /size is 0/,
      /./,
      { evaluation: { size: 0 } },
    ],
    [
      "rejection that there is not",
      { on: "rejectedGroups", detector: rise },
      /rejects no group/,
      /give rejection/,
    ],
    ["no series", { detector: rise }, /watches no series/, /name one in on/],
    ["no detector", { on: "topShare" }, /has no detector/, /give on and detector/],
    ["no bound", { on: "topShare", detector: { kind: "fall" } }, /no bound/, /by or ratio/],
    ["no threshold", { on: "topShare", detector: { kind: "threshold" } }, /no bound/, /above or below/],
    [
      "a band upside down",
      { on: "topShare", detector: { kind: "threshold", above: 0, below: 1 } },
      /nothing between/,
      /./,
    ],
    [
      "a rise below its base",
      { on: "topShare", detector: { kind: "rise", ratio: 0.5 } },
      /wrong side/,
      /above 1/,
    ],
    [
      "a key of another kind",
      { on: "topShare", detector: { ...rise, window: 3 } },
      /nothing that kind rise reads/,
      /by, ratio/,
    ],
    [
      "a limit given twice",
      { on: "topShare", detector: { kind: "cusum", h: 3, alpha: 0.1 } },
      /h gives it/,
      /./,
    ],
    ["no share", { on: "meanLength", detector: { kind: "e-detector" } }, /is no share/, /cusum/],
    ["a canary elsewhere", { on: "eval.maj", detector: { kind: "canary" } }, /canary/, /validation\.mean/],
    [
      "a key of another action",
      { on: "topShare", detector: rise, factor: 0.5 },
      /belongs to onAlarm lower-lr/,
      /./,
    ],
    [
      "a webhook to nowhere",
      { on: "topShare", detector: rise, onAlarm: "webhook" },
      /names no url/,
      /give url/,
    ],
    [
      "an address with a secret",
      { on: "topShare", detector: rise, onAlarm: "webhook", url: "https://u:secret@h/" },
      /password/,
      /leave them out/,
    ],
    [
      "a rule that ends the run",
      { on: "topShare", detector: rise, onAlarm: "filter", rule: { rewardBand: [1, 0] } },
      /rule: .*rewardBand/,
      /./,
    ],
    ["a union of nothing", { detector: { kind: "any" } }, /any of nothing/, /list members/],
    ["more than all", any(twice, { atLeast: 3 }), /more than its 2 members/, /at most 2/],
    ["a union with a series", { on: "topShare", ...any(twice) }, /each member/, /leave it out/],
    ["a union with bounds", any(twice, { by: 1 }), /kind is any/, /members/],
    [
      "a member's series",
      any([twice[0]!, { on: "nothing", ...rise }]),
      /of\[1\]\.on nothing is no series/,
      /./,
    ],
    ["a member's bounds", any([twice[0]!, { on: "agreement", kind: "slope" }]), /of\[1\].*no bound/, /./],
    [
      "members of one kind alone",
      { on: "topShare", detector: { ...rise, of: twice } },
      /belongs to kind any/,
      /./,
    ],
  ])("%s", (_, monitor, message, remedy, changes = {}) => {
    const { problems } = check({ ...changes, monitors: { mine: monitor } });
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.message).not.toContain("secret");
    expect(problems[0]!.remedy).toMatch(remedy);
  });

  it.each<[object, RegExp]>([
    [{ nothing: "off" }, /no monitor of the default set has that name/],
    [{ nothing: "stop" }, /has no detector/],
    [{ default: { on: "topShare", detector: rise } }, /default stands for the whole default set/],
    [{ disconnected: "stopp" }, /Invalid value for monitors.disconnected \(stopp\)/],
    [
      { mine: { on: "probe.kl", detector: rise, runs: "without-probe" } },
      /probe.kl is never measured: there is no probe/,
    ],
  ])("%j", (monitors, message) => {
    expect(check({ monitors }).problems.map((problem) => problem.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

describe("monitors that are taken", () => {
  it.each<Partial<TrainConfigInput>>([
    {},
    { monitors: { default: "off" } },
    { monitors: { default: "lower-lr", disconnected: "filter" } },
    { evaluation: { size: 0 } },
    { monitors: { a: { on: "step.topShare", detector: { kind: "rise", ratio: 1.5 } } } },
    { validation: {}, monitors: { a: { on: "validation.meanLow", detector: { kind: "plateau" } } } },
    { validation: {}, monitors: { a: { on: "validation.mean", detector: { kind: "canary", alpha: 0.01 } } } },
    { monitors: { a: { on: "topShare", detector: { kind: "e-detector" } } } },
    { monitors: { disconnected: { cooldown: 3 } } },
    // What watches in other runs need not have its series in this one.
    { monitors: { mine: { on: "probe.kl", detector: { kind: "rise", by: 0.1 }, runs: "with-probe" } } },
    { monitors: { driftFromBase: "stop" } },
  ])("%j", (changes) => expect(check(changes).problems).toEqual([]));

  it("with every default filled in", () => {
    const { config } = check({ monitors: { default: "off", a: { on: "topShare", detector: rise } } });
    expect(monitorsOf(config!)).toEqual([
      {
        name: "a",
        series: ["topShare"],
        detector: rise,
        onAlarm: "log",
        cooldown: 10,
        mask: 2,
        factor: 0.5,
        rule: { minAgreement: 0.6, onShortBatch: "train" },
        url: null,
      },
    ]);
  });

  it("of the default set those that watch in the run: with a probe the drift from the base alone", () => {
    const named = (changes: object) => monitorsOf(check(changes).config!).map(({ name }) => name);
    expect(named({ probe: { size: 8 } })).toEqual(["driftFromBase"]);
    expect(named({})).toEqual(["effectiveAnswers", "disconnected", "twoOfThree"]);
    expect(named({ monitors: { driftFromBase: { runs: "all" }, disconnected: "off" }, probe: {} })).toEqual([
      "driftFromBase",
    ]);
    const mine = { on: "topShare", detector: rise, runs: "without-probe" };
    expect(named({ monitors: { default: "off", mine } })).toEqual(["mine"]);
    expect(named({ monitors: { default: "off", mine }, probe: {} })).toEqual([]);
  });
});

describe("what a resumed run may change", () => {
  const rulesOf = (changes: object) => resumeRules(check(changes).config!);
  const monitor = (more: object) => ({ monitors: { a: { on: "topShare", detector: rise, ...more } } });

  it.each<[string, object, boolean]>([
    ["monitors that tell", {}, true],
    ["a learning rate that is lowered", monitor({ onAlarm: "lower-lr" }), true],
    [
      "one by a limit that depends on the length",
      monitor({ onAlarm: "lower-lr", detector: { kind: "cusum" } }),
      false,
    ],
    [
      "one by a limit that does not",
      monitor({ onAlarm: "lower-lr", detector: { kind: "cusum", prefix: 8, h: 5 } }),
      true,
    ],
    ["one that tells of it", monitor({ detector: { kind: "cusum" } }), false],
    ["a stop", monitor({ onAlarm: "stop" }), false],
    ["going back", monitor({ onAlarm: "restore-best" }), false],
    ["a validation", { validation: {} }, false],
  ])("%s", (_, changes, grows) => {
    expect(rulesOf(changes).growing).toEqual(grows ? ["steps"] : []);
  });

  it("the address of a webhook, and how often there is a checkpoint where no run goes back", () => {
    const { free } = rulesOf(monitor({ onAlarm: "webhook", url: "http://127.0.0.1:1/" }));
    expect(free).toContain("monitors.a.url");
    expect(free).toContain("checkpointEvery");
    expect(rulesOf(monitor({ onAlarm: "restore-best" })).free).not.toContain("checkpointEvery");
  });
});
