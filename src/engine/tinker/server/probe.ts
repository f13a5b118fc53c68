/**
 * What a server makes of a batch, found out on a model that is thrown away: with a learning rate of 0 an optimiser step changes no weight and
 * tells the gradient's norm, and the norms of a few made-up batches say which sums are means.
 */
import { SelftrainError } from "../../../errors.js";
import type { Datum } from "../../engine.js";
import { Connection, type ConnectionOptions } from "../connection/connection.js";
import type { Facts } from "../profile/facts.js";
import type { Reduction } from "../profile/profile.js";
import { completionLogprobs } from "../training/check-logprobs.js";
import { wireDatum } from "../training/datum.js";
import { gradNormOf } from "../training/grad-norm.js";
import { forwardLogprobs } from "../training/update.js";

/** A learning rate of 0, and nothing that moves a weight beside it. */
const STILL = { learningRate: 0, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 0 };
/** Norms are compared this closely: a server may compute in bfloat16. */
const TOLERANCE = 0.15;

type Sequence = Pick<Datum, "prompt" | "completion">;
interface Weighted extends Sequence {
  readonly advantages: readonly number[];
}

/** What is known by the profile, or asked of the server. Throws as the transport does, and `tinker-reduction-unknown`. */
export async function factsOf(options: ConnectionOptions): Promise<Facts> {
  const { reduction } = options.profile;
  if (reduction !== "probe") return { reduction, echoes: false, equalSamples: false };
  const connection = await Connection.open(options, null);
  try {
    const probe = new Probe(connection, options);
    const echoes = await probe.echoes();
    return { reduction: await probe.reduction(), echoes, equalSamples: false };
  } finally {
    await connection.close();
  }
}

/** Tokens of a made-up sequence, none of which ends it. */
function sequence({ config: { vocabSize, eosTokens } }: ConnectionOptions, length: number): Sequence {
  const tokens: number[] = [];
  for (let token = 0; tokens.length < length + 2; token = (token + 7) % vocabSize)
    if (!eosTokens.includes(token)) tokens.push(token);
  return { prompt: tokens.slice(0, 2), completion: tokens.slice(2) };
}

class Probe {
  readonly #connection: Connection;
  readonly #options: ConnectionOptions;
  readonly #long: Sequence;
  readonly #short: Sequence;

  constructor(connection: Connection, options: ConnectionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#long = sequence(options, 6);
    this.#short = sequence(options, 3);
  }

  /** Whether the logprobs of an update are those that were sent. */
  async echoes(): Promise<boolean> {
    const [own] = await forwardLogprobs({ model: this.#connection.model, profile: this.#options.profile }, [
      this.#long,
    ]);
    const sent = own!.map((logprob) => logprob - 0.5);
    const { returned } = await this.#update(
      [{ ...this.#long, advantages: this.#long.completion.map(() => 0) }],
      [sent],
    );
    return returned[0]!.every((logprob, t) => Math.abs(logprob - sent[t]!) < 0.1);
  }

  async reduction(): Promise<Reduction> {
    const all = (own: Sequence, value = 1): Weighted => ({
      ...own,
      advantages: own.completion.map(() => value),
    });
    const once = await this.#norm([all(this.#long)]);
    const twice = (await this.#norm([all(this.#long), all(this.#long)])) / once;
    // The first three tokens of six, and the same three alone: what comes after them changes no gradient of theirs.
    const half = await this.#norm([{ ...this.#long, advantages: [1, 1, 1, 0, 0, 0] }]);
    const alone = (await this.#norm([all(this.#short)])) / half;
    const beside = (await this.#norm([all(this.#long), all(this.#short, 0)])) / once;
    const near = (value: number, expected: number) => Math.abs(value / expected - 1) < TOLERANCE;
    const found: readonly [Reduction, boolean][] = [
      ["sum-sum", near(twice, 2) && near(alone, 1)],
      ["mean-sum", near(twice, 2) && near(alone, 2)],
      ["sum-mean", near(twice, 1) && near(alone, 1)],
      ["token-mean", near(twice, 1) && near(alone, 2) && near(beside, 2 / 3)],
      ["mean-mean", near(twice, 1) && near(alone, 2) && near(beside, 1 / 2)],
    ];
    const known = found.find(([, fits]) => fits);
    if (known) return known[0];
    throw unknownReduction(
      `norms ${[once, twice, alone, beside].map((value) => value.toPrecision(4)).join(", ")}`,
    );
  }

  /** The norm of the gradient of Σ advantage·log π, as the server has it. */
  async #norm(data: readonly Weighted[]): Promise<number> {
    const profile = this.#options.profile;
    // At the policy's own logprobs every ratio is 1.
    const logprobs = await forwardLogprobs({ model: this.#connection.model, profile }, data);
    const { norm } = await this.#update(data, logprobs);
    if (Number.isFinite(norm) && norm > 0) return norm;
    throw unknownReduction(Number.isNaN(norm) ? "no norm of a gradient" : `a norm of ${norm}`);
  }

  async #update(data: readonly Weighted[], logprobs: readonly Float32Array[]) {
    const { model } = this.#connection;
    const wire = data.map((own, i) =>
      wireDatum(own, { logprobs: logprobs[i]!, advantages: own.advantages }, this.#options.profile.mask),
    );
    const passed = await (await model.pass(wire, "importance_sampling", {}, false)).result();
    const stepped = await (await model.optimStep(STILL)).result();
    return { norm: gradNormOf(stepped), returned: completionLogprobs(passed, data) };
  }
}

const unknownReduction = (found: string): SelftrainError =>
  new SelftrainError({
    code: "tinker-reduction-unknown",
    message:
      "it cannot be found out how this server averages a loss, and so what a learning rate means there",
    found,
    expected: "norms of gradients that tell sums from means",
    where: "engine.reduction",
    remedy:
      "say it in engine.reduction: sum-sum is the sum over all tokens, which Tinker's documentation asks for",
  });
