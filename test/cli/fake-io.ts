/** Streams that remember what was written, in place of the process's. */
import type { Io, OutputStream } from "../../src/cli/io.js";

export class FakeStream implements OutputStream {
  text = "";
  isTTY = false;
  columns: number | undefined;

  write(text: string): void {
    this.text += text;
  }
}

export interface FakeIo extends Io {
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
}

export function fakeIo(
  argv: readonly string[] = [],
  env: Io["env"] = {},
  input: readonly string[] = [],
): FakeIo {
  async function* stdin() {
    yield* input;
  }
  return { stdout: new FakeStream(), stderr: new FakeStream(), stdin: stdin(), env, argv };
}
