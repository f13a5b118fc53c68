/** Colours of the theme that is in force, read from the style sheet whenever something is drawn. */

const root = document.documentElement;

export const color = (name: string): string => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

/** Calls back when the theme changes. Returns what ends that. */
export function onThemeChange(redraw: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  const observer = new MutationObserver(redraw);
  observer.observe(root, { attributes: true, attributeFilter: ["data-theme", "data-print"] });
  return () => {
    dark.removeEventListener("change", redraw);
    observer.disconnect();
  };
}
