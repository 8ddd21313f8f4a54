import { describe, expect, test } from "vitest";
import { readNamed, readSettings } from "./settings.ts";

const needed = { DATABASE_URL: "postgres://service@db/drumbeat", KEY_RING_FILE: "/keys/ring.json" };

describe("readSettings", () => {
  test("needs two, and has a default for all else", () => {
    expect(readSettings(needed)).toMatchObject({
      databaseUrl: needed.DATABASE_URL,
      keyRingFile: needed.KEY_RING_FILE,
      temporalAddress: "127.0.0.1:7233",
      apiHost: "127.0.0.1",
      egressAllow: [],
      workerQueues: ["workflows", "io", "publish", "model", "media"],
      trustProxy: false,
      defaultProvider: "sandbox",
    });
  });

  test("names every variable at fault in one error, and what to do", () => {
    const read = () =>
      readSettings({ API_PORT: "seventy", LOG_LEVEL: "loud", WORKER_QUEUES: "io,coffee" });
    for (const line of [
      /DATABASE_URL: set DATABASE_URL to/,
      /KEY_RING_FILE: set KEY_RING_FILE/,
      /API_PORT: /,
      /LOG_LEVEL: /,
      /WORKER_QUEUES: /,
    ])
      expect(read).toThrow(line);
  });

  test("says nothing of what a secret held", () => {
    const url = "postgres://service:hunter2@db/drumbeat";
    try {
      readSettings({ DATABASE_URL: url, API_PORT: "hunter2-port" });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("hunter2");
    }
  });

  test("blank is absent", () => {
    expect(() => readSettings({ ...needed, DATABASE_URL: "  " })).toThrow(/DATABASE_URL/);
    expect(readSettings({ ...needed, TEMPORAL_ADDRESS: "", PUBLIC_URL: " " })).toMatchObject({
      temporalAddress: "127.0.0.1:7233",
      publicUrl: undefined,
    });
  });

  test("lists are cut at commas, without blanks", () => {
    const read = readSettings({
      ...needed,
      EGRESS_ALLOW: " localhost:1 ,, [::1]:2,",
      WORKER_QUEUES: "media , io",
    });
    expect(read.egressAllow).toEqual(["localhost:1", "[::1]:2"]);
    expect(read.workerQueues).toEqual(["media", "io"]);
    expect(() => readSettings({ ...needed, WORKER_QUEUES: " , " })).toThrow(/WORKER_QUEUES/);
  });

  test.each([
    ["false", false],
    ["true", true],
    ["10.0.0.0/8", "10.0.0.0/8"],
  ])("TRUST_PROXY=%s", (value, expected) => {
    expect(readSettings({ ...needed, TRUST_PROXY: value }).trustProxy).toBe(expected);
  });

  test.each(["-1", "65536", "1.5", "80a"])("API_PORT=%s is no port", (value) => {
    expect(() => readSettings({ ...needed, API_PORT: value })).toThrow(/API_PORT/);
  });
});

describe("readNamed", () => {
  test("reads what begins with the name, and nothing else", () => {
    const environment = {
      OPENAI_API_KEY: "sk-1",
      OPENAI_BASE_URL: "http://localhost:1/v1",
      OPENAI_OTHER: "x",
      SANDBOX_API_KEY: "no",
      OPENAI_CLIENT_ID: " ",
    };
    expect(readNamed("openai", environment)).toEqual({
      apiKey: "sk-1",
      baseUrl: "http://localhost:1/v1",
    });
    expect(readNamed("my-provider", { MY_PROVIDER_API: "chat" })).toEqual({ api: "chat" });
    expect(readNamed("absent", environment)).toEqual({});
  });
});
