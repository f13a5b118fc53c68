/** `selftrain vote serve`: the vote over HTTP, for programs that train elsewhere. */
import type { VoteServeConfig } from "../../config/grade-config.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { type HttpServer, json, serveHttp } from "../../io/http/server.js";
import { Grader } from "./grader.js";
import { pauseOf, voteOnRequest } from "./vote-request.js";

const MIB = 2 ** 20;
/** Largest requests that are held at a time, where nothing else is configured. */
const AT_A_TIME = 4;

/** Listens. Throws `serve-address` where it cannot. */
export async function serveVotes(config: VoteServeConfig): Promise<HttpServer> {
  // Made once, so that a mistake in the configuration shows now and not at the first request.
  new Grader(config, solutionRules);
  const { host, port, maxBodyMiB, maxInFlightMiB, allowHosts, allowOrigins } = config;
  return serveHttp(
    {
      "/vote": {
        POST: async ({ body, signal }) => json(await voteOnRequest(await body(), config, pauseOf(signal))),
      },
    },
    {
      host,
      port,
      maxBody: maxBodyMiB * MIB,
      maxInFlight: (maxInFlightMiB ?? AT_A_TIME * maxBodyMiB) * MIB,
      // A name that the server listens at is its own.
      allowed: { hosts: [host, ...allowHosts], origins: allowOrigins },
    },
  );
}
