/** The address of a reward endpoint, checked before a run begins. */
import { z } from "zod";

const EXPECTED = "the http or https URL of an endpoint, such as http://127.0.0.1:8000/score";

/** The value without what may be a user name and password. */
const shown = (value: string): string => value.replace(/^([a-z][a-z\d+.-]*:\/*)?[^/?#]*@/i, "$1…@");

function problemOf(value: string): { what: string; remedy: string } | null {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return { what: "is no URL", remedy: "write scheme, host and, where it has one, a port from 0 to 65535" };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return {
      what: `begins with ${url.protocol}`,
      remedy: "groups are sent by HTTP: give an http or https URL",
    };
  if (url.username !== "" || url.password !== "")
    return {
      what: "holds a user name or password, which would be written to the run",
      remedy: "leave them out, and name an environment variable with a token in rewardTokenVariable",
    };
  return null;
}

export const rewardUrlSchema = z
  .string()
  .superRefine((value, check) => {
    const problem = problemOf(value);
    if (problem === null) return;
    check.addIssue({
      code: "custom",
      input: value,
      message: `rewardUrl ${shown(value)} ${problem.what}. Expected ${EXPECTED}.`,
      params: { code: "config-invalid-value", expected: EXPECTED, remedy: problem.remedy },
      // Other refusals would repeat the value as it stands.
      continue: false,
    });
  })
  .meta({ pattern: "^https?://" });
