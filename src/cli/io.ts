/** What a command touches of the process it runs in, so that a test can stand in for all of it. */

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Io {
  /** Results, and nothing but results. */
  readonly stdout: OutputStream;
  /** Progress, notices and errors. */
  readonly stderr: OutputStream;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
}

/** The process itself. */
export function processIo(): Io {
  const { stdout, stderr, stdin, env, argv } = process;
  return { stdout, stderr, stdin, env, argv: argv.slice(2) };
}

/** Columns that a line may take: the terminal's, 80 where there is none. */
export function widthOf(stream: OutputStream): number {
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80;
}
