/** Components as markup of a page: what the dashboard draws in a browser, a report holds as text. */
import type { ComponentType } from "preact";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { type SafeHtml, trusted, visible } from "../html.js";

/**
 * A component as markup. Preact escapes text and attributes; control characters and lone surrogates become U+FFFD, as everywhere in a
 * page. A component that draws nothing is undefined, so that its section is left out.
 */
export function draw<Props extends object>(
  component: ComponentType<Props>,
  props: NoInfer<Props>,
): SafeHtml | undefined {
  const markup = renderToString(h(component, props));
  return markup === "" ? undefined : trusted(visible(markup));
}
