/** What the page knows of the server: what it may do, and what metrics mean. */
import { signal } from "@preact/signals";
import { type About, type MetricAbout, type MetricCatalogue, type Problem, routes } from "../../api/index.js";
import { get, problemOf } from "../lib/http.js";

export const about = signal<About | null>(null);
export const catalogue = signal<MetricCatalogue | null>(null);
export const startProblem = signal<Problem | null>(null);

export async function greet(): Promise<void> {
  try {
    const [own, metrics] = await Promise.all([
      get<About>(routes.about()),
      get<MetricCatalogue>(routes.metricCatalogue()),
    ]);
    about.value = own;
    catalogue.value = metrics;
    startProblem.value = null;
  } catch (thrown) {
    startProblem.value = problemOf(thrown);
    setTimeout(greet, 3000);
  }
}

/** What is said of a series: of `step.agreement` what the catalogue says of `agreement`. */
export function aboutSeries(series: string): MetricAbout {
  const [, ...rest] = series.split(".");
  const name = rest.join(".");
  if (rest[0] === "time")
    return {
      title: words(rest[1] ?? ""),
      help: catalogue.value?.times[rest[1] ?? ""] ?? "",
      unit: "number",
      healthy: "context",
    };
  const base = name.replace(/(Low|High)$/, "");
  for (const { metrics } of catalogue.value?.sections ?? []) {
    const own = Object.hasOwn(metrics, base) ? metrics[base] : undefined;
    if (own) return own;
  }
  return { title: name, help: "", unit: "number", healthy: "context" };
}

const words = (name: string): string => name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
