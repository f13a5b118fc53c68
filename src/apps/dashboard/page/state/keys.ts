/** The keyboard: what each key does where the reader is. Views add theirs while they are shown. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Shortcut {
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}

export const shortcuts = signal<readonly Shortcut[]>([]);

/** Keys that a component answers to while it is there. */
export function useKeys(own: readonly Shortcut[]): void {
  useEffect(() => {
    shortcuts.value = [...shortcuts.peek(), ...own];
    return () => {
      shortcuts.value = shortcuts.peek().filter((shortcut) => !own.includes(shortcut));
    };
  });
}

const TYPING =
  "input:not([type=range]):not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as Element;
  if (target.matches(TYPING)) {
    if (event.key === "Escape") (target as HTMLElement).blur();
    return;
  }
  if (target.closest("dialog") && event.key !== "?") return;
  const found = shortcuts.value.findLast(({ key }) => key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
});
