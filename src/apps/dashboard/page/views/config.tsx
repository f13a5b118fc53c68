/** The configuration of the run as resolved, and the machines that wrote it. */
import type { VNode } from "preact";
import { type RunConfigReply, routes } from "../../api/index.js";
import { copyText, saveFile } from "../lib/save.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { run } from "../state/here.js";
import { useReply } from "../state/reply.js";

export function ConfigView(): VNode {
  const reply = useReply<RunConfigReply>(routes.config(run.value!.id));
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return <Loading what="the configuration" />;
  const { yaml, environment, gaps } = reply.value;
  return (
    <section class="panel wide">
      <Gaps gaps={gaps} />
      <h2>config.yaml</h2>
      {yaml === null ? (
        <p class="note">The run has no readable configuration.</p>
      ) : (
        <>
          <p class="options">
            <button type="button" onClick={() => copyText(yaml)}>
              Copy
            </button>
            <button type="button" onClick={() => saveFile("config.yaml", new Blob([yaml]))}>
              Save
            </button>
          </p>
          <pre class="long" tabIndex={0}>
            {yaml}
          </pre>
        </>
      )}
      <h2>environment.json</h2>
      {environment.map((one, i) => (
        <pre class="long" tabIndex={0} key={i}>
          {JSON.stringify(one, null, 2)}
        </pre>
      ))}
    </section>
  );
}
