/** What the engine's worker thread and its owner say to each other: calls by method name, answers by call id. */
import { type ErrorDetails, SelftrainError } from "../../../errors.js";

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly id: number; readonly kind: "result"; readonly result: unknown }
  | { readonly id: number; readonly kind: "error"; readonly error: WireError };

/** Errors lose their class between threads: a coded one travels as its fields, any other with its stack. */
export interface WireError {
  readonly details?: ErrorDetails;
  readonly message: string;
  readonly stack: string;
}

export function toWire(error: unknown): WireError {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return error instanceof SelftrainError ? { details: error.toJSON(), message, stack } : { message, stack };
}

export function fromWire({ details, message, stack }: WireError): Error {
  if (details) return new SelftrainError(details);
  const error = new Error(message);
  error.stack = stack;
  return error;
}
