/** Samples that are waited for while the model is trained: what they are of, and how they are asked for again where the server lost them. */
import type { Completion } from "../engine.js";
import type { Connection } from "./connection/connection.js";
import type { Drawing } from "./sampling/sample.js";
import { invalid } from "./training/check-logprobs.js";

export class Ahead {
  /** Entries of the journal that lead to the weights that are sampled. */
  readonly position: number;
  readonly #start: (connection: Connection) => Promise<Drawing>;
  #connection: Connection;
  #drawing: Drawing;

  private constructor(
    position: number,
    start: (connection: Connection) => Promise<Drawing>,
    connection: Connection,
    drawing: Drawing,
  ) {
    this.position = position;
    this.#start = start;
    this.#connection = connection;
    this.#drawing = drawing;
  }

  /** Resolves when the server has accepted what `start` asks for. */
  static async begin(
    position: number,
    connection: Connection,
    start: (connection: Connection) => Promise<Drawing>,
  ): Promise<Ahead> {
    return new Ahead(position, start, connection, await start(connection));
  }

  /** Where the samples are waited for. */
  get connection(): Connection {
    return this.#connection;
  }

  /** The same from a new connection, whose model has the weights of then. */
  async again(connection: Connection): Promise<void> {
    this.#drawing = await this.#start(connection);
    this.#connection = connection;
  }

  /** Throws as the transport does, and `tinker-answer-invalid`. */
  async completions(): Promise<Completion[][]> {
    const { groups, copies } = await this.#drawing();
    // Steps that were not ahead have found that out, where a server does it.
    if (copies)
      throw invalid(
        "samples of a prompt are copies of one another",
        "one sample",
        "samples",
        "samples ahead",
      );
    return groups;
  }
}
