/**
 * Shows progress on a stream: a live block rewritten in place on a terminal, a line now and then elsewhere.
 * A frame is one write that goes back to the block's first line, overwrites each and clears what is left, so
 * nothing flickers; the cursor is hidden meanwhile and shown again however the process ends.
 */

import { consoleObserver } from "../../apps/progress/console-observer.js";
import { lastingLine, noticeText } from "../../apps/progress/lines.js";
import { ProgressState } from "../../apps/progress/state.js";
import type { Observer, TrainerEvent } from "../../run/observer.js";
import { type Io, type OutputStream, widthOf } from "../io.js";
import { shown, styled } from "../style.js";
import { liveLines } from "./live-lines.js";

export interface DisplayOptions {
  /** Rewrite in place; by default where stderr is a terminal. */
  readonly live?: boolean;
  /** Print notices alone. */
  readonly quiet?: boolean;
  /** Seconds of a clock that only moves forward. */
  readonly now?: () => number;
}

/** Seconds between frames of the live block. */
const frameInterval = 0.1;

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearToLineEnd = "\u001b[K";
const clearBelow = "\u001b[J";

export class ProgressDisplay {
  readonly #stream: OutputStream;
  readonly #env: Io["env"];
  readonly #live: boolean;
  readonly #quiet: boolean;
  readonly #now: () => number;
  #state = new ProgressState("");
  /** Where lines are not rewritten: the observer that programs have, too. */
  #log: Observer = () => undefined;
  /** Lines of the block on the screen. */
  #shown = 0;
  #lastPrint = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  readonly #restore = (): void => this.close();

  constructor(io: Pick<Io, "stderr" | "env">, options: DisplayOptions = {}) {
    this.#stream = io.stderr;
    this.#env = io.env;
    this.#quiet = options.quiet ?? false;
    this.#live = !this.#quiet && (options.live ?? (io.stderr.isTTY === true && io.env.TERM !== "dumb"));
    this.#now = options.now ?? (() => performance.now() / 1000);
  }

  /** Begins a piece of work; the one before, if any, is over. */
  start(title: string): void {
    this.#clear();
    this.#state = new ProgressState(title);
    const stream = { write: (text: string) => this.#stream.write(shown(this.#stream, text)) };
    this.#log = consoleObserver({ title, stream, now: this.#now });
    this.#lastPrint = Number.NEGATIVE_INFINITY;
    if (!this.#live || this.#timer !== undefined) return;
    this.#stream.write(hideCursor);
    process.once("exit", this.#restore);
    // Time left and the clock move on between events, too.
    this.#timer = setInterval(() => this.#draw(true), 1000);
    this.#timer.unref();
  }

  /** To be given to a trainer. */
  readonly observer: Observer = (event: TrainerEvent): void => {
    if (this.#quiet) {
      if (event.type === "notice") this.say(noticeText(event));
      return;
    }
    if (!this.#live) {
      this.#log(event);
      return;
    }
    this.#state.handle(event, this.#now());
    const line = lastingLine(event);
    if (line === null) this.#draw(false);
    else this.say(line);
  };

  /** Prints a line that stays, above the live block. */
  say(line: string): void {
    this.#clear();
    this.#stream.write(`${shown(this.#stream, line)}\n`);
    if (this.#live) this.#draw(true);
  }

  /** Removes the live block and gives the cursor back. Harmless when called again. */
  close(): void {
    this.#clear();
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.off("exit", this.#restore);
    this.#stream.write(showCursor);
  }

  #draw(force: boolean): void {
    const now = this.#now();
    if (!force && now - this.#lastPrint < frameInterval) return;
    if (this.#timer === undefined) return;
    this.#lastPrint = now;
    const view = this.#state.view(now);
    // The last column stays free: a full line makes some terminals wrap, and the block would creep down.
    const width = Math.max(10, widthOf(this.#stream) - 1);
    const lines = styled(this.#stream, this.#env, (paint) => liveLines(view, width, paint).join("\n")).split(
      "\n",
    );
    const frame = lines.map((line) => `${line}${clearToLineEnd}\n`).join("");
    this.#stream.write(`${this.#toTop()}${frame}${clearBelow}`);
    this.#shown = lines.length;
  }

  #toTop(): string {
    return this.#shown > 0 ? `\u001b[${this.#shown}A\r` : "";
  }

  #clear(): void {
    if (this.#shown === 0) return;
    this.#stream.write(`${this.#toTop()}${clearBelow}`);
    this.#shown = 0;
  }
}
