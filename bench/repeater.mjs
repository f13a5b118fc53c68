/** A long-lived process that repeats one thing on request and sleeps in between: a peer (scripts/peers/worker.py) or a roof (roofs/). */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Repeater {
  #child;
  #lines;
  #errors = "";
  /** Package versions, by name. */
  versions = {};

  constructor(command, args) {
    this.#child = spawn(command, args, {
      env: { ...process.env, OMP_WAIT_POLICY: "passive", PYTHONDONTWRITEBYTECODE: "1" },
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    // Writing to a process that has died is reported by the read that follows.
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a process and waits until it is warm. Throws with the end of its error output where it dies. */
  static async start(command, args) {
    const repeater = new Repeater(command, args);
    repeater.versions = (await repeater.#read()).versions;
    return repeater;
  }

  /** Repeats it once: a peer answers `{ seconds, peakRssMiB }`, a roof `{ seconds, rate }`. */
  run() {
    this.#child.stdin.write("run\n");
    return this.#read();
  }

  close() {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #read() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the process ended: ${this.#errors.trim()}`);
    return JSON.parse(value);
  }
}
