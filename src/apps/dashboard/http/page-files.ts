/** The files of the page, read when the server starts: an address is one of them or it is none. */
import fs from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { SelftrainError } from "../../../errors.js";
import { guardFs } from "../../../io/fs/fs-errors.js";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether its name says what is in it, so that it never changes. */
  readonly lasting: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".ico": "image/x-icon",
};

/** Files by address, `/` being `index.html`. Throws `dashboard-page-missing`. */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  if (!fs.existsSync(join(folder, "index.html")))
    throw new SelftrainError({
      code: "dashboard-page-missing",
      message: "The page of the dashboard is not in this installation.",
      where: folder,
      remedy: "Build it with npm run build, or install selftrain anew.",
    });
  return guardFs("read the page", folder, () => {
    const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
    const files = new Map<string, PageFile>();
    for (const name of names) {
      const path = join(folder, name);
      if (!fs.statSync(path).isFile()) continue;
      const address = `/${relative(folder, path).split(sep).join("/")}`;
      files.set(address === "/index.html" ? "/" : address, {
        type: TYPES[extname(name)] ?? "application/octet-stream",
        bytes: new Uint8Array(fs.readFileSync(path)),
        lasting: address.startsWith("/assets/"),
      });
    }
    return files;
  });
}
