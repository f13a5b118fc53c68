/** Every operator that graphs are built from. */
export * from "./elementwise.js";
export * from "./matmul.js";
export * from "./reduce.js";
export * from "./sampling.js";
export * from "./shape.js";
export * from "./transformer.js";
