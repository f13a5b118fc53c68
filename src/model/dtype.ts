/** The element types that weights are stored as, by the names of `config.json`, and what safetensors calls them. */
import type { Dtype } from "./safetensors-header.js";

export const dtypes = ["float32", "float16", "bfloat16"] as const;
export type DtypeName = (typeof dtypes)[number];

export const storedDtype: Readonly<Record<DtypeName, Dtype>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
};

export const dtypeName: Readonly<Record<Dtype, DtypeName>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};
