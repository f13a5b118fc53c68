/** Never more bytes than the limit, and all of them given back. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { InFlight, type Share } from "../../../src/io/http/in-flight.js";

it("holds what is taken and not released, and refuses what is more", () => {
  const action = fc.record({ client: fc.nat(4), bytes: fc.nat(60), release: fc.boolean() });
  fc.assert(
    fc.property(fc.nat(200), fc.array(action), (most, actions) => {
      const inFlight = new InFlight(most);
      const clients: Share[] = Array.from({ length: 5 }, () => inFlight.open());
      const expected = [0, 0, 0, 0, 0];
      const sum = () => expected.reduce((a, b) => a + b, 0);
      for (const { client, bytes, release } of actions) {
        if (release) {
          clients[client]!.release();
          expected[client] = 0;
        } else if (sum() + bytes <= most) {
          clients[client]!.take(bytes);
          expected[client]! += bytes;
        } else {
          expect(() => clients[client]!.take(bytes)).toThrow(
            expect.objectContaining({ status: 503, code: "server-busy", headers: { "retry-after": "1" } }),
          );
        }
        expect(inFlight.held).toBe(sum());
      }
      for (const client of clients) client.release();
      expect(inFlight.held).toBe(0);
    }),
  );
});
