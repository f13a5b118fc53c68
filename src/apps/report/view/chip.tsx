/** A word in a frame: a verdict, a state. The word says it; the colour says it again. */
import type { ComponentChildren, VNode } from "preact";

export function Chip({
  tone,
  title,
  children,
}: {
  readonly tone?: "good" | "bad" | "open" | undefined;
  readonly title?: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <span class={tone === undefined ? "chip" : `chip ${tone}`} {...(title === undefined ? {} : { title })}>
      {children}
    </span>
  );
}
