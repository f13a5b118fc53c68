/** What the page of a sweep adds to the report's style: the plot's lines and axes, and tables that scroll. */
import { SHADES } from "./parallel-plot.js";

/** Orange for the worst and blue for the best, two hues that no colour deficiency takes for one. */
const shade = (i: number): string => {
  const share = Math.round((100 * i) / (SHADES - 1));
  return `.q${i}{--run:color-mix(in oklab,var(--srt) ${share}%,var(--fixedTeacher))}`;
};

export const SWEEP_STYLE = `
.parallel{margin:20px 0 8px}
.parallel svg{display:block;max-width:none;user-select:none}
.parallel .scroll{padding-bottom:6px}
.parallel .axis line{stroke:var(--muted);stroke-width:1}
.parallel .title{fill:var(--ink);font-size:13.5px;font-weight:650}
.parallel .tick{fill:var(--muted);font-size:12px;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.parallel .line{fill:none;stroke:var(--run);stroke-width:1.6;stroke-opacity:.75;stroke-linejoin:round}
.parallel .signs .line{stroke-dasharray:6 4}
.parallel .hit{fill:none;stroke:transparent;stroke-width:10;pointer-events:stroke}
.parallel .run:hover .line,.parallel .run.hot .line{stroke-width:3.5;stroke-opacity:1}
.parallel .run.off{pointer-events:none}
.parallel .run.off .line{stroke:var(--line);stroke-opacity:.6}
.parallel .brush{fill:var(--srt);fill-opacity:.25;stroke:var(--srt)}
.parallel .brush[height="0"]{display:none}
.parallel .grip{fill:transparent;pointer-events:none}
.scripted .parallel .grip{pointer-events:all;cursor:ns-resize;touch-action:none}
.parallel figcaption{display:flex;flex-wrap:wrap;gap:4px 24px;color:var(--muted);font-size:14px;min-height:28px;align-items:center}
.parallel .scale{white-space:nowrap}
.parallel .scale svg{display:inline-block;vertical-align:middle;margin:0 4px}
.parallel .scale rect{fill:var(--run)}
.parallel button{border:0;background:none;color:var(--srt);font:inherit;padding:4px;cursor:pointer;text-decoration:underline}
.runs th,.runs td{white-space:nowrap;padding-top:7px;padding-bottom:7px}
.runs td.number,.runs th.number{text-align:right}
.runs tbody th{font-weight:500;min-width:0}
.runs tr.hot{background:var(--card)}
.runs .best{font-weight:650}
.runs .bad{color:var(--bad)}
.runs td.why{white-space:normal;min-width:22em}
${Array.from({ length: SHADES }, (_, i) => shade(i)).join("")}`;
