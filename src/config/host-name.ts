/** A name that a server may be called by. */
import { z } from "zod";

export const hostName = z.string().regex(/^[^\s:/@]+$/, "a name without a port, such as grader.example");
