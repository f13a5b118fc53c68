/** In which unit a measure reads. */
import { figuresOf, kindAndName, type Measure } from "../../../config/study-measures.js";
import { METRICS, type Unit } from "../../../core/monitor/catalogue/index.js";

const SHARES_OF_AUDIT = ["lost", "collapsed", "peak", "attractor"];

export function unitOf(measure: Measure): { readonly unit: Unit; readonly difference: boolean } {
  const [figure] = figuresOf(measure);
  if (measure.correlate || measure.over || figure === undefined) return { unit: "number", difference: false };
  const [kind, name] = kindAndName(figure.metric);
  const unit =
    kind === "audit"
      ? SHARES_OF_AUDIT.includes(name)
        ? "share"
        : "number"
      : kind === "threshold" || kind === "fates"
        ? "share"
        : METRICS[name]!.unit;
  return { unit, difference: figure.less !== null };
}
