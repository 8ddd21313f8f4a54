import { ApplicationFailure, METADATA_ENCODING_KEY, type Payload } from "@temporalio/common";
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDataConverter } from "./data-converter.ts";
import { addKey, initKeyRing, loadKeyRing, UnknownKey, type KeyRing } from "./key-ring.ts";
import { createPayloadCodec } from "./payload-codec.ts";

let folder: string;
let ring: KeyRing;
let rotated: KeyRing;
let stranger: KeyRing;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "drumbeat-codec-"));
  const file = path.join(folder, "ring.json");
  await initKeyRing(file);
  ring = await loadKeyRing(file);
  await addKey(file);
  rotated = await loadKeyRing(file);
  await initKeyRing(path.join(folder, "other.json"));
  stranger = await loadKeyRing(path.join(folder, "other.json"));
});
afterAll(() => rm(folder, { recursive: true }));

const payload: Payload = {
  metadata: {
    [METADATA_ENCODING_KEY]: Buffer.from("json/plain"),
    messageType: Buffer.from("secret.type"),
  },
  data: Buffer.from(JSON.stringify({ text: "nobody may read this" })),
};

async function encodeOne(keyRing: KeyRing): Promise<Payload> {
  const [encoded] = await createPayloadCodec(keyRing).encode([payload]);
  if (!encoded) throw new Error("nothing was encoded");
  return encoded;
}

/** A payload's bytes, metadata and data, as a reader of the history sees them. */
function visible(encoded: Payload): string {
  const metadata = Object.entries(encoded.metadata ?? {}).flatMap(([name, value]) => [
    name,
    Buffer.from(value).toString(),
  ]);
  return [...metadata, Buffer.from(encoded.data ?? []).toString("latin1")].join(" ");
}

test("gives back what it took, metadata too", async () => {
  const codec = createPayloadCodec(ring);
  const [decoded] = await codec.decode(await codec.encode([payload]));
  expect(Buffer.from(decoded?.data ?? []).toString()).toBe(
    Buffer.from(payload.data ?? []).toString(),
  );
  expect(Buffer.from(decoded?.metadata?.[METADATA_ENCODING_KEY] ?? []).toString()).toBe(
    "json/plain",
  );
  expect(Buffer.from(decoded?.metadata?.["messageType"] ?? []).toString()).toBe("secret.type");
});

test("shows nothing but that it is encrypted, and under which key", async () => {
  const encoded = await encodeOne(ring);
  expect(Object.keys(encoded.metadata ?? {}).sort()).toEqual(["encoding", "key-id"]);
  expect(visible(encoded)).not.toMatch(/nobody may read|secret\.type|json\/plain/);
  expect(visible(encoded)).toContain(ring.activeId);
  expect(visible(await encodeOne(ring))).not.toBe(visible(encoded));
});

test("is not encrypted with the ring's key itself", async () => {
  const { createDecipheriv } = await import("node:crypto");
  const bytes = Buffer.from((await encodeOne(ring)).data ?? []);
  const decipher = createDecipheriv("aes-256-gcm", ring.key(ring.activeId), bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from("drumbeat/temporal-payload|v1")).setAuthTag(bytes.subarray(-16));
  decipher.update(bytes.subarray(12, -16));
  expect(() => decipher.final()).toThrow();
});

test.each<[string, Payload]>([
  ["in clear", payload],
  ["without metadata", { data: Buffer.from("x") }],
  [
    "without a key's id",
    { metadata: { encoding: Buffer.from("binary/encrypted") }, data: Buffer.from("x") },
  ],
  [
    "without data",
    { metadata: { encoding: Buffer.from("binary/encrypted"), "key-id": Buffer.from("k") } },
  ],
])("refuses a payload %s", async (_how, plain) => {
  await expect(createPayloadCodec(ring).decode([plain])).rejects.toThrow(
    "is not encrypted, so it is not ours",
  );
});

test("refuses a payload of which any byte was changed, and one that was cut", async () => {
  const encoded = await encodeOne(ring);
  const bytes = Buffer.from(encoded.data ?? []);
  const decode = (data: Uint8Array) => createPayloadCodec(ring).decode([{ ...encoded, data }]);
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    await expect(decode(changed)).rejects.toThrow();
  }
  for (const length of [bytes.length - 1, 28, 20, 12, 1, 0]) {
    await expect(decode(bytes.subarray(0, length))).rejects.toThrow();
  }
});

test("a rotated ring reads the old and writes under the new; another ring says which key it lacks", async () => {
  const encoded = await encodeOne(ring);
  const [decoded] = await createPayloadCodec(rotated).decode([encoded]);
  expect(Buffer.from(decoded?.data ?? []).toString()).toContain("nobody may read");
  expect(visible(await encodeOne(rotated))).toContain(rotated.activeId);
  await expect(createPayloadCodec(stranger).decode([encoded])).rejects.toThrow(UnknownKey);
});

test("messages, stacks and details of failures are encrypted on their way into a history", async () => {
  const converter = loadDataConverter(createDataConverter(ring));
  const cause = new Error("the token at-8f2c was refused");
  const failure = await encodeErrorToFailure(
    converter,
    ApplicationFailure.create({
      message: "the caption is too rude",
      details: ["the rude word"],
      cause,
      type: "rejected",
    }),
  );
  const text = JSON.stringify(failure);
  expect(text).not.toMatch(/too rude|rude word|at-8f2c|payload-codec\.test/);
  expect(text).toContain("Encoded failure");
  // The type is a word of ours that decides about retries: it stays readable.
  expect(failure.applicationFailureInfo?.type).toBe("rejected");
  const decoded = await decodeOptionalFailureToOptionalError(converter, failure);
  expect(decoded?.message).toBe("the caption is too rude");
  expect(decoded?.cause).toMatchObject({ message: "the token at-8f2c was refused" });
});
