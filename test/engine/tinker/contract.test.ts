/** The engine over HTTP under the contract of all engines, against our own server in another process, on both wires. */
import { TinkerEngine } from "selftrain";
import { afterAll, beforeAll, describe } from "vitest";
import { readModelConfig } from "../../../src/model/config-file.js";
import { engineContract } from "../contract.js";
import { GQA, temporaryFolder, temporaryModel } from "../tiny-model.js";
import { type ServerProcess, startServer } from "./server-process.js";

const model = temporaryModel(GQA);
const config = readModelConfig(model);
const storage = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer(model, storage, { key: "tml-secret" });
});
afterAll(() => server?.stop());

const open = (wire: "json" | "protobuf") => () =>
  TinkerEngine.open({ url: server.url, key: "tml-secret", baseModel: "base", config, adapter: null, wire });

describe("against selftrain engine serve", () => {
  engineContract("TinkerEngine, JSON", open("json"));
  engineContract("TinkerEngine, protobuf", open("protobuf"));
});
