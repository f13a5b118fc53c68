/** What a run asks for and the server would not do is refused before it begins: nothing is lost silently. */
import type { LossSpec } from "../../../core/loss/loss.js";
import { SelftrainError } from "../../../errors.js";
import { type Projection, projections } from "../../../model/parameters.js";
import type { AdamParams } from "../../engine.js";
import type { Profile } from "../profile/profile.js";
import type { RemoteLora } from "../training/model.js";
import { checkLoss } from "../training/update.js";

/** What a run will ask of an engine. */
export interface Uses {
  readonly adam: AdamParams;
  readonly loss: LossSpec;
  /** Samples are drawn while the model is trained. */
  readonly overlap?: boolean;
}

/** Settings that do nothing, whatever a server does with them. */
const NEUTRAL: Partial<AdamParams> = { weightDecay: 0, gradClipNorm: 0 };

/** Throws `tinker-would-drop`. `accept` names settings that the server may drop. */
export function checkAdam(
  adam: AdamParams,
  { adam: honoured, fixedAdam, kind }: Profile,
  accept: readonly string[],
): void {
  const dropped = (Object.keys(adam) as (keyof AdamParams)[]).filter((name) => {
    if (honoured.includes(name) || accept.includes(name)) return false;
    return adam[name] !== (fixedAdam[name] ?? NEUTRAL[name]);
  });
  if (dropped.length === 0) return;
  const own = dropped.map((name) => `${name} ${fixedAdam[name] ?? "of its own"}`);
  throw new SelftrainError({
    code: "tinker-would-drop",
    message: `the server (${kind}) does not do what the optimiser's settings ask for`,
    found: dropped.map((name) => `${name} ${adam[name]}`).join(", "),
    expected: own.join(", "),
    where: dropped.map((name) => `adam.${name}`).join(", "),
    remedy: "set them to what the server does, or name them in engine.accept, to train with the server's own",
  });
}

const BLOCKS: readonly (readonly Projection[])[] = [
  ["query", "key", "value", "output"],
  ["gate", "up", "down"],
];

/** What is to be trained, an adapter or the model itself (null), and the server would not, or otherwise. Throws `engine-lacks`, `tinker-would-drop`. */
export function checkTrained(adapter: RemoteLora | null, profile: Profile, accept: readonly string[]): void {
  const [own, other] = adapter ? (["lora", "full"] as const) : (["full", "lora"] as const);
  if (!profile.trains.includes(own)) {
    const name = { lora: "an adapter", full: "the model itself" };
    throw new SelftrainError({
      code: "engine-lacks",
      message: `the server (${profile.kind}) cannot train ${name[own]}`,
      found: name[own],
      expected: name[other],
      where: "lora",
      remedy: adapter ? "leave lora out" : "give lora, with a rank that the server takes",
    });
  }
  if (adapter) checkLora(adapter, profile, accept);
}

function checkLora(
  { lora: { alpha, targets } }: RemoteLora,
  profile: Profile,
  accept: readonly string[],
): void {
  const refuse = (name: string, found: string, expected: string) => {
    if (accept.includes(name)) return;
    throw new SelftrainError({
      code: "tinker-would-drop",
      message: `the server (${profile.kind}) does not make the adapter that is asked for`,
      found,
      expected,
      where: `lora.${name}`,
      remedy: `set lora.${name} to what the server does, or name ${name} in engine.accept, to train with the server's own`,
    });
  };
  if (profile.alpha !== "asked" && profile.alpha !== alpha)
    refuse("alpha", `alpha ${alpha}`, profile.alpha === null ? "one of its own" : `alpha ${profile.alpha}`);
  const whole = BLOCKS.every((block) => new Set(block.map((part) => targets.includes(part))).size === 1);
  const fits = { asked: true, blocks: whole, all: targets.length === projections.length }[profile.targets];
  if (!fits)
    refuse(
      "targets",
      targets.join(", "),
      profile.targets === "all" ? "all projections" : "all of attention, all of feed-forward, or both",
    );
}

/** Throws `tinker-would-drop` and `engine-lacks`. */
export function checkUses(
  { adam, loss, overlap = false }: Uses,
  profile: Profile,
  accept: readonly string[],
): void {
  checkAdam(adam, profile, accept);
  checkLoss(loss, profile);
  if (!overlap || profile.overlap !== null) return;
  throw new SelftrainError({
    code: "engine-lacks",
    message: `the server (${profile.kind}) cannot sample a policy while it trains it`,
    where: "engine.overlap",
    remedy: "leave engine.overlap out",
  });
}
