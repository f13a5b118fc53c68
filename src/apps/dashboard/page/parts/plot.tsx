/** A plot on the dashboard: the report's figure, drawn when it comes into sight, and kept up to date once a frame. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type DrawnPlot, drawPlot } from "../../../report/script/draw-plot.js";
import { PlotFrame } from "../../../report/view/plot.js";
import type { PlotData } from "../../../report/view/plot-data.js";

export function Plot({
  title,
  help,
  data,
  at,
  onPick,
}: {
  readonly title: string;
  readonly help: string;
  readonly data: PlotData;
  /** The step that stands out. */
  readonly at?: number | null;
  readonly onPick?: (step: number) => void;
}): VNode {
  const own = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<{ readonly kind: string; readonly plot: DrawnPlot } | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const seen = useInSight(own);
  // Other curves, or another axis, are another plot.
  const kind = JSON.stringify([
    data.log,
    data.unit,
    data.range,
    data.series.map(({ label, color, low }) => [label, color, low !== null]),
  ]);
  // Until the next has been made, the last one is still there, of other curves.
  const drawn = made?.kind === kind ? made.plot : null;
  useEffect(() => {
    if (!seen) return;
    const plot = drawPlot(
      own.current!.querySelector("figure")!,
      data,
      onPick && ((step) => pick.current?.(step)),
    );
    setMade({ kind, plot });
    return () => {
      setMade(null);
      plot.destroy();
    };
  }, [seen, kind]);
  useEffect(() => {
    const frame = requestAnimationFrame(() => drawn?.update(data));
    return () => cancelAnimationFrame(frame);
  }, [drawn, data]);
  useEffect(() => drawn?.mark(at ?? null), [drawn, at]);
  return (
    <div ref={own} key={kind}>
      <PlotFrame title={title} help={help} data={data} />
    </div>
  );
}

/** Whether it has ever been near the window. */
function useInSight(own: { readonly current: HTMLElement | null }): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { rootMargin: "200px" },
    );
    observer.observe(own.current!);
    return () => observer.disconnect();
  }, []);
  return seen;
}
