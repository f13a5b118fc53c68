/** A pool of a dataset of the hub, over HTTP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadFilePool } from "../../src/data/file-pool.js";
import { FakeHub } from "../io/hub/fake-hub.js";
import { temporaryHome, testSettings } from "../io/hub/hub-folder.js";
import { temporaryFolder } from "../run/temporary.js";
import { writeParquet } from "./table/write.js";

const folder = temporaryFolder();
const columns = { promptColumn: "question", answerColumn: "answer" };

it("has the rows of all parts in order, each with its file and row", async () => {
  const files: Record<string, Buffer> = {};
  for (const part of [0, 1]) {
    const path = join(folder.path, "part.parquet");
    await writeParquet(
      path,
      `SELECT 'What is ' || (i + 3 * ${part}) || '?' AS question, 'It is so. #### ' || i AS answer FROM range(3) t(i)`,
    );
    files[`main/train-0000${part}-of-00002.parquet`] = readFileSync(path);
  }
  const hub = await FakeHub.start();
  hub.add({ type: "dataset", name: "org/sums", files });
  const settings = testSettings(hub.url, temporaryHome());
  const downloaded: string[] = [];
  const pool = await loadFilePool("hf:datasets/org/sums", columns, "whole", undefined, 0, {
    settings,
    onProgress: ({ file }) => downloaded.push(file),
  });
  expect(pool.prompts.map(({ text }) => text)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `What is ${i}?`));
  expect(pool.prompts[4]!.id).toBe("train-00001-of-00002.parquet:2");
  expect([...pool.labels.values()]).toEqual(["0", "1", "2", "0", "1", "2"]);
  expect(new Set(downloaded)).toEqual(new Set(Object.keys(files)));
  const wrong = loadFilePool("hf:datasets/org/sums", { ...columns, promptColumn: "prompt" }, "whole", 1, 0, {
    settings,
  });
  await expect(wrong).rejects.toMatchObject({
    code: "column-missing",
    where: expect.stringMatching(/train-00000-of-00002\.parquet:1$/),
    remedy: 'Did you mean "question"? Set promptColumn to it. The row\'s columns are question, answer.',
  });
});
