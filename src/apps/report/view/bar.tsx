/** A horizontal bar: a count as a share of its total. */
import type { VNode } from "preact";

export function Bar({ count, total }: { readonly count: number; readonly total: number }): VNode {
  const width = total === 0 ? 0 : Math.round((10000 * count) / total) / 100;
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="10" />
      <rect class="fill" width={width} height="10" />
    </svg>
  );
}
