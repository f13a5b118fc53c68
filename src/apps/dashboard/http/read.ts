/** What a request says, checked. */
import { z } from "zod";
import { readBody } from "../../../io/http/body.js";
import { InFlight } from "../../../io/http/in-flight.js";
import { Refusal } from "../../../io/http/refusal.js";
import type { Asked } from "./resource.js";

/** Bytes of a body; nobody writes longer prompts, queries or notes by hand. */
const MOST_BODY = 2 ** 18;
const inFlight = new InFlight(8 * MOST_BODY);

const whole = z
  .string()
  .regex(/^\d{1,15}$/, "not a whole number")
  .transform(Number);

/** What a query may hold. */
export const inQuery = {
  whole,
  number: z
    .string()
    .regex(/^-?\d{1,15}(?:\.\d{1,20})?$/, "not a number")
    .transform(Number),
  /** Most of something, as of columns. */
  most: (most: number, by: number) => whole.pipe(z.int().min(1).max(most)).default(by),
  one: z.string().max(2000),
  many: (most: number) => z.array(z.string().max(1000)).max(most),
} as const;

/** Keys that a query repeats; of the others the one value is taken. Throws `query-malformed` (400). */
export function queryOf<S extends z.ZodType>(
  asked: Asked,
  schema: S,
  repeated: readonly string[] = [],
): z.output<S> {
  const given = Object.entries(asked.req.queries());
  const value = Object.fromEntries(
    given
      .filter(([key]) => key !== "token")
      .map(([key, values]) => [
        key,
        repeated.includes(key) ? values : values.length === 1 ? values[0] : values,
      ]),
  );
  return checked(value, schema, "query-malformed", "the query");
}

/** Throws `body-malformed` (400) and as `readBody` does. */
export async function bodyOf<S extends z.ZodType>(asked: Asked, schema: S): Promise<z.output<S>> {
  const type = asked.req.header("content-type") ?? "none";
  if (!/^application\/json\s*(;|$)/i.test(type)) throw malformed("body-malformed", `its type is ${type}`);
  const share = inFlight.open();
  try {
    const text = await readBody(asked.env.incoming, MOST_BODY, share);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw malformed("body-malformed", (error as Error).message);
    }
    return checked(value, schema, "body-malformed", "the body");
  } finally {
    share.release();
  }
}

/** A step or a group of an address. Throws `query-malformed` (400). */
export const numberIn = (asked: Asked, name: string): number =>
  checked(asked.req.param(name), inQuery.whole, "query-malformed", name);

type Code = "query-malformed" | "body-malformed";

function checked<S extends z.ZodType>(value: unknown, schema: S, code: Code, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(code, `${issue!.path.join(".") || what}: ${issue!.message}`);
}

const malformed = (code: Code, why: string): Refusal =>
  new Refusal(400, {
    code,
    message:
      code === "body-malformed" ? "the body is not what is expected" : "the address is not what is expected",
    found: why,
    expected: "what docs/how-to/dashboard.md says of this address",
    remedy: "mend what is named",
  });
