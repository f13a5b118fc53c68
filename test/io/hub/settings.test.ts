import fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hubSettings } from "../../../src/io/hub/settings.js";
import { temporaryHome } from "./hub-folder.js";

describe("settings from the environment", () => {
  it("are those of huggingface_hub by default", () => {
    expect(hubSettings({ HF_TOKEN_PATH: "/nowhere" })).toMatchObject({
      endpoint: "https://huggingface.co",
      cache: join(homedir(), ".cache", "huggingface", "hub"),
      token: null,
      offline: false,
    });
  });

  it.each([
    [{ HF_HOME: "/a" }, "/a/hub"],
    [{ HF_HOME: "/a", HF_HUB_CACHE: "/b" }, "/b"],
    [{ HF_HOME: "~/a" }, join(homedir(), "a", "hub")],
    [{ XDG_CACHE_HOME: "/c" }, "/c/huggingface/hub"],
    [{ HF_HOME: "" }, join(homedir(), ".cache", "huggingface", "hub")],
  ])("%j puts the cache at %s", (env, cache) => {
    expect(hubSettings({ HF_TOKEN: "hf_x", ...env }).cache).toBe(cache);
  });

  it("take HF_TOKEN before the file of the token", () => {
    const home = temporaryHome();
    fs.writeFileSync(join(home, "token"), "hf_file\n");
    fs.writeFileSync(join(home, "other"), "hf_other");
    expect(hubSettings({ HF_HOME: home }).token).toBe("hf_file");
    expect(hubSettings({ HF_HOME: home, HF_TOKEN_PATH: join(home, "other") }).token).toBe("hf_other");
    expect(hubSettings({ HF_HOME: home, HF_TOKEN: " hf_env\n" }).token).toBe("hf_env");
  });

  it("refuse a token that no header can hold, without showing it", () => {
    let error: unknown;
    try {
      hubSettings({ HF_TOKEN: "hf_se\ncret" });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "hub-token-malformed", where: "HF_TOKEN" });
    expect(JSON.stringify(error)).not.toContain("cret");
  });

  it.each(["huggingface.co", "ftp://hub", "https://user:secret@hub"])(
    "refuse the endpoint %s",
    (endpoint) => {
      let error: unknown;
      try {
        hubSettings({ HF_ENDPOINT: endpoint });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: "hub-endpoint-malformed" });
      expect(JSON.stringify(error)).not.toContain("secret");
    },
  );

  it.each([
    [{ HF_HUB_OFFLINE: "1" }, true],
    [{ HF_HUB_OFFLINE: "yes" }, true],
    [{ TRANSFORMERS_OFFLINE: "TRUE" }, true],
    [{ HF_HUB_OFFLINE: "0" }, false],
    [{ HF_HUB_OFFLINE: "0", TRANSFORMERS_OFFLINE: "1" }, false],
  ])("%j: offline %s, as in Python", (env, offline) => {
    expect(hubSettings({ HF_TOKEN: "hf_x", ...env }).offline).toBe(offline);
  });

  it("take the slash from the endpoint and the seconds of HF_HUB_DOWNLOAD_TIMEOUT", () => {
    const env = { HF_TOKEN: "hf_x", HF_ENDPOINT: "http://mirror/hf/", HF_HUB_DOWNLOAD_TIMEOUT: "5" };
    expect(hubSettings(env)).toMatchObject({ endpoint: "http://mirror/hf", idleMs: 5000 });
  });
});
