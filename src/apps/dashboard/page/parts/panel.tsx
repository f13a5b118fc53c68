/** A panel: a title, what it shows, and what a reader may take of it. */
import type { ComponentChildren, VNode } from "preact";
import { render } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { LineChart } from "../../../report/view/line-chart.js";
import type { PlotData } from "../../../report/view/plot-data.js";
import { copyText, csvOf, pixels, saveFile, standalone, type Table } from "../lib/save.js";
import { TableTwin } from "./table-twin.js";

export interface Taken {
  /** The panel as a table, made when it is asked for. */
  readonly table?: () => Table;
  /** The same as a query of `selftrain sql`. */
  readonly sql?: string | null;
  /** A plot that is no SVG on the page. */
  readonly plot?: () => PlotData | undefined;
  /** Whether there is a drawing to be kept. */
  readonly drawing?: boolean;
}

export function Panel({
  title,
  note,
  take,
  children,
  wide,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly take: Taken;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}): VNode {
  const own = useRef<HTMLElement>(null);
  const id = useId();
  const [said, say] = useState("");
  const [twin, showTwin] = useState(false);
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
  const svg = (): string => {
    const data = take.plot?.();
    if (data === undefined)
      return standalone(own.current!.querySelector<SVGSVGElement>(".body svg:not(.key)")!);
    const away = document.createElement("div");
    away.className = "away";
    document.body.append(away);
    render(<LineChart title={title} data={data} />, away);
    const text = standalone(away.querySelector("svg")!);
    render(null, away);
    away.remove();
    return text;
  };
  const acts: readonly (readonly [string, () => void | Promise<void>, boolean])[] = [
    [
      "PNG",
      async () => saveFile(`${name}.png`, await pixels(svg())),
      take.plot !== undefined || take.drawing === true,
    ],
    [
      "SVG",
      () => saveFile(`${name}.svg`, new Blob([svg()], { type: "image/svg+xml" })),
      take.plot !== undefined || take.drawing === true,
    ],
    [
      "CSV",
      () => saveFile(`${name}.csv`, new Blob([csvOf(take.table!())], { type: "text/csv" })),
      take.table !== undefined,
    ],
    ["Copy as SQL", () => copyText(take.sql!).then(() => say("Query copied")), take.sql != null],
    ["Copy link", () => copyText(location.href).then(() => say("Link copied")), true],
    [twin ? "Hide table" : "Show table", () => showTwin(!twin), take.table !== undefined],
  ];
  return (
    <section class={wide ? "panel wide" : "panel"} ref={own} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <details class="menu" onToggle={closeOnBlur}>
          <summary aria-label={`Take from ${title}`}>⋯</summary>
          <div>
            {acts
              .filter(([, , there]) => there)
              .map(([label, act]) => (
                <button
                  type="button"
                  key={label}
                  onClick={(event) => {
                    event.currentTarget.closest("details")!.open = false;
                    Promise.resolve(act()).catch((thrown: unknown) => say(String(thrown)));
                  }}
                >
                  {label}
                </button>
              ))}
          </div>
        </details>
        <span class="said" role="status">
          {said}
        </span>
      </header>
      {note && <p class="note">{note}</p>}
      <div class="body">{children}</div>
      {twin && take.table && <TableTwin title={title} table={take.table()} />}
    </section>
  );
}

/** A menu that is left, closes. */
function closeOnBlur(event: Event): void {
  const details = event.currentTarget as HTMLDetailsElement;
  if (!details.open) return;
  const close = (other: Event): void => {
    if (details.contains(other.target as Node) && (other as KeyboardEvent).key !== "Escape") return;
    details.open = false;
    for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, close);
  };
  document.addEventListener("pointerdown", close);
  document.addEventListener("keydown", close);
}
