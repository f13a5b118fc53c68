// Usage: hold-lock.mjs LOCK. Waits for a line on its input, then takes the lock, says what became of it, and holds it.
import { acquireLock } from "../../../dist/run/lock.js";

console.log("ready");
process.stdin.once("data", () => {
  try {
    acquireLock(process.argv[2]);
    console.log("acquired");
  } catch (error) {
    console.log(error.code);
  }
});
