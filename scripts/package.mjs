// Makes the package's tarball from a clean build: `npm run package [-- FOLDER]`. It is a script of its own, and no `prepack`, because
// .npmrc lets no script run by itself: a bare `npm pack` would take whatever lies in dist.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(process.argv[2] ?? ".");
const npm = (...args) =>
  execFileSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
npm("run", "--silent", "build");
mkdirSync(folder, { recursive: true });
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(
  npm("pack", "--json", "--pack-destination", folder),
);
console.log(JSON.stringify({ file: join(folder, filename), size, unpackedSize, files: entryCount }));
