/** The style of what `view` draws: ribbons, matrices, vote bars, rivers, pictures that are kept. */
import { phaseClasses } from "./view/phase-cells.js";

const DRAWINGS = `
.ribbon .edge,.phase-list .edge{fill:var(--ink)}
.matrix rect{fill:var(--grid)}
.matrix .right{fill:var(--good)}
.matrix .wrong{fill:var(--bad)}
.matrix .same{fill:var(--other)}
.matrix .flipped{stroke:var(--ink);stroke-width:2}
.matrix .none{fill:none;stroke:var(--line)}
.matrix .cross{stroke:var(--paper);stroke-width:1.6}
.matrix .chosen{fill:none;stroke:var(--ink);stroke-width:2}
.sparkline path{fill:none;stroke:var(--srt);stroke-width:1.5}
.sparkline circle{fill:var(--srt)}
.vote-bar{display:block;border-radius:4px;overflow:hidden}
.vote-bar .class rect{fill:var(--other);fill-opacity:0.28}
.vote-bar .rest rect{fill-opacity:0.14}
.vote-bar .majority rect{fill:var(--srt);fill-opacity:0.32}
.vote-bar rect.true,.vote-bar .majority rect.true{fill:var(--good);fill-opacity:1}
.vote-bar text{fill:var(--ink);font-size:12.5px;font-family:ui-monospace, Menlo, Consolas, monospace}
.vote-bar .majority text{font-weight:700}
.vote-bar .edge{stroke:var(--paper);stroke-width:2}
.vote-bar .unanswered line{stroke:var(--other);stroke-opacity:0.7}
.matrix-rows{display:grid;grid-template-columns:fit-content(220px) 1fr;gap:0 8px}
.matrix-prompts{list-style:none;margin:0;padding:0;font:12px ui-monospace, Menlo, Consolas, monospace}
.matrix-prompts li{height:14px;line-height:14px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;text-align:right}
.matrix-prompts a{color:inherit;text-decoration:none}
.matrix-prompts a:hover{text-decoration:underline}
.matrix{display:block}
.picked{cursor:pointer}
.river .square{max-width:none}
.river .band path{fill:var(--arm);stroke:var(--paper);stroke-width:1;fill-opacity:0.75}
.river .others path{fill:var(--line);fill-opacity:1}
.river .unanswered path{fill:var(--card);stroke:var(--other);stroke-dasharray:2 3}
.river .truth path{stroke:var(--ink);stroke-width:2.5;fill-opacity:0.9}
.river .band text{fill:var(--ink);font-weight:700;font-size:12px;stroke:var(--paper);stroke-width:3px;paint-order:stroke}
.river .others .swatch{background:var(--line)}
.river .unanswered .swatch{background:none;border:1px dashed var(--other)}
.river .name{display:inline-flex}
.at-step{stroke:var(--ink);stroke-width:2;stroke-dasharray:5 3}
.line-chart .paper{fill:var(--paper)}
.line-chart text{fill:var(--ink);font-size:13px}
.line-chart .title{font-weight:650;font-size:16px}
.line-chart .fit{stroke:var(--arm);stroke-width:2;fill:none}
.line-chart .area{fill:var(--arm);fill-opacity:0.16}
.line-chart .grid{stroke:var(--grid)}
.line-chart .mark{stroke:var(--bad);fill:var(--bad);stroke-dasharray:3 3}`;

export const viewStyle = (): string => `${DRAWINGS}\n${phaseClasses()}`;
