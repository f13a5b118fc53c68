/** Which server this is: what it says of itself, its address, or what the configuration says. */
import { SelftrainError } from "../../../errors.js";
import { SERVER_KINDS, type ServerKind } from "../../../tinker-servers.js";
import { PROFILES, type Profile } from "../profile/profile.js";
import { ask } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import { fieldsOf, listOf } from "../wire/fields.js";

const HOSTED = /(?:^|\.)thinkingmachines\.(?:dev|ai)$/;

export interface Found {
  readonly profile: Profile;
  /** Models that the server names. */
  readonly models: readonly string[];
  /** Tokens of a prompt and a completion, where the server says so. */
  readonly contextLength: number | null;
}

/** Throws as `Transport.send` does, `tinker-server-unknown` and `tinker-model-unknown`. */
export async function chooseProfile(
  transport: Transport,
  wanted: ServerKind | "auto",
  wire: "auto" | "json" | "protobuf",
  baseModel: string,
): Promise<Found> {
  const answer = await ask(transport, { path: "get_server_capabilities", method: "GET", poll: true });
  const supported = listOf(answer.supported_models ?? [], "supported_models").map((own) =>
    fieldsOf(own, "a model"),
  );
  const models = supported.flatMap(({ model_name: name }) => (typeof name === "string" ? [name] : []));
  const own = typeof answer.selftrain === "object" && answer.selftrain !== null;
  const profile = PROFILES[wanted === "auto" ? kindOf(transport, own) : wanted];
  if (models.length > 0 && !models.includes(baseModel)) throw unknownModel(baseModel, models);
  const { max_context_length: length } = supported.find(({ model_name: name }) => name === baseModel) ?? {};
  return {
    profile: wire === "auto" ? profile : { ...profile, requests: wire, results: wire },
    models,
    contextLength: typeof length === "number" && profile.kind === "selftrain" ? length : null,
  };
}

function kindOf(transport: Transport, own: boolean): ServerKind {
  if (own) return "selftrain";
  if (HOSTED.test(new URL(transport.url).hostname)) return "hosted";
  throw new SelftrainError({
    code: "tinker-server-unknown",
    message: "the server does not say which it is, and servers of this protocol differ in what they do",
    found: transport.url,
    expected: SERVER_KINDS.join(", "),
    where: "engine.server",
    remedy: "say which server it is in engine.server; other is one that none of these is",
  });
}

/** For a model that a server does not have, or that it made in the place of another. */
export const unknownModel = (baseModel: string, models: readonly string[]): SelftrainError =>
  new SelftrainError({
    code: "tinker-model-unknown",
    message: "the server does not have this model",
    found: baseModel,
    expected: models.join(", "),
    where: "engine.baseModel",
    remedy: "name one of the server's models in engine.baseModel, and the same model's files in model",
  });
