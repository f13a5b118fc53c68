/** Configuration of `selftrain serve`: the dashboard. */
import { isIP } from "node:net";
import { z } from "zod";
import { whereKeysAreRight } from "./cross-check.js";
import { hostName } from "./host-name.js";

export const serveConfigSchema = z
  .strictObject({
    folder: z.string().default("runs").describe("Folder of runs, or one run"),
    host: z
      .string()
      .default("127.0.0.1")
      .describe(
        "Address to listen at; by default this machine alone reaches it. Any other asks for a token, which is part of the address that is printed",
      ),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe("Port; by default 8378, or a free one where that is taken; 0 takes a free one"),
    tokenFile: z
      .string()
      .optional()
      .describe(
        "File with the token that clients must show, 16 characters or more; by default a new one is made at each start, and none on this machine alone",
      ),
    allowHosts: z
      .array(hostName)
      .default([])
      .describe("Names that the server may be called by, beside addresses and localhost"),
    readOnly: z
      .boolean()
      .default(false)
      .describe("Refuse notes, controls and the playground: the page only shows"),
  })
  .superRefine(({ host }, check) => {
    if (isIP(host) !== 0 || host === "localhost") return;
    check.addIssue({
      code: "custom",
      path: ["host"],
      message: `${host} is no address`,
      params: { remedy: "give an address such as 0.0.0.0, and the name with --allow-hosts" },
    });
  }, whereKeysAreRight)
  .describe("The dashboard of a folder of runs");

export type ServeConfig = z.output<typeof serveConfigSchema>;

/** Whether only this machine reaches a server that listens there. */
export const isOnThisMachine = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
