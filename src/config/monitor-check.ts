/** What is wrong with the monitors of a training run: keys that do not belong together. Their series are looked at by `monitor-series-check.ts`. */
import type { z } from "zod";
import { DETECTOR_KEYS, type DetectorKind } from "../core/detect/spec.js";
import { checkRejection } from "./curriculum-config.js";
import type { DetectorConfig, MonitorAction, MonitorEntry } from "./monitor-config.js";
import { DEFAULT_MONITORS } from "./monitor-defaults.js";
import { checkSeries, type Refuse, type Watched } from "./monitor-series-check.js";
import { filterRule, watchesIn } from "./monitors.js";

/** Reports each problem at the key that it is about. */
export function checkMonitors(config: Watched, check: z.core.$RefinementCtx): void {
  const refuse: Refuse = (path, message, remedy) =>
    check.addIssue({ code: "custom", path: ["monitors", ...path], message, params: { remedy } });
  for (const [name, monitor] of Object.entries(config.monitors)) {
    if (monitor === "off") checkKnown(name, refuse);
    else if (name === "default")
      refuse(
        [name],
        "monitors.default stands for the whole default set, and has keys of its own",
        `take an action or off, or give the keys to one of ${Object.keys(DEFAULT_MONITORS).join(", ")}`,
      );
    else checkMonitor(name, monitor, config, (path, ...said) => refuse([name, ...path], ...said));
  }
}

function checkKnown(name: string, refuse: Refuse): void {
  const names = ["default", ...Object.keys(DEFAULT_MONITORS)];
  if (!names.includes(name))
    refuse(
      [name],
      `monitors.${name} is off, and no monitor of the default set has that name`,
      `leave it out, or name one of ${names.join(", ")}`,
    );
}

/** Keys that only one action reads. */
const ACTION_KEYS = { factor: "lower-lr", rule: "filter", url: "webhook" } as const satisfies Partial<
  Record<keyof MonitorEntry, MonitorAction>
>;

function checkMonitor(name: string, monitor: MonitorEntry, config: Watched, refuse: Refuse): void {
  const { on, detector, onAlarm = "log", runs } = monitor;
  const at = `monitors.${name}`;
  for (const [key, action] of Object.entries(ACTION_KEYS) as [keyof typeof ACTION_KEYS, MonitorAction][])
    if (monitor[key] !== undefined && onAlarm !== action)
      refuse([key], `${at}.${key} belongs to onAlarm ${action}, and onAlarm is ${onAlarm}`, "leave it out");
  if (onAlarm === "webhook" && monitor.url === undefined)
    refuse(["onAlarm"], `${at} posts its alarms, and names no url`, "give url, an http or https address");
  if (onAlarm === "filter")
    checkRejection({ ...config, rejection: filterRule(config.rejection, monitor) }, (_, message, remedy) =>
      refuse(["rule"], `${at}.rule: ${message}`, remedy),
    );
  if (detector === undefined) {
    const names = Object.keys(DEFAULT_MONITORS).join(", ");
    refuse(
      [],
      `${at} has no detector, and no monitor of the default set (${names}) has that name`,
      "give on and detector, for example {on: topShare, detector: {kind: rise, by: 0.15}, onAlarm: stop}",
    );
    return;
  }
  const watches = watchesIn(runs, config.probe);
  if (detector.kind === "any") {
    checkUnion(at, monitor, refuse);
    for (const [i, member] of (detector.of ?? []).entries()) {
      const of: Refuse = (path, ...said) => refuse(["detector", "of", String(i), ...path], ...said);
      checkDetector(`${at}.detector.of[${i}]`, member, of);
      checkSeries(`${at}.detector.of[${i}].on`, member.on, member, watches ? config : null, (path, ...said) =>
        of(["on", ...path], ...said),
      );
    }
    return;
  }
  for (const key of ["of", "atLeast"] as const)
    if (detector[key] !== undefined)
      refuse(
        ["detector", key],
        `${at}.detector.${key} belongs to kind any, and kind is ${detector.kind}`,
        "leave it out",
      );
  checkDetector(`${at}.detector`, detector, (path, ...said) => refuse(["detector", ...path], ...said));
  if (on === undefined)
    refuse([], `${at} watches no series`, "name one in on, such as topShare or eval.mean");
  else
    checkSeries(`${at}.on`, on, detector, watches ? config : null, (path, ...said) =>
      refuse(["on", ...path], ...said),
    );
}

function checkUnion(at: string, { on, detector }: MonitorEntry, refuse: Refuse): void {
  const { of, atLeast = 1 } = detector!;
  if (on !== undefined)
    refuse(["on"], `${at}.on names a series, and each member of kind any names its own`, "leave it out");
  if (of === undefined)
    refuse(["detector"], `${at}.detector is any of nothing`, "list members in of, each with on and kind");
  else if (atLeast > of.length)
    refuse(
      ["detector", "atLeast"],
      `${at}.detector.atLeast ${atLeast} is more than its ${of.length} members`,
      `take at most ${of.length}`,
    );
  for (const key of Object.keys(detector!))
    if (!["kind", "of", "atLeast", "patience"].includes(key))
      refuse(
        ["detector", key],
        `${at}.detector.${key} belongs to another kind, and kind is any`,
        "give it to the members it is meant for",
      );
}

type Kinded = Omit<DetectorConfig, "kind" | "of" | "atLeast"> & { readonly kind: string };

/** Bounds without which a kind has nothing to hold values against. */
const BOUNDS: Readonly<Record<string, readonly ("above" | "below" | "by" | "ratio")[]>> = {
  threshold: ["above", "below"],
  slope: ["above", "below"],
  rise: ["by", "ratio"],
  fall: ["by", "ratio"],
};

function checkDetector(at: string, detector: Kinded, refuse: Refuse): void {
  const { kind, ratio } = detector;
  const keys: readonly string[] = DETECTOR_KEYS[kind as DetectorKind];
  for (const key of Object.keys(detector))
    if (!["kind", "on", "of", "atLeast", ...keys].includes(key))
      refuse(
        [key],
        `${at}.${key} is nothing that kind ${kind} reads`,
        `leave it out; ${kind} reads ${keys.join(", ")}`,
      );
  const bounds = BOUNDS[kind];
  if (bounds?.every((key) => detector[key] === undefined))
    refuse([], `${at} of kind ${kind} has no bound`, `give ${bounds.join(" or ")}, or both`);
  if (detector.h !== undefined && detector.alpha !== undefined)
    refuse(["alpha"], `${at}.alpha finds a limit by bootstrap, and h gives it`, "keep one of the two");
  const { above, below } = detector;
  if (above !== undefined && below !== undefined && below >= above)
    refuse(
      ["below"],
      `${at}.below ${below} and above ${above} leave nothing between`,
      "lower below, or raise above",
    );
  if (ratio !== undefined && (kind === "rise" ? ratio < 1 : kind === "fall" && ratio > 1))
    refuse(
      ["ratio"],
      `${at}.ratio ${ratio} puts the bound of a ${kind} on the wrong side of the base`,
      `take a number ${kind === "rise" ? "above" : "below"} 1`,
    );
}
