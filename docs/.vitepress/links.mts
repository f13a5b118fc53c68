/**
 * Links are written as the clone has them: relative, to files and folders. On the site those to pages lead to the pages' addresses, and those to
 * other files of the repository, which the site does not have, become plain text.
 */
import { existsSync } from "node:fs";
import { join, posix, relative } from "node:path";
import type { MarkdownEnv, MarkdownRenderer } from "vitepress";
import { addressOf, firstPage, isPage } from "./pages.mts";

type Token = Parameters<MarkdownRenderer["renderer"]["render"]>[0][number];

const root = new URL("../../", import.meta.url).pathname;

/** The address on the site of what a page links to; null where the site does not have it. */
export function siteAddress(from: string, href: string): string | null {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const target = posix.normalize(posix.join(posix.dirname(from), decodeURI(path))).replace(/\/$/, "");
  const to = (address: string) => (anchor === undefined ? address : `${address}#${anchor}`);
  if (target === "README.md") return to("/");
  for (const file of [target, `${target}/README.md`, `${target}/index.md`])
    if (isPage(file) && existsSync(join(root, file))) return to(addressOf(file));
  const first = firstPage(target);
  if (first !== undefined) return to(addressOf(first));
  // What is nowhere stays as it is, for the site's own check to refuse.
  return existsSync(join(root, target)) ? null : href;
}

/** Makes a token render as nothing. */
const erase = (token: Token): void => {
  Object.assign(token, { type: "text", tag: "", content: "", attrs: null });
};

export function localLinks(md: MarkdownRenderer): void {
  md.core.ruler.after("inline", "local-links", ({ tokens, env }) => {
    const { realPath, path } = env as unknown as MarkdownEnv;
    const from = relative(root, realPath ?? path);
    for (const { children } of tokens) {
      /** Whether each link that is open leads somewhere on the site. */
      const open: boolean[] = [];
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const address = siteAddress(from, String(token.attrGet("href") ?? ""));
          open.push(address !== null);
          if (address === null) erase(token);
          else token.attrSet("href", address);
        } else if (token.type === "link_close" && open.pop() === false) erase(token);
      }
    }
  });
}
