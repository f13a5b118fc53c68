/** The dashboard's page. */
import "uplot/dist/uPlot.min.css";
import "virtual:report.css";
import "./page.css";
import { render, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Connection } from "./lib/events.js";
import { Help } from "./parts/help.js";
import { ProblemNote } from "./parts/problem.js";
import { ThemeChoice } from "./parts/theme.js";
import { run } from "./state/here.js";
import { runsConnection } from "./state/runs.js";
import { about, greet, startProblem } from "./state/server.js";
import { place } from "./state/url.js";
import { RunView } from "./views/run.js";
import { RunsView } from "./views/runs.js";

const SAID: Readonly<Record<Connection, string>> = {
  connecting: "connecting",
  live: "live",
  lost: "connection lost; trying again",
  asleep: "paused while hidden",
};

function Page(): VNode {
  const live = run.value;
  const connection = (live?.connection ?? runsConnection).value;
  useEffect(() => {
    document.title = live === null ? "selftrain" : `${live.id} · selftrain`;
  }, [live]);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar-top">
        <a class="brand" href={place({})}>
          selftrain
        </a>
        {live && (
          <a href={place({})} class="crumb">
            ← all runs
          </a>
        )}
        <span class={`connection ${connection}`} role="status">
          {SAID[connection]}
        </span>
        <ThemeChoice />
        <Help />
      </header>
      <main id="main" tabIndex={-1}>
        {startProblem.value && <ProblemNote problem={startProblem.value} />}
        {about.value && (live === null ? <RunsView /> : <RunView key={live.id} />)}
      </main>
      {about.value && <footer>selftrain {about.value.version}</footer>}
    </>
  );
}

void greet();
render(<Page />, document.querySelector("#app")!);
