/** Names as strings of C. */
import koffi from "koffi";
import { handles } from "./runtime.js";

/** In memory that lives as long as this. */
export class Names {
  readonly addresses: BigUint64Array;
  readonly #texts: readonly Buffer[];

  constructor(names: readonly string[]) {
    this.#texts = names.map((name) => Buffer.from(`${name}\0`));
    this.addresses = handles(names.length);
    this.addresses.set(this.#texts.map((text) => koffi.address(text)));
  }
}
