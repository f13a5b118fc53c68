/** Where studies are: those of the package by id or name, and any file by its path. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveConfig } from "../../config/resolve-config.js";
import { type StudyFile, studyFileSchema } from "../../config/study-config.js";
import { didYouMean } from "../../config/suggest.js";
import { readYaml } from "../../config/yaml-source.js";
import { SelftrainError } from "../../errors.js";

/** It lies beside the sources and beside the build. */
const FOLDER = fileURLToPath(new URL("../../../studies", import.meta.url));

export interface BuiltInStudy {
  readonly name: string;
  readonly path: string;
  readonly study: StudyFile;
}

/** The studies of the package, in the order of their ids. Throws as `readYaml` and `resolveConfig` do. */
export function builtInStudies(folder = FOLDER): BuiltInStudy[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      return {
        name: nameOf(path),
        path,
        study: resolveConfig(studyFileSchema, { file: readYaml(path) }),
      };
    })
    .sort((a, b) => (a.study.id < b.study.id ? -1 : 1));
}

/** Whether a file is one of the package. */
export const isBuiltIn = (path: string): boolean => resolve(dirname(path)) === resolve(FOLDER);

export const nameOf = (path: string): string => basename(path).replace(/\.ya?ml$/, "");

/** The file of a study. What ends in `.yaml` or `.yml`, or has a folder, is a path. Throws `study-unknown`. */
export function locateStudy(given: string): string {
  if (/\.ya?ml$/.test(given) || existsSync(given)) return given;
  const known = builtInStudies();
  const found = known.find(({ name, study }) => given === name || given === study.id);
  if (found !== undefined) return found.path;
  const names = known.flatMap(({ name, study }) => [study.id, name]);
  throw new SelftrainError({
    code: "study-unknown",
    message: `There is no study ${given}.`,
    found: given,
    expected: known.map(({ name, study }) => `${study.id} (${name})`).join(", "),
    remedy: didYouMean(given, names, "`selftrain study list` lists them; a file is named by its path."),
  });
}
