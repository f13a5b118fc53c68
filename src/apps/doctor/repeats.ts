/** Prompts that were there before, by hash: a number or two a prompt, whatever its length. */
import { createHash } from "node:crypto";

/** 53 bits: among ten million prompts, one in two hundred datasets would have a false repeat. */
function hash(text: string): number {
  const digest = createHash("md5").update(text).digest();
  return digest.readUIntBE(0, 6) * 32 + (digest[6]! & 31);
}

/** What is the same but for blanks and capitals. */
const loosely = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

export interface Repeat {
  readonly kind: "exact" | "loose";
  /** Place of the first of its kind. */
  readonly first: string;
}

export class Repeats {
  readonly #exact = new Map<number, number>();
  readonly #loose = new Map<number, number>();
  readonly #files: string[] = [];

  /** `where` is `file:place`. Null for a prompt that is new. */
  find(text: string, where: string): Repeat | null {
    const place = this.#place(where);
    const exact = first(this.#exact, hash(text), place);
    const loose = first(this.#loose, hash(loosely(text)), place);
    if (exact !== null) return { kind: "exact", first: this.#shown(exact) };
    return loose === null ? null : { kind: "loose", first: this.#shown(loose) };
  }

  /** Both parts of a place as one number, because there is one for each prompt. */
  #place(where: string): number {
    const colon = where.lastIndexOf(":");
    const file = where.slice(0, colon);
    if (this.#files.at(-1) !== file) this.#files.push(file);
    return (this.#files.length - 1) * 2 ** 36 + Number(where.slice(colon + 1));
  }

  #shown(place: number): string {
    return `${this.#files[Math.floor(place / 2 ** 36)]}:${place % 2 ** 36}`;
  }
}

/** The place that is kept under a key, or null where this is the first. */
function first(seen: Map<number, number>, key: number, place: number): number | null {
  const known = seen.get(key);
  if (known === undefined) seen.set(key, place);
  return known ?? null;
}
