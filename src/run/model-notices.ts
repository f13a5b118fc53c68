/** What a model's folder holds that is not read as its files say: said once to whoever watches. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { INDEX, SINGLE } from "../model/checkpoint-files.js";
import { headAgainstConfig } from "../model/config-file.js";
import type { Observer } from "./observer.js";

/** A command resolves its model more than once: what each observer was told. */
const told = new WeakMap<Observer, Set<string>>();

function tell(observer: Observer | undefined, code: string, message: string): void {
  if (!observer) return;
  const before = told.get(observer) ?? new Set();
  if (before.has(message)) return;
  told.set(observer, before.add(message));
  observer({ type: "notice", code, message });
}

/** An adapter lies in the folder of a whole model, and belongs to another one. */
export function noticeModelBeside(folder: string, base: string, observer: Observer | undefined): void {
  const file = [SINGLE, INDEX].find((name) => existsSync(join(folder, name)));
  if (file === undefined) return;
  tell(
    observer,
    "adapter-beside-model",
    `${folder} holds an adapter and a model: the adapter is read, on the model that it names (base_model_name_or_path), ${base}; ${file} in the folder is not read. For that model alone, move the adapter's files away`,
  );
}

/** The weights have a head, and `config.json` says that they need none. */
export function noticeOwnHead(folder: string, observer: Observer | undefined): void {
  if (!observer || !headAgainstConfig(folder)) return;
  tell(
    observer,
    "model-head-untied",
    `config.json in ${folder} says that the head is tied to the embeddings (tie_word_embeddings), and the weights have a head that differs (lm_head.weight): it is used, as transformers does, and what is written from here on says untied`,
  );
}
