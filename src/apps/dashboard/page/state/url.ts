/** The state of the page is its address: what is looked at can be sent to others, and Back goes back. */
import { signal } from "@preact/signals";

export const params = signal(new URLSearchParams(location.search));

export type Patch = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly string[]>
>;

/** The address with some of its state changed; null, undefined, false and empty texts take it away. */
export function href(patch: Patch, from: URLSearchParams = params.value): string {
  const next = new URLSearchParams(from);
  for (const [name, value] of Object.entries(patch)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined && one !== false && one !== "")
        next.append(name, one === true ? "1" : String(one));
  }
  const text = next.toString();
  return text === "" ? "?" : `?${text}`;
}

/** A place of the page: nothing of the present state but what is given. */
export const place = (patch: Patch): string => href(patch, new URLSearchParams());

/** Goes there. `replace` leaves no trace for Back: of what changes with every key or drag. */
export function go(address: string | Patch, { replace = false } = {}): void {
  const url = typeof address === "string" ? address : href(address);
  if (url === (location.search || "?")) return;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  params.value = new URLSearchParams(location.search);
}

export const text = (name: string): string | null => params.value.get(name);

export function number(name: string): number | null {
  const value = params.value.get(name);
  return value === null || value.trim() === "" || !Number.isFinite(Number(value)) ? null : Number(value);
}

addEventListener("popstate", () => {
  params.value = new URLSearchParams(location.search);
});

/** Links within the page change its state instead of loading it again. */
document.addEventListener("click", (event) => {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = (event.target as Element).closest("a");
  const to = link?.getAttribute("href");
  if (to?.startsWith("?") && !link!.target) {
    event.preventDefault();
    go(to);
  }
});
