/** Light, dark, or as the system has it; the choice is kept in this browser. */
import { signal } from "@preact/signals";
import type { VNode } from "preact";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const stored = (): Theme => {
  try {
    return THEMES.find((own) => own === localStorage.getItem("selftrain-theme")) ?? "system";
  } catch {
    return "system";
  }
};
const theme = signal<Theme>(stored());

function apply(next: Theme): void {
  theme.value = next;
  if (next === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", next);
  try {
    localStorage.setItem("selftrain-theme", next);
  } catch {
    // A browser without storage forgets it.
  }
}
apply(theme.value);

export function ThemeChoice(): VNode {
  return (
    <select
      aria-label="Theme"
      value={theme.value}
      onChange={(event) => apply(event.currentTarget.value as Theme)}
    >
      {THEMES.map((own) => (
        <option value={own} key={own}>
          {own === "system" ? "system theme" : own}
        </option>
      ))}
    </select>
  );
}
