/** The report's style: system type, one accent, light and dark by the reader's setting, phone, desk and paper. */
import { armClasses, PAPER, paletteVariables } from "./palette.js";
import { viewStyle } from "./view-style.js";

const LIGHT = `${paletteVariables("light")}--paper:${PAPER.light};--ink:#16181d;--muted:#5b6370;--line:#d9dde3;--grid:#eceff3;--card:#f6f7f9;--band:#6b728026;--fade:#16181d40;--other:#8b93a0;--good:#00704f;--bad:#b3261e;color-scheme:light`;
const DARK = `${paletteVariables("dark")}--paper:${PAPER.dark};--ink:#e8eaed;--muted:#a2abb8;--line:#323842;--grid:#262b33;--card:#1c2027;--band:#9aa3af2e;--fade:#e8eaed40;--other:#6d7683;--good:#2cc69b;--bad:#ff8a80;color-scheme:dark`;

const LAYOUT = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0 auto;max-width:1120px;padding:40px 28px 64px;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:clamp(24px,3.4vw,34px);line-height:1.22;letter-spacing:-.018em;font-weight:650;margin:0 0 16px;max-width:30em;text-wrap:balance}
h2{font-size:22px;letter-spacing:-.012em;line-height:1.25;font-weight:650;margin:0 0 10px}
h3{font-size:16px;font-weight:650;margin:28px 0 8px}
p{margin:0 0 12px;max-width:46em}
small,.note{color:var(--muted)}
a{color:var(--srt)}
code,pre{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em;font-variant-ligatures:none}
code{overflow-wrap:anywhere}
pre{unicode-bidi:isolate;white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:12px 14px;background:var(--card);border-radius:8px;line-height:1.5;max-height:28em;overflow:auto}
.kicker{color:var(--muted);font-size:14px;margin:0 0 10px}
.top{border-bottom:1px solid var(--line);padding-bottom:20px}
.top p{font-size:17px}
.top .kicker{font-size:14px}
.warning{color:var(--bad);border-left:3px solid currentColor;padding-left:12px}
nav{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:18px;font-size:15px}
nav a{text-decoration:none;padding:4px 0}
nav a:hover{text-decoration:underline}
section{margin-top:52px}
footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--line);color:var(--muted);font-size:14px}
details summary{cursor:pointer;color:var(--muted);font-size:14px;padding:4px 0}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:2px solid var(--srt);outline-offset:2px;border-radius:4px}`;

const TABLES = `
table{border-collapse:collapse;width:100%;margin:16px 0 8px;font-size:15px}
th,td{text-align:left;padding:10px 16px 10px 0;border-bottom:1px solid var(--grid);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:500;font-size:14px;border-bottom:1px solid var(--line);padding-bottom:6px}
tfoot td{border:0;padding-top:2px;padding-bottom:0}
tbody th{font-weight:600;min-width:10em}
tbody th small{display:block;font-weight:400;font-size:13px;line-height:1.4}
.name{display:flex;align-items:center;gap:8px;overflow-wrap:anywhere}
.swatch{flex:none;width:10px;height:10px;border-radius:50%;background:var(--arm)}
.value{font-weight:600;font-size:17px}
.ci-text{color:var(--muted);font-size:13px;white-space:nowrap}
.results .drawn{width:32%}
.interval{display:block;width:100%;max-width:320px;overflow:visible}
.interval .tick{stroke:var(--grid);stroke-width:1}
.interval .reference{fill:var(--band)}
.interval .ci{stroke:var(--arm);stroke-width:2;fill:none}
.interval .dot{fill:var(--arm);stroke:var(--paper);stroke-width:1.5}
.interval.axis text{fill:var(--muted);font-size:10px}
.arrow{color:var(--muted);padding:0 .25em}
.pairs td:first-child{color:var(--muted);width:40%;padding-right:20px}
.pairs td{padding:6px 0;overflow-wrap:break-word}
.pairs{table-layout:fixed}
.pairs tr.set td:first-child{color:var(--ink);font-weight:650}
.scroll{overflow-x:auto}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:8px 48px}
.columns h3{margin-top:16px}
.times{max-width:640px}
.pairs.times td:first-child{width:45%}
.phase{display:block;height:8px;width:100%;max-width:200px}
.phase rect{fill:var(--srt)}
.commands{list-style:none;margin:12px 0;padding:0}
.commands li{margin:0 0 14px}
.commands pre{margin-top:4px}
.commands pre::before{content:"$ ";color:var(--muted);user-select:none}`;

const PLOTS = `
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:32px 36px;margin:20px 0 8px}
.plots.three{grid-template-columns:repeat(auto-fit,minmax(min(310px,100%),1fr))}
.plot{margin:0;min-width:0;display:flex;flex-direction:column}
.plot figcaption{font-size:14px;display:grid;grid-template-columns:1fr auto;align-items:baseline}
.plot figcaption strong{font-size:15px;font-weight:650}
.plot figcaption p{grid-column:1/-1;color:var(--muted);margin:0 0 6px;font-size:13.5px;line-height:1.4}
.plot .at{color:var(--muted);font-size:13px}
.plot .canvas{min-height:210px;margin-top:auto}
.uplot,.uplot *{font-family:inherit}
.u-cursor-x{border-right:1px solid var(--muted)!important}
.u-select{background:var(--band)}
.marker{position:absolute;top:0;bottom:0;left:0;width:0;border-left:2px solid var(--ink);pointer-events:none;z-index:2}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;padding:2px 0 0 8px}
.legend button{display:inline-flex;align-items:center;gap:7px;border:0;background:none;color:var(--ink);font:inherit;font-size:13.5px;padding:4px 0;cursor:pointer}
.legend button[aria-pressed=false]{opacity:.4;text-decoration:line-through}
.legend b{font-weight:600}
.key{width:26px;height:8px}
.key path{stroke:var(--arm);stroke-width:2;fill:none}`;

const VOTES = `
.votes{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(320px,100%),1fr));gap:16px}
.votes:has(>:nth-child(4):last-child){grid-template-columns:repeat(auto-fill,minmax(min(440px,100%),1fr))}
.vote{border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0;display:flex;flex-direction:column}
.vote header{display:flex;justify-content:space-between;align-items:flex-start;gap:10px;margin-bottom:8px}
.vote .prompt{font-size:15px;font-weight:600;white-space:pre-wrap;unicode-bidi:isolate;max-height:10em;overflow:auto;background:linear-gradient(var(--paper) 30%,transparent) 0 0/100% 2em local,linear-gradient(transparent,var(--paper) 70%) 0 100%/100% 2em local,linear-gradient(var(--fade),transparent) 0 0/100% .8em scroll,linear-gradient(transparent,var(--fade)) 0 100%/100% .8em scroll;background-repeat:no-repeat}
.chip{flex:none;font-size:12.5px;line-height:1.5;padding:1px 9px;border-radius:99px;border:1px solid currentColor;color:var(--muted)}
.chip.good{color:var(--good)}
.chip.bad{color:var(--bad)}
.vote ul{list-style:none;margin:0 0 10px;padding:0}
.vote li{display:grid;grid-template-columns:minmax(4.5em,34%) 1fr 2em;gap:10px;align-items:center;font-size:14px;padding:2px 0}
.vote .answer{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;unicode-bidi:isolate}
.vote .answer em,.vote .rest{color:var(--muted)}
.vote .tick{color:var(--good);font-weight:700;padding-left:5px}
.vote .count{text-align:right}
.vote .majority{font-weight:650}
.bar{width:100%;height:10px;border-radius:3px;display:block}
.bar .track{fill:var(--grid)}
.bar .fill{fill:var(--other)}
.majority .bar .fill{fill:var(--srt)}
.truth{font-size:14px;margin:0 0 4px}
.hidden-note{color:var(--muted);font-size:13px}
.hidden-note::before{content:"· "}
.vote pre{max-height:10em;font-size:13px}`;

const AUDIT = `
.ribbon{display:block;width:100%;height:18px;border-radius:5px;margin-top:14px}
.ribbon-ends{display:flex;justify-content:space-between;color:var(--muted);font-size:13px;margin-top:4px}
.phase-list,.tries{list-style:none;margin:0 0 12px;padding:0;max-width:46em}
.phase-list li{display:flex;gap:10px;align-items:baseline;padding:3px 0}
.phase-list .mark{flex:none;width:11px;height:11px}
.tries li{margin:0 0 12px}
.tries code{color:var(--muted)}
.drawing{margin:0;min-width:0}
.drawing figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:13.5px}
.square{display:block;width:100%;max-width:640px}
.square text{fill:var(--muted);font-size:11px}
.square .grid{stroke:var(--grid)}
.square .diagonal{stroke:var(--muted);stroke-dasharray:3 4;fill:none}
.square .dot{fill:var(--arm);fill-opacity:.75}
.square .ci{stroke:var(--arm);stroke-width:1.5;fill:none}
.square .fit{stroke:var(--arm);stroke-width:2;fill:none}
.fates{max-width:560px}
.fate b{font-size:20px;font-weight:650;margin-right:6px}
.fate.good b{color:var(--good)}
.fate.bad b{color:var(--bad)}
.baseline th,.baseline td{color:var(--muted)}
.moved th small{display:inline;margin-left:6px}
`;

const STUDY = `
.verdicts{list-style:none;margin:16px 0 0;padding:0}
.verdicts li{display:grid;grid-template-columns:7.5em 1fr;gap:4px 16px;padding:12px 0;border-bottom:1px solid var(--grid)}
.verdicts p{margin:0}
.verdicts small{display:block;margin-top:3px}
.chip.open{border-style:dashed}
.figures .number{text-align:right;white-space:nowrap}
.figures th,.figures td{padding-top:7px;padding-bottom:7px}
.figures tbody th{font-weight:500;min-width:11em}
.figures td.bad{color:var(--bad)}
.figures td.bad small{display:block}`;

const PHONE = `
@media (max-width:720px){
body{padding:24px 18px 48px}
section{margin-top:40px}
.results thead,.results tfoot :is(th,td){display:none}
.results,.results tbody,.results tfoot,.results tr,.results th,.results td{display:block;width:auto}
.results tbody tr{padding:14px 0;border-bottom:1px solid var(--line)}
.results th,.results td{border:0;padding:0 0 6px}
.results tbody td{display:grid;grid-template-columns:6.5em auto 1fr;align-items:baseline;column-gap:8px}
.results td::before{content:attr(data-label);color:var(--muted);font-size:14px}
.results .drawn{width:auto}
.results td .interval{grid-column:1/-1;max-width:none}
.results tfoot .drawn{display:block}
.results tfoot .drawn~.drawn{display:none}
.changes th,.changes td{padding-right:10px;font-size:14px}
tbody th{min-width:0}
.verdicts li{grid-template-columns:1fr}
}`;

const PRINT = `
@page{margin:14mm}
@media print{
body{max-width:none;padding:0;font-size:12px}
nav,.at,noscript{display:none}
section{margin-top:24px}
h2,h3,h2+p,h3+p{break-after:avoid}
.plot,.vote,.results,tr,p{break-inside:avoid}
pre,.vote pre,.vote .prompt{max-height:none;overflow:visible}
.plots,.plots.three,.columns{grid-template-columns:1fr 1fr;gap:20px}
.votes{grid-template-columns:1fr 1fr}
.legend button[aria-pressed=false]{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;

/** The whole style sheet. `data-print` on the root asks for the light theme whatever the reader's setting, `data-theme` for one of both. */
export function reportStyle(): string {
  return `:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-print],[data-theme=light]){${DARK}}}
@media screen{:root[data-theme=dark]:not([data-print]){${DARK}}}
${LAYOUT}${TABLES}${PLOTS}${VOTES}${AUDIT}${viewStyle()}${STUDY}${PHONE}${PRINT}
${armClasses()}`;
}
