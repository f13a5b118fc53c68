/** Files of a repository that the user has: a checked-out folder, or a git directory, of which HEAD is read. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** A file may be large; git's output is held whole. */
const MOST_BYTES = 2 ** 30;

/**
 * `{paths, read}`: every path, sorted, and the text of one. `read` returns null where a path is listed and its content is absent, as in a
 * partial clone. Throws where the folder is neither.
 */
export function openRepository(folder) {
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}`);
  const bare = existsSync(join(folder, "HEAD")) && existsSync(join(folder, "objects"));
  return bare ? gitDirectory(folder) : checkout(folder);
}

function gitDirectory(folder) {
  const git = (...args) =>
    execFileSync("git", [`--git-dir=${folder}`, ...args], {
      encoding: "utf8",
      maxBuffer: MOST_BYTES,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const paths = git("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0").filter(Boolean).sort();
  const read = (path) => {
    try {
      return git("show", `HEAD:${path}`);
    } catch {
      return null;
    }
  };
  return { paths, read };
}

function checkout(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !path.startsWith(".git/"))
    .sort();
  const read = (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : null);
  return { paths, read };
}
