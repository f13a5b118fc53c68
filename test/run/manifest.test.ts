/** A checkpoint's files are as they were written, or the damaged one is named before it is used. */
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { SelftrainError } from "../../src/errors.js";
import { openCheckpoint, verifyModel, verifySmallFiles, writeManifest } from "../../src/run/manifest.js";
import { createRun } from "../../src/run/open-run.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const folder = () => join(temporary.path, "run", "checkpoints", "step-000003");
const weights = Buffer.from(Float32Array.from({ length: 500 }, (_, i) => Math.sin(i)).buffer);
const file = () => join(folder(), "model.safetensors");

beforeEach(async () => {
  const run = createRun(join(temporary.path, "run"), "train", {});
  await run.publishCheckpoint(3, async (partial) => {
    fs.writeFileSync(join(partial, "model.safetensors"), weights);
    fs.writeFileSync(join(partial, "empty"), "");
    fs.mkdirSync(join(partial, "templates"));
    fs.writeFileSync(join(partial, "templates", "tools.jinja"), "{{ tools }}");
  });
  run.close();
});

describe("verifyModel", () => {
  it("passes what is as it was written, and folders that say nothing of it", async () => {
    await verifyModel(folder());
    fs.writeFileSync(join(folder(), "notes.txt"), "added by the user");
    await verifyModel(folder());
    fs.writeFileSync(file(), "other");
    fs.rmSync(join(folder(), "selftrain-manifest.json"));
    await verifyModel(folder());
  });

  it("finds any bit that is another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(weights.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(weights);
        flipped[at]! ^= 1 << bit;
        fs.writeFileSync(file(), flipped);
        await expect(verifyModel(folder())).rejects.toMatchObject({
          code: "checkpoint-corrupt",
          where: file(),
          remedy: expect.stringContaining(`Delete the folder ${folder()}`),
        });
      }),
      { numRuns: 40 },
    );
    fs.writeFileSync(file(), weights);
    await verifyModel(folder());
  });

  it.each([
    ["cut short", () => fs.truncateSync(file(), 1900), "1900 bytes"],
    ["longer", () => fs.appendFileSync(file(), "x"), "2001 bytes"],
    ["deleted", () => fs.rmSync(file()), "no such file"],
  ])("says what of a file that is %s", async (_, damage, found) => {
    damage();
    await expect(verifyModel(folder())).rejects.toMatchObject({
      code: "checkpoint-corrupt",
      found,
      expected: "2000 bytes",
    });
  });

  it("knows files in folders below", async () => {
    const template = join(folder(), "templates", "tools.jinja");
    fs.writeFileSync(template, "{{ other }}");
    await expect(verifyModel(folder())).rejects.toMatchObject({ where: template });
  });

  it("has another remedy for a copy of a checkpoint, of which there is none before", async () => {
    const copy = join(temporary.path, "copy");
    fs.cpSync(folder(), copy, { recursive: true });
    await verifyModel(copy);
    fs.truncateSync(join(copy, "model.safetensors"));
    await expect(verifyModel(temporary.path, [copy])).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Copy the folder again.*selftrain-manifest\.json/),
    });
  });

  it.each(["", "{", '{"files":{}}'])("says that the manifest itself is damaged: %j", async (text) => {
    fs.writeFileSync(join(folder(), "selftrain-manifest.json"), text);
    await expect(verifyModel(folder())).rejects.toMatchObject({
      code: "checkpoint-corrupt",
      where: join(folder(), "selftrain-manifest.json"),
    });
  });

  it("reads a file of several pieces in whole", async () => {
    const large = Buffer.alloc((9 << 20) + 3, 7);
    fs.rmSync(join(folder(), "selftrain-manifest.json"));
    fs.writeFileSync(file(), large);
    await writeManifest(folder(), 3, []);
    await verifyModel(folder());
    large[8 << 20] = 8;
    fs.writeFileSync(file(), large);
    await expect(verifyModel(folder())).rejects.toMatchObject({ where: file() });
  });
});

describe("verifySmallFiles", () => {
  it("reads no large file, and knows its size", async () => {
    const large = Buffer.alloc((16 << 20) + 1, 7);
    fs.rmSync(join(folder(), "selftrain-manifest.json"));
    fs.writeFileSync(file(), large);
    fs.writeFileSync(join(folder(), "config.json"), "{}");
    await writeManifest(folder(), 3, []);
    large[0] = 8;
    fs.writeFileSync(file(), large);
    await verifySmallFiles(folder());
    await expect(verifyModel(folder())).rejects.toMatchObject({ where: file() });
    fs.writeFileSync(join(folder(), "config.json"), "[]");
    await expect(verifySmallFiles(folder())).rejects.toMatchObject({ where: join(folder(), "config.json") });
    fs.writeFileSync(join(folder(), "config.json"), "{}");
    fs.truncateSync(file(), 1 << 20);
    await expect(verifySmallFiles(folder())).rejects.toMatchObject({ where: file() });
  });
});

describe("openCheckpoint", () => {
  const failing = (code: string, where: string) => async () => {
    throw new SelftrainError({ code, message: "no", where, remedy: "download it again" });
  };

  it("gives what is wrong with its files the remedy of a checkpoint, as in runs without manifests", async () => {
    fs.rmSync(join(folder(), "selftrain-manifest.json"));
    await expect(openCheckpoint(folder(), failing("safetensors-invalid", file()))).rejects.toMatchObject({
      code: "safetensors-invalid",
      remedy: expect.stringContaining(`Delete the folder ${folder()}`),
    });
  });

  it.each([
    ["of another file", "safetensors-invalid", "/elsewhere/model.safetensors"],
    ["of the machine", "permission-denied", null],
  ])("leaves an error %s as it is", async (_, code, where) => {
    await expect(openCheckpoint(folder(), failing(code, where ?? file()))).rejects.toMatchObject({
      remedy: "download it again",
    });
  });
});
