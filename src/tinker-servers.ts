/** Servers of the Tinker protocol that are known, by the names that a configuration gives them. */
export const SERVER_KINDS = [
  "selftrain",
  "skyrl-jax",
  "skyrl-train",
  "tuft",
  "verl",
  "open-rl",
  "hosted",
  "other",
] as const;

export type ServerKind = (typeof SERVER_KINDS)[number];
