/** Files of probes: what is written is read, to the bit, and bytes are a function of the rows. */
import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dropProbesAfter,
  listProbes,
  probeFile,
  readProbe,
  readProbeVotes,
  writeProbe,
} from "../../src/run/probes.js";
import type { ProbeRow } from "../../src/run/run-directory.js";
import { probeRows } from "./probe-rows.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const rows = (step: number) =>
  probeRows(step, [
    { id: "a", text: "1+1=", answers: ["2", "2", null] },
    { id: "b", text: 'it\'s\n"🦜"', answers: ["3", null, "4"] },
  ]);

const float = fc.float({ noNaN: true, noDefaultInfinity: true, max: 0 });
const row = fc
  .record({
    completion: fc.string({ unit: "binary" }),
    answer: fc.option(fc.string({ minLength: 1 })),
    graderError: fc.option(fc.string()),
    sumLogprob: fc.double({ noNaN: true, noDefaultInfinity: true }),
    list: fc.array(fc.tuple(fc.nat(200_000), fc.string(), float, float)),
    kl: fc.boolean(),
  })
  .map(
    ({ list, kl, ...given }): ProbeRow => ({
      ...rows(3)[0]!,
      ...given,
      tokens: list.length,
      tokenIds: list.map(([id]) => id),
      tokenTexts: list.map(([, text]) => text),
      logprobs: list.map(([, , logprob]) => logprob),
      referenceLogprobs: kl ? list.map(([, , , logprob]) => logprob) : null,
    }),
  );

describe("a probe's file", () => {
  it("reads as it was written, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (written) => {
        await writeProbe(temporary.path, 3, written);
        expect(await readProbe(probeFile(temporary.path, 3))).toEqual(written);
      }),
      { numRuns: 40 },
    );
  });

  it("has the same bytes for the same rows, and its votes alone are read", async () => {
    const bytes = async () => {
      await writeProbe(temporary.path, 0, rows(0));
      return fs.readFileSync(probeFile(temporary.path, 0));
    };
    expect((await bytes()).equals(await bytes())).toBe(true);
    expect(fs.readdirSync(`${temporary.path}/probe`)).toEqual(["step-000000.parquet"]);
    expect((await readProbeVotes(probeFile(temporary.path, 0)))[4]).toEqual({
      group: 1,
      promptId: "b",
      prompt: 'it\'s\n"🦜"',
      answer: null,
      voteLabel: null,
    });
  });

  it("of later steps goes where a run diverges", async () => {
    for (const step of [0, 5, 10]) await writeProbe(temporary.path, step, rows(step));
    dropProbesAfter(temporary.path, 5);
    expect(listProbes(temporary.path).map(({ step }) => step)).toEqual([0, 5]);
    expect(listProbes(`${temporary.path}/none`)).toEqual([]);
  });

  it("that cannot be read is named, with what to do", async () => {
    await writeProbe(temporary.path, 7, rows(7));
    fs.writeFileSync(probeFile(temporary.path, 7), "PAR1 and no more");
    await expect(readProbe(probeFile(temporary.path, 7))).rejects.toMatchObject({
      code: "parquet-malformed",
      remedy: expect.stringContaining("checkpoints of step 7 and later"),
    });
  });
});
