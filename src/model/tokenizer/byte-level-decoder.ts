/** Byte-level tokens as text: what the library does character by character, with the bytes of each token kept. Decoding is most of what the loop itself does. */

export interface ByteLevelDecoder {
  /** The byte that each character of a token stands for. */
  readonly byte_decoder: Readonly<Record<string, number>>;
  /** Tokens that stand for themselves. */
  readonly added_tokens: readonly { readonly content: string }[];
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What `decode_chain` of the library's decoder gives, joined. */
export function byteLevelChain(decoder: ByteLevelDecoder): (tokens: readonly string[]) => string[] {
  /** A character a byte; null of an added token. */
  const known = new Map<string, string | null>();
  const bytesOf = (token: string): string | null => {
    if (decoder.added_tokens.some(({ content }) => content === token)) return null;
    const bytes = Array.from(token, (character) => decoder.byte_decoder[character] ?? 0);
    return String.fromCharCode(...bytes);
  };
  return (tokens) => {
    const texts: string[] = [];
    let bytes = "";
    const flush = () => {
      if (bytes !== "") texts.push(utf8.decode(Buffer.from(bytes, "latin1")));
      bytes = "";
    };
    for (const token of tokens) {
      let own = known.get(token);
      if (own === undefined) {
        own = bytesOf(token);
        known.set(token, own);
      }
      if (own === null) {
        flush();
        texts.push(token);
      } else bytes += own;
    }
    flush();
    return texts;
  };
}
