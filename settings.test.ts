import { describe, expect, test } from "vitest";
import { readNamed, readSettings, storageOf, stripeOf } from "./settings.ts";

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

describe("storageOf", () => {
  const s3 = {
    ...needed,
    STORAGE: "s3",
    STORAGE_S3_BUCKET: "media",
    STORAGE_S3_ACCESS_KEY_ID: "id",
    STORAGE_S3_SECRET_ACCESS_KEY: "hunter2",
  };

  test("is a folder unless it says otherwise", () => {
    expect(storageOf(readSettings({ ...needed, STORAGE_DIR: "/files" }))).toEqual({
      kind: "files",
      dir: "/files",
    });
  });

  test("is a bucket of AWS, or of a server of one's own, which wants the bucket in the path", () => {
    const facts = {
      bucket: "media",
      region: "us-east-1",
      accessKeyId: "id",
      secretAccessKey: "hunter2",
    };
    expect(storageOf(readSettings(s3))).toEqual({ kind: "s3", s3: { ...facts, pathStyle: false } });
    const endpoint = "http://127.0.0.1:7070";
    const own = { ...s3, STORAGE_S3_ENDPOINT: endpoint, STORAGE_S3_REGION: "eu-1" };
    expect(storageOf(readSettings(own))).toEqual({
      kind: "s3",
      s3: { ...facts, endpoint, region: "eu-1", pathStyle: true },
    });
    expect(storageOf(readSettings({ ...own, STORAGE_S3_PATH_STYLE: "false" }))).toMatchObject({
      s3: { pathStyle: false },
    });
  });

  test.each(["STORAGE_S3_BUCKET", "STORAGE_S3_ACCESS_KEY_ID", "STORAGE_S3_SECRET_ACCESS_KEY"])(
    "needs %s, and says nothing of the others",
    (name) => {
      try {
        storageOf(readSettings({ ...s3, [name]: "" }));
        expect.unreachable();
      } catch (error) {
        expect(String(error)).toContain(name);
        expect(String(error)).not.toContain("hunter2");
      }
    },
  );

  test.each([
    ["STORAGE", "tape"],
    ["STORAGE_S3_ENDPOINT", "ftp://files"],
    ["STORAGE_S3_PATH_STYLE", "maybe"],
  ])("%s=%s is refused", (name, value) => {
    expect(() => readSettings({ ...s3, [name]: value })).toThrow(name);
  });
});

test.each([
  ["https://media.example.com", "https://media.example.com"],
  ["https://media.example.com/", "https://media.example.com"],
  ["", undefined],
])("MEDIA_ORIGIN=%s is %s", (value, expected) => {
  expect(readSettings({ ...needed, MEDIA_ORIGIN: value }).mediaOrigin).toBe(expected);
});

test.each(["media.example.com", "ftp://media", "https://media/files", "https://me@media"])(
  "MEDIA_ORIGIN=%s is no origin",
  (value) => {
    expect(() => readSettings({ ...needed, MEDIA_ORIGIN: value })).toThrow(/MEDIA_ORIGIN/);
  },
);

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

describe("payments", () => {
  test("need both settings of Stripe, or are off", () => {
    expect(stripeOf(readSettings(needed))).toBeUndefined();
    const both = { STRIPE_SECRET_KEY: "sk", STRIPE_WEBHOOK_SECRET: "whsec" };
    expect(stripeOf(readSettings({ ...needed, ...both }))).toEqual({
      secretKey: "sk",
      webhookSecret: "whsec",
    });
    for (const one of [{ STRIPE_SECRET_KEY: "sk" }, { STRIPE_WEBHOOK_SECRET: "whsec" }])
      expect(() => stripeOf(readSettings({ ...needed, ...one }))).toThrow(/go together/);
  });

  test("sell packs", () => {
    expect(readSettings(needed).creditPacks).toHaveLength(3);
    expect(readSettings({ ...needed, CREDIT_PACKS: "one:10:100:eur" }).creditPacks).toEqual([
      { name: "one", credits: 10, amount: 100, currency: "eur" },
    ]);
    expect(() => readSettings({ ...needed, CREDIT_PACKS: "one:10" })).toThrow(/CREDIT_PACKS/);
  });
});
