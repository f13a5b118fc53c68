/** A peer: a long-lived Python process that repeats one workload on request (scripts/peers/worker.py). */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("../scripts/peers/worker.py", import.meta.url));

export class PeerProcess {
  #child;
  #lines;
  #errors = "";
  /** Package versions, by name. */
  versions = {};

  constructor(python, name, workload, modelFolder) {
    this.#child = spawn(python, [WORKER, name, JSON.stringify(workload), modelFolder], {
      env: { ...process.env, OMP_WAIT_POLICY: "passive", PYTHONDONTWRITEBYTECODE: "1" },
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    // Writing to a process that has died is reported by the read that follows.
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a peer and waits until it is warm. Throws with the end of its error output where it dies. */
  static async start(python, name, workload, modelFolder) {
    const peer = new PeerProcess(python, name, workload, modelFolder);
    peer.versions = (await peer.#read()).versions;
    return peer;
  }

  /** Repeats the workload once: `{ seconds, peakRssMiB }`. */
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
    if (done) throw new Error(`the peer ended: ${this.#errors.trim()}`);
    return JSON.parse(value);
  }
}
