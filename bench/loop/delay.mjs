/**
 * A connection with latency: what passes comes half the time later, in each direction, and in its order. A process of its own, so that the
 * loop's work delays nothing: `node delay.mjs PORT MILLISECONDS` prints the port where it listens. Connecting itself takes no longer.
 */
import { connect, createServer } from "node:net";

const [target, latency] = process.argv.slice(2).map(Number);

function delayed(from, to) {
  const later = (work) => setTimeout(work, latency / 2);
  from.on("data", (chunk) => later(() => to.writable && to.write(chunk)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => to.destroy());
}

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ port: target, host: "127.0.0.1", noDelay: true });
  delayed(client, upstream);
  delayed(upstream, client);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
