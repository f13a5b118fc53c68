/** A plot by keyboard: its canvas is a slider over the steps. */
import type uPlot from "uplot";

/** Steps that a key moves the cursor by; Home and End go to the ends. */
const MOVES: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export function cursorByKeys(
  plot: uPlot,
  box: HTMLElement,
  { title, signal, onPick }: { title: string; signal: AbortSignal; onPick?: (step: number) => void },
): void {
  box.tabIndex = 0;
  box.setAttribute("role", "slider");
  box.setAttribute("aria-label", `${title}: step`);
  const steps = (): ArrayLike<number> => plot.data[0];
  box.setAttribute("aria-valuemin", String(steps()[0] ?? 0));
  box.setAttribute("aria-valuemax", String(steps()[steps().length - 1] ?? 0));
  box.setAttribute("aria-valuenow", String(steps()[steps().length - 1] ?? 0));
  const picked = (): void => {
    const index = plot.cursor.idx;
    if (index != null) onPick?.(steps()[index]!);
  };
  box.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && onPick) {
        picked();
        event.preventDefault();
        return;
      }
      const move = MOVES[event.key];
      if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const from = plot.cursor.idx ?? steps().length - 1;
      const index = Math.max(0, Math.min(steps().length - 1, from + move));
      plot.setCursor({ left: plot.valToPos(steps()[index]!, "x"), top: 0 });
    },
    { signal },
  );
  if (onPick) plot.over.addEventListener("click", picked, { signal });
}
