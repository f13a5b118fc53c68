/** The step that is read: a slider over the steps that were kept, its neighbours, a number, and the places that matter. */
import type { VNode } from "preact";
import { nearest } from "../lib/kept.js";
import { moveStep, newer, run, source, step, steps, toLatest, toStep } from "../state/here.js";
import { go } from "../state/url.js";

export function Scrubber(): VNode | null {
  const overview = run.value?.overview.value;
  const [all, at] = [steps.value, step.value];
  if (!overview || at === null) return null;
  const index = nearest(all, at);
  const { firstAlarm, best } = overview.places;
  const places = [
    ["first alarm", firstAlarm],
    ["best", best],
    ["end", all.at(-1)!],
  ] as const;
  const { kept } = overview;
  return (
    <div class="scrubber" role="group" aria-label="Step">
      {kept.rollouts.count > 0 && kept.probe.count > 0 && (
        <select
          aria-label="What is read"
          value={source.value}
          onChange={(event) => go({ source: event.currentTarget.value, group: null })}
        >
          <option value="rollouts">training prompts</option>
          <option value="probe">probe</option>
        </select>
      )}
      <button
        type="button"
        aria-label="Previous step"
        title="Previous step (i)"
        disabled={index === 0}
        onClick={() => moveStep(-1)}
      >
        ‹
      </button>
      <input
        type="range"
        min="0"
        max={all.length - 1}
        value={index}
        aria-label="Step"
        aria-valuetext={`step ${at}`}
        onInput={(event) => toStep(all[Number(event.currentTarget.value)]!)}
      />
      <button
        type="button"
        aria-label="Next step"
        title="Next step (m)"
        disabled={index === all.length - 1}
        onClick={() => moveStep(1)}
      >
        ›
      </button>
      <label>
        step{" "}
        <input
          type="number"
          value={at}
          min={all[0]!}
          max={all.at(-1)!}
          onChange={(event) => toStep(Number(event.currentTarget.value))}
        />
      </label>
      {places.map(([name, to]) =>
        to === null ? null : (
          <button
            type="button"
            class="quiet"
            key={name}
            onClick={() => (name === "end" ? toLatest() : toStep(to))}
          >
            {name}
          </button>
        ),
      )}
      {newer.value > 0 && (
        <button type="button" class="newer" onClick={toLatest}>
          {newer.value} new {newer.value === 1 ? "step" : "steps"}
        </button>
      )}
    </div>
  );
}
