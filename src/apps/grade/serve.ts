/** `selftrain vote serve`: the vote over HTTP, for programs that train elsewhere. */
import type { VoteServeConfig } from "../../config/grade-config.js";
import { inFlightBytes } from "../../config/serve-keys.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { type HttpServer, json } from "../../io/http/guarded.js";
import { serveHttp } from "../../io/http/server.js";
import { Grader } from "./grader.js";
import { pauseOf, voteOnRequest } from "./vote-request.js";

const MIB = 2 ** 20;

/** Listens. Throws `serve-address` where it cannot. */
export async function serveVotes(config: VoteServeConfig): Promise<HttpServer> {
  // Made once, so that a mistake in the configuration shows now and not at the first request.
  new Grader(config, solutionRules);
  const { host, port, maxBodyMiB, allowHosts, allowOrigins } = config;
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
      maxInFlight: inFlightBytes(config),
      // A name that the server listens at is its own.
      allowed: { hosts: [host, ...allowHosts], origins: allowOrigins },
    },
  );
}
