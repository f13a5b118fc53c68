/** Keys of commands that serve over HTTP: where they listen, who may ask, and how much they hold. */
import { z } from "zod";
import { hostName } from "./host-name.js";

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

export const serveKeys = (port: number) => ({
  host: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen at; by default this machine alone reaches it"),
  port: z.int().min(0).max(65_535).default(port).describe("Port; 0 takes a free one and prints it"),
  maxBodyMiB: z.int().positive().default(64).describe("Largest request in MiB"),
  maxInFlightMiB: z
    .int()
    .positive()
    .optional()
    .describe(
      "MiB of all requests under way; more are refused with 503 until there is room (default: four of the largest)",
    ),
  allowHosts: z
    .array(hostName)
    .default([])
    .describe("Names that the service may be called by, beside addresses and localhost"),
  allowOrigins: z
    .array(z.string().refine(isOrigin, "an origin such as https://example.com, without a path"))
    .default([])
    .describe("Sites whose web pages may call the service; by default none"),
});

/** A request of the largest size must get in. */
export function checkInFlight(
  {
    maxBodyMiB,
    maxInFlightMiB,
  }: { readonly maxBodyMiB: number; readonly maxInFlightMiB?: number | undefined },
  check: z.core.$RefinementCtx,
): void {
  if (maxInFlightMiB === undefined || maxInFlightMiB >= maxBodyMiB) return;
  check.addIssue({
    code: "custom",
    path: ["maxInFlightMiB"],
    message: `a request of ${maxBodyMiB} MiB (maxBodyMiB) would never get in`,
    params: { remedy: "give at least maxBodyMiB, or lower that" },
  });
}

/** Largest requests that are held at a time, where nothing else is configured. */
const AT_A_TIME = 4;

/** Bytes of all requests under way. */
export const inFlightBytes = (config: {
  readonly maxBodyMiB: number;
  readonly maxInFlightMiB?: number | undefined;
}): number => (config.maxInFlightMiB ?? AT_A_TIME * config.maxBodyMiB) * 2 ** 20;
