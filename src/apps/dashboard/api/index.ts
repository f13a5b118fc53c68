/**
 * The contract between the dashboard's server and its page: plain data, imported by both sides and by nothing else. No file here imports from
 * outside of this folder. Numbers are finite; what was not measured is null. Text of models and files is data and never markup.
 */
export type * from "./compare.js";
export type * from "./controls.js";
export type * from "./course.js";
export type * from "./marks.js";
export type * from "./metrics.js";
export type * from "./notes.js";
export type * from "./playground.js";
export * from "./problem.js";
export * from "./routes.js";
export type * from "./runs.js";
export type * from "./search.js";
export type * from "./step.js";
