/** Addresses that a run posts to, checked before it begins. */
import { z } from "zod";

/** The value without what may be a user name and password. */
const shown = (value: string): string => value.replace(/^([a-z][a-z\d+.-]*:\/*)?[^/?#]*@/i, "$1…@");

function problemOf(value: string, instead: string): { what: string; remedy: string } | null {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return { what: "is no URL", remedy: "write scheme, host and, where it has one, a port from 0 to 65535" };
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return {
      what: `begins with ${url.protocol}`,
      remedy: "it is sent by HTTP: give an http or https URL",
    };
  if (url.username !== "" || url.password !== "")
    return {
      what: "holds a user name or password, which would be written to the run",
      remedy: `leave them out${instead}`,
    };
  return null;
}

/** `instead` says what else may hold a secret. */
const urlSchema = (key: string, expected: string, instead: string) =>
  z
    .string()
    .superRefine((value, check) => {
      const problem = problemOf(value, instead);
      if (problem === null) return;
      check.addIssue({
        code: "custom",
        input: value,
        message: `${key} ${shown(value)} ${problem.what}. Expected ${expected}.`,
        params: { code: "config-invalid-value", expected, remedy: problem.remedy },
        // Other refusals would repeat the value as it stands.
        continue: false,
      });
    })
    .meta({ pattern: "^https?://" });

export const rewardUrlSchema = urlSchema(
  "rewardUrl",
  "the http or https URL of an endpoint, such as http://127.0.0.1:8000/score",
  ", and name an environment variable with a token in rewardTokenVariable",
);

export const monitorUrlSchema = urlSchema(
  "url",
  "the http or https URL that alarms are posted to, such as http://127.0.0.1:9000/alarms",
  ": post to a relay of your own that knows them",
);

export const trackerUrlSchema = urlSchema(
  "url",
  "the http or https URL of a tracking server, such as http://127.0.0.1:5000",
  ", and name an environment variable with a token in tokenVariable",
);

export const rayUrlSchema = urlSchema(
  "ray",
  "the http or https URL of the dashboard of a Ray cluster, such as http://127.0.0.1:8265",
  ": a token is taken from RAY_AUTH_TOKEN",
);
