/**
 * Keys of a configuration that earlier versions had, in the keys of today: stored runs are read so, and a user who writes one is told what to
 * write. Plain data to plain data, nothing is checked here.
 */

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const without = (value: Plain, ...keys: readonly string[]): Plain =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** Those that there are. */
const given = (value: Plain): Plain =>
  Object.fromEntries(Object.entries(value).filter(([, own]) => own !== undefined));

/** What `earlyStopping` is now: keys of the top level. */
export function insteadOfEarlyStopping(earlyStopping: Plain): Plain {
  const { on, metric, patience } = earlyStopping;
  if (on === "labelled") {
    const { labelledPrompts: size, labelledSamples: samples, checkEvery: every, prompts } = earlyStopping;
    const { minDelta } = earlyStopping;
    return {
      validation: given({ size, samples, every, prompts }),
      monitors: {
        validation: {
          on: `validation.${metric ?? "mean"}`,
          detector: given({ kind: "plateau", patience, minDelta }),
          onAlarm: "restore-best",
        },
      },
    };
  }
  const { topShareRise: by = 0.15, entropyFall = 0.8, distinctFall = 0.7 } = earlyStopping;
  const from = "first";
  const members = [
    { on: "topShare", kind: "rise", by, from },
    { on: "marginalAnswerEntropy", kind: "fall", ratio: entropyFall, from },
    { on: "distinctMajorityShare", kind: "fall", ratio: distinctFall, from },
  ].filter((member) => metric === undefined || metric === "any" || member.on === metric);
  const [first, ...others] = members;
  const { on: series, ...detector } = first ?? {};
  const watched =
    others.length > 0
      ? { detector: given({ kind: "any", patience, of: members }) }
      : { on: series, detector: given({ ...detector, patience }) };
  return { monitors: { collapse: { ...watched, mask: 0, onAlarm: "restore-best" } } };
}

/** The configuration with today's keys; one that has them already, and what is no map, as it is. */
export function withTodaysKeys<T>(config: T): T {
  if (!isPlain(config) || !isPlain(config.earlyStopping)) return config;
  const { monitors, ...instead } = insteadOfEarlyStopping(config.earlyStopping);
  return {
    ...without(config, "earlyStopping"),
    ...instead,
    monitors: { ...(monitors as Plain), ...(isPlain(config.monitors) ? config.monitors : {}) },
  } as T;
}
