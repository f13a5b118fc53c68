/** Programs of this machine may ask; pages of other sites and names that point here may not. */
import { describe, expect, it } from "vitest";
import { type Allowed, type Asking, checkAsking } from "../../../src/io/http/origin.js";

const nobody: Allowed = { hosts: [], origins: [] };

const codeOf = (asking: Asking, allowed: Allowed): string | null => {
  try {
    checkAsking(asking, allowed);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, remedy: expect.stringMatching(/--allow-(hosts|origins)/) });
    return (error as { code: string }).code;
  }
};

describe("Host", () => {
  it.each([
    "127.0.0.1",
    "127.0.0.1:8377",
    "localhost",
    "LocalHost:1",
    "localhost.",
    "grader.localhost:80",
    "[::1]:8377",
    "[::1]",
    "192.168.0.7:8377",
  ])("%s cannot be rebound", (host) => expect(codeOf({ host }, nobody)).toBeNull());

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:8377",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil-localhost",
    "x@localhost",
    "evil.example/@localhost",
    "evil.example#localhost",
    "localhost:80:80",
    "localhost:x",
    "local host",
    "[evil.example]",
    "::1",
    "127.0.0.1, evil.example",
  ])("%j is foreign", (host) => expect(codeOf({ host }, nobody)).toBe("host-not-allowed"));

  it("may be a name that is allowed, in any case and at any port", () => {
    const allowed = { ...nobody, hosts: ["Grader.example"] };
    expect(codeOf({ host: "grader.EXAMPLE:99" }, allowed)).toBeNull();
    expect(codeOf({ host: "a.grader.example" }, allowed)).toBe("host-not-allowed");
  });
});

describe("Origin", () => {
  const host = "127.0.0.1:8377";

  it.each(["https://evil.example", "http://127.0.0.1:8377", "http://localhost", "null", "", "file://"])(
    "%j is refused, whatever it is",
    (origin) => expect(codeOf({ host, origin }, nobody)).toBe("origin-not-allowed"),
  );

  it("is refused but for those that are allowed, to the letter", () => {
    const allowed = { ...nobody, origins: ["https://lab.example"] };
    expect(codeOf({ host, origin: "https://lab.example" }, allowed)).toBeNull();
    for (const origin of [
      "http://lab.example",
      "https://lab.example:444",
      "https://lab.example.evil.example",
    ])
      expect(codeOf({ host, origin }, allowed)).toBe("origin-not-allowed");
    expect(codeOf({ host: "evil.example", origin: "https://lab.example" }, allowed)).toBe("host-not-allowed");
  });
});
