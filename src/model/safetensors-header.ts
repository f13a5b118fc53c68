/**
 * The header of a safetensors file: 8 bytes little-endian length N, N bytes of JSON (tensor name → dtype, shape and
 * byte range, and optionally `__metadata__`), then the data. Checked as strictly as by the reference
 * implementation (huggingface/safetensors): ranges in order, without gap or overlap, up to the end of the file.
 */
import { inspect } from "node:util";
import { z } from "zod";
import { SelftrainError } from "../errors.js";

/** Bytes an element, of the dtypes that can be read. */
export const dtypeBytes = { F32: 4, F16: 2, BF16: 2 } as const;
export type Dtype = keyof typeof dtypeBytes;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  /** Row-major; empty for a scalar. */
  readonly shape: readonly number[];
  /** Byte range in the data, which begins after the header. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begin in the file. */
  readonly dataStart: number;
}

/** Bytes of the length before the JSON. */
export const prefixBytes = 8;
/** The reference implementation's limit on the JSON. */
const maxHeaderBytes = 100_000_000;

const metadataKey = "__metadata__";
const size = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});

/** Length of the JSON, from the first bytes of the file. */
export function headerLength(prefix: Uint8Array, fileBytes: number, path: string): number {
  if (fileBytes < prefixBytes) {
    throw invalid(path, "The file is too short for a header.", {
      found: fileBytes,
      expected: "8 bytes or more",
    });
  }
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  const most = Math.min(maxHeaderBytes, fileBytes - prefixBytes);
  if (length < 2 || length > most) {
    throw invalid(
      path,
      "The length of the header cannot be right: no safetensors file, or a truncated one.",
      {
        found: length,
        expected: `2 to ${most}`,
      },
    );
  }
  return length;
}

/** Entries, not assignments: a name such as `__proto__` is a name like any other. */
function parseMetadata(value: unknown, path: string): Record<string, string> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || !Object.values(value).every((text) => typeof text === "string"))
    throw invalid(path, "The metadata must map names to strings.");
  return Object.fromEntries(Object.entries(value));
}

/** Parses and checks the JSON of a header. `fileBytes` is the size of the whole file. */
export function parseHeader(json: Uint8Array, fileBytes: number, path: string): SafetensorsHeader {
  const { raw, text } = parseJson(json, path);
  refuseDuplicates(text, path);
  const dataStart = prefixBytes + json.byteLength;
  const entries = Object.entries(raw)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => parseEntry(name, value, path))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, fileBytes - dataStart, path);
  return { entries, metadata: parseMetadata(raw[metadataKey] ?? {}, path), dataStart };
}

/**
 * The bytes before the data (length and JSON), for tensors in the order of their data. The JSON is padded with
 * spaces so that the data begin at a multiple of 8, where a reader can map them.
 */
export function formatHeader(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Assembled as text: as keys of an object, names that look like numbers would come first.
  const fields = entries.map(({ name, dtype, shape, begin, end }) =>
    [JSON.stringify(name), JSON.stringify({ dtype, shape, data_offsets: [begin, end] })].join(":"),
  );
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
    fields.unshift(`"${metadataKey}":${JSON.stringify(sorted)}`);
  }
  const json = Buffer.from(`{${fields.join(",")}}`);
  const length = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(prefixBytes + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, prefixBytes);
  return bytes;
}

/** Elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function parseJson(json: Uint8Array, path: string): { raw: Record<string, unknown>; text: string } {
  let text: string;
  let raw: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    raw = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, "The header is not JSON.", { found: (cause as Error).message });
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw) || !text.startsWith("{")) {
    throw invalid(path, "The header is not a JSON object.", { found: text.slice(0, 40) });
  }
  return { raw: raw as Record<string, unknown>, text };
}

function parseEntry(name: string, value: unknown, path: string): TensorEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    throw invalid(path, "The header describes a tensor wrongly.", {
      tensor: name,
      // No JSON: what is nested deeply would overflow the stack.
      found: inspect(value, { depth: 2, breakLength: Infinity }).slice(0, 120),
      expected: '{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}',
    });
  }
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  if (!Object.hasOwn(dtypeBytes, dtype)) {
    throw new SelftrainError({
      code: "safetensors-unsupported-dtype",
      message: `Tensors of type ${dtype} cannot be read.`,
      found: dtype,
      expected: Object.keys(dtypeBytes),
      where: `${path}: ${name}`,
      remedy: "Convert the checkpoint to one of the expected types.",
    });
  }
  const bytes = elements(shape) * dtypeBytes[dtype as Dtype];
  if (end - begin !== bytes) {
    throw invalid(path, "The byte range of a tensor does not match its shape and type.", {
      tensor: name,
      found: `${end - begin} bytes (${begin} to ${end})`,
      expected: `${bytes} bytes for ${dtype} [${shape.join(", ")}]`,
    });
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

function checkCoverage(entries: readonly TensorEntry[], dataBytes: number, path: string): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      throw invalid(path, begin < position ? "Two tensors overlap." : "There is a gap between two tensors.", {
        tensor: name,
        found: `begins at ${begin}`,
        expected: `begins at ${position}`,
      });
    }
    if (end > dataBytes) {
      throw invalid(path, "The file is truncated.", {
        tensor: name,
        found: `${dataBytes} bytes of data`,
        expected: `${end} or more`,
      });
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw invalid(path, "There are bytes after the last tensor.", {
      found: `${dataBytes} bytes of data`,
      expected: `${position}`,
    });
  }
}

/** `JSON.parse` keeps the last of two equal keys without a word, so the text is searched for them. */
function refuseDuplicates(text: string, path: string): void {
  const seen = new Set<string>();
  for (const name of outerKeys(text)) {
    if (seen.has(name)) throw invalid(path, "Two tensors have the same name.", { tensor: name });
    seen.add(name);
  }
}

/** Keys of the outermost object of valid JSON. By hand: a regular expression overflows the stack on a long name. */
function* outerKeys(text: string): Generator<string> {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const at = text[i];
    if (at === "{" || at === "[") depth++;
    else if (at === "}" || at === "]") depth--;
    else if (at === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      const end = i + 1;
      if (depth !== 1) continue;
      while (/\s/.test(text[i + 1] ?? "")) i++;
      if (text[i + 1] === ":") yield JSON.parse(text.slice(start, end));
    }
  }
}

interface Problem {
  readonly tensor?: string;
  readonly found?: unknown;
  readonly expected?: unknown;
}

function invalid(path: string, message: string, { tensor, found, expected }: Problem = {}): SelftrainError {
  return new SelftrainError({
    code: "safetensors-invalid",
    message,
    found,
    expected,
    where: tensor === undefined ? path : `${path}: ${tensor}`,
    remedy: "The file is damaged or no safetensors file: copy or download it again.",
  });
}
