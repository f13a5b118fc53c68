/** The addresses of the Tinker protocol, as `docs/how-to/remote-engine.md` lists them. */
import type { LoraSource } from "../../engine/onnx/policy/open-policy.js";
import {
  type Fields,
  fieldsOf,
  integerOf,
  integersOf,
  listOf,
  parseJson,
  stringOf,
} from "../../engine/tinker/wire/fields.js";
import { jsonCodec, tokensOfChunks } from "../../engine/tinker/wire/json-codec.js";
import { protobufCodec } from "../../engine/tinker/wire/protobuf-codec.js";
import { json, type Reply } from "../../io/http/guarded.js";
import { Refusal } from "../../io/http/refusal.js";
import type { Received, Routes } from "../../io/http/server.js";
import { projections } from "../../model/parameters.js";
import { badRequest } from "./data.js";
import type { Result } from "./results.js";
import { type Draw, keysOfSeed } from "./sampling.js";
import type { Service } from "./service.js";

export interface RouteOptions {
  /** What clients call the model. */
  readonly name: string;
  readonly contextLength: number;
  /** Milliseconds that a question for a result waits for it. */
  readonly longPoll: number;
  /** Bytes of the largest request. */
  readonly maxBody: number;
}

const PREFIX = "/api/v1/";
const RUNS = `${PREFIX}training_runs/`;
/** Alpha of adapters of clients that do not say, as Tinker's servers have it. */
const ALPHA = 32;

const future = (requestId: string, more: object = {}): Reply => json({ request_id: requestId, ...more });

/** An adapter, or null for the model itself. Errors: `tinker-request-unsupported`. */
function adapterOf(config: unknown): { readonly lora: LoraSource | null; readonly rank: number | null } {
  if (config === undefined || config === null) return { lora: null, rank: null };
  const {
    rank: given,
    seed = 0,
    train_mlp: mlp = true,
    train_attn: attention = true,
    selftrain,
  } = fieldsOf(config, "lora_config");
  const rank = integerOf(given, "lora_config.rank");
  if (rank === 0) return { lora: null, rank: null };
  if (rank < 0) throw badRequest("a rank is negative", rank, "0 or more");
  const own = fieldsOf(selftrain ?? {}, "lora_config.selftrain");
  const attentive = projections.slice(0, 4);
  const targets = projections.filter((part) =>
    own.targets === undefined
      ? attentive.includes(part)
        ? attention
        : mlp
      : listOf(own.targets, "targets").includes(part),
  );
  const alpha = own.alpha === undefined ? ALPHA : Number(own.alpha);
  return { lora: { lora: { rank, alpha, targets }, seed: integerOf(seed ?? 0, "seed") }, rank };
}

/** Errors: `tinker-request-unsupported`, `tinker-message-malformed`. */
function drawOf(body: Fields): Draw {
  const params = fieldsOf(body.sampling_params, "sampling_params");
  const n = integerOf(body.num_samples ?? 1, "num_samples");
  const { temperature = 1, stop, seed, top_k: topK = -1, top_p: topP = 1 } = params;
  if (topP !== 1 || !(topK === -1 || topK === 0))
    throw badRequest(
      "samples are drawn from the whole distribution",
      `top_p ${topP}, top_k ${topK}`,
      "top_p 1, top_k -1",
    );
  if (Number(body.topk_prompt_logprobs ?? 0) > 0)
    throw badRequest("the likeliest tokens of a prompt are not given", body.topk_prompt_logprobs, 0);
  const strings = Array.isArray(stop)
    ? stop.some((own) => typeof own === "string")
    : typeof stop === "string";
  if (strings) throw badRequest("stop has texts", "a text", "ids of tokens");
  const own = fieldsOf(body.selftrain ?? {}, "selftrain");
  const keys =
    own.keys === undefined
      ? keysOfSeed(typeof seed === "number" ? seed : undefined, n)
      : listOf(own.keys, "keys").map((key) => integersOf(key, "keys"));
  const batch = own.batch === undefined ? null : fieldsOf(own.batch, "batch");
  return {
    request: { prompt: tokensOfChunks(body.prompt, "prompt"), n, keys },
    options: {
      maxTokens: integerOf(params.max_tokens, "sampling_params.max_tokens"),
      temperature: Number(temperature),
      ...(stop === undefined || stop === null ? {} : { stopTokens: integersOf(stop, "stop") }),
    },
    promptLogprobs: body.prompt_logprobs === true,
    batch: batch && {
      id: stringOf(batch.id, "batch.id"),
      size: integerOf(batch.size, "batch.size"),
      index: integerOf(batch.index, "batch.index"),
    },
  };
}

