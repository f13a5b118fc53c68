/** Text files that others wrote, a whole one at a time. */
import fs from "node:fs";
import { decodeUtf8 } from "../../utf8.js";
import { guardFs } from "./fs-errors.js";

/** The text of a file without its byte order mark. Throws `text-not-utf8`, and as `guardFs` does of `action`. */
export function readTextFile(path: string, action: string): string {
  return decodeUtf8(
    guardFs(action, path, () => fs.readFileSync(path)),
    path,
  );
}
