/** TensorBoard as a tracker: one more event file in its folder for each process that writes the run. */
import fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeFully } from "../../../io/fs/atomic.js";
import { makeFolder } from "../../../io/fs/folder.js";
import { guardFs } from "../../../io/fs/fs-errors.js";
import type { MetricRecord } from "../../run-directory.js";
import { scalarsOf, type Tracked, type Tracker } from "../tracker.js";
import { restartEvent, scalarEvent, textEvent, tfRecord, versionEvent } from "./events.js";

/** Event files in `folder`. The file is made when there is something to write, and holds whole records alone. */
export const openTensorboard =
  (folder: string) =>
  async ({ config, state, save }: Tracked): Promise<Tracker> => {
    const file = new EventFile(folder);
    file.append([versionEvent(now())]);
    if (state === null) {
      file.append([
        textEvent({ wallTime: now(), step: 0 }, "config", `\`\`\`yaml\n${stringify(config)}\`\`\``),
      ]);
      save({ folder });
    }
    return {
      send: async (records) => file.append(records.flatMap(eventsOf)),
      rewind: async (step) => file.append([restartEvent({ wallTime: now(), step })]),
      end: async () => {},
    };
  };

const now = (): number => Date.now() / 1000;

function eventsOf(record: MetricRecord): Uint8Array[] {
  const scalars = scalarsOf(record);
  return scalars.length === 0 ? [] : [scalarEvent({ wallTime: now(), step: record.step }, scalars)];
}

class EventFile {
  readonly #path: string;
  #size = 0;

  constructor(folder: string) {
    makeFolder(folder, "write the event file");
    // Names sort by time, which is the order in which TensorBoard reads them.
    const seconds = String(Math.trunc(now())).padStart(10, "0");
    this.#path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${unique()}`);
  }

  /** All or, where the disk is full, none of them. */
  append(events: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(events.map(tfRecord));
    guardFs("write the event file", this.#path, () => {
      const fd = fs.openSync(this.#path, fs.constants.O_WRONLY | fs.constants.O_CREAT, 0o666);
      try {
        writeFully(fd, bytes, this.#size);
      } catch (cause) {
        fs.ftruncateSync(fd, this.#size);
        throw cause;
      } finally {
        fs.closeSync(fd);
      }
    });
    this.#size += bytes.byteLength;
  }
}

let files = 0;
/** Of the files of this process. */
const unique = (): number => files++;