/** A result in the form that was asked for; small ones are always JSON. */
function replyOf(result: Result, accept: string | undefined): Reply {
  const codec = accept?.includes(protobufCodec.contentType) ? protobufCodec : jsonCodec;
  const heavy = (content: Uint8Array): Reply => ({ type: codec.contentType, content });
  switch (result.kind) {
    case "json":
      return json(result.value);
    case "logprobs":
      return heavy(codec.encodeForwardBackward(result.output));
    case "sample":
      return heavy(codec.encodeSample(result.output));
    case "failed": {
      const { message, found, remedy } = result.error;
      const said = [message, found === undefined ? "" : `found ${String(found)}`, remedy]
        .filter(Boolean)
        .join("; ");
      return json({ error: said, category: result.category, selftrain: result.error });
    }
  }
}

/** The body of a request, of which no server-side decompression is done. Throws `encoding-unsupported` (415). */
async function bytesOf({ headers, bytes }: Received): Promise<Buffer> {
  const encoding = headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return bytes();
  throw new Refusal(415, {
    code: "encoding-unsupported",
    message: "the body is compressed",
    found: encoding,
    expected: "no content-encoding",
    remedy: "send it as it is: client/config says so",
  });
}

export function engineRoutes(service: Service, options: RouteOptions): Routes {
  const { name, contextLength, longPoll, maxBody } = options;
  const info = (id: string) => {
    const { rank } = service.model(id);
    return {
      type: "get_info",
      model_data: { arch: name, model_name: name, tokenizer_id: name },
      model_id: id,
      model_name: name,
      is_lora: rank !== null,
      ...(rank === null ? {} : { lora_rank: rank }),
    };
  };
  const checkModel = (wanted: unknown): void => {
    if (wanted !== undefined && wanted !== name)
      throw new Refusal(400, badRequest("the server has another model", wanted, name).toJSON());
  };
  /** A POST with a JSON body. */
  const post = (
    path: string,
    answer: (
      body: Fields,
      came: { path: string; body: Uint8Array },
      received: Received,
    ) => Reply | Promise<Reply>,
  ) =>
    [
      `${PREFIX}${path}`,
      {
        POST: async (received: Received) => {
          const body = await bytesOf(received);
          return answer(fieldsOf(parseJson(body, "the body"), "the body"), { path, body }, received);
        },
      },
    ] as const;
  const pass = async (path: string, received: Received): Promise<Reply> => {
    const body = await bytesOf(received);
    const isProto = received.headers["content-type"]?.startsWith(protobufCodec.contentType);
    const request = (isProto ? protobufCodec : jsonCodec).decodeRequest(body);
    const scored = request.forwardOnly ? service.score(request) : null;
    return future(
      scored ??
        service.operate(request.modelId, request.seqId, { path, body }, (model) => model.pass(request)),
    );
  };
  const numbered = (body: Fields) =>
    [stringOf(body.model_id, "model_id"), integerOf(body.seq_id, "seq_id")] as const;

  return Object.fromEntries([
    [`${PREFIX}healthz`, { GET: async () => json({ status: "ok" }) }],
    [
      `${PREFIX}get_server_capabilities`,
      {
        GET: async () =>
          json({
            supported_models: [{ model_name: name, max_context_length: contextLength }],
            selftrain: { version: 1 },
          }),
      },
    ],
    post("client/config", () =>
      json({
        pjwt_auth_enabled: false,
        parallel_fwdbwd_chunks: false,
        proto_compress_fwdbwd: false,
        fwdbwd_max_chunk_len: 1024,
        fwdbwd_max_chunk_bytes_count: Math.min(5_000_000, maxBody),
        sample_max_concurrent_requests: 256,
        create_model_via_load_weights: false,
      }),
    ),
    post("create_session", () =>
      json({
        type: "create_session",
        session_id: service.sessions.open().id,
        info_message:
          "selftrain engine serve: adapters reach attention and feed-forward layers, and not the output head",
      }),
    ),
    post("session_heartbeat", (body) => {
      service.sessions.get(stringOf(body.session_id, "session_id"));
      return json({ type: "session_heartbeat" });
    }),
    post("create_model", (body, came) => {
      checkModel(body.base_model);
      const { lora, rank } = adapterOf(body.lora_config);
      const session = stringOf(body.session_id, "session_id");
      return future(
        service.createModel(session, integerOf(body.model_seq_id, "model_seq_id"), lora, rank, came),
      );
    }),
    [`${PREFIX}forward_backward`, { POST: (received: Received) => pass("forward_backward", received) }],
    [`${PREFIX}forward`, { POST: (received: Received) => pass("forward", received) }],
    post("optim_step", (body, came) => {
      const adam = fieldsOf(body.adam_params ?? {}, "adam_params");
      return future(service.operate(...numbered(body), came, (model) => model.optimStep(adam)));
    }),
    post("save_weights", (body, came) =>
      future(service.save(...numbered(body), stringOf(body.path, "path"), came)),
    ),
    post("load_weights", (body, came) =>
      future(service.load(...numbered(body), stringOf(body.path, "path"), body.optimizer !== false, came)),
    ),
    post("save_weights_for_sampler", (body, came) => {
      if (typeof body.path === "string")
        throw badRequest("samplers are not kept here under a name", body.path, "sampling_session_seq_id");
      return future(service.saveForSampler(...numbered(body), came));
    }),
    post("create_sampling_session", (body, came) => {
      if (typeof body.model_path === "string")
        throw badRequest("saved weights are not sampled here", body.model_path, "base_model alone");
      checkModel(body.base_model);
      const number = integerOf(body.sampling_session_seq_id, "sampling_session_seq_id");
      const id = service.sampleBase(stringOf(body.session_id, "session_id"), number, came);
      return json({ type: "create_sampling_session", sampling_session_id: id });
    }),
    post("asample", (body, came) => {
      const id = stringOf(body.sampling_session_id, "sampling_session_id");
      return future(service.draw(id, integerOf(body.seq_id, "seq_id"), drawOf(body), came));
    }),
    post("retrieve_future", async (body, _, { headers, signal }) => {
      const id = stringOf(body.request_id, "request_id");
      service.sessions.touch(service.results.ownerOf(id) ?? "");
      const result = await service.results.wait(id, longPoll, signal);
      if (result) return replyOf(result, headers.accept);
      return json({
        type: "try_again",
        request_id: id,
        queue_state: "active",
        queue_state_reason: "not done yet",
      });
    }),
    post("unload_model", (body) => future(service.unload(stringOf(body.model_id, "model_id")))),
    post("get_info", (body) => json(info(stringOf(body.model_id, "model_id")))),
    [
      `${RUNS}*`,
      {
        DELETE: async ({ path }: Received) => {
          const [, model, name] =
            /^([^/]+)\/checkpoints\/weights\/([^/]+)$/.exec(path.slice(RUNS.length)) ?? [];
          service.deleteSaved(`tinker://${model}/weights/${name}`);
          return json({ type: "delete_checkpoint" });
        },
      },
    ],
    post("weights_info", (body) => {
      const rank = service.rankOf(stringOf(body.tinker_path, "tinker_path"));
      return json({
        base_model: name,
        is_lora: rank !== null,
        ...(rank === null ? {} : { lora_rank: rank }),
      });
    }),
  ]) as Routes;
}
