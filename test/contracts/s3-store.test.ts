import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createHash, randomBytes } from "node:crypto";
import { open, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Upload } from "@tus/server";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BlobStore } from "#storage/contract.ts";
import { openStore } from "#storage/open-store.ts";
import { createS3Store, removeAbandonedParts } from "#storage/s3.ts";
import { s3ClientConfig, type S3Settings } from "#storage/s3-settings.ts";
import { startCuttingLink } from "../harness/cutting-link.ts";
import { ensureS3Server, startS3Server, type S3Server } from "../harness/start-s3-server.ts";
import { blobStoreContract, keys } from "./blob-store-contract.ts";

const program = await ensureS3Server();
const reason = "missing" in program ? ` (skipped: ${program.missing})` : "";

describe.skipIf("missing" in program)(`S3${reason}`, () => {
  let server: S3Server;
  let work: string;
  beforeAll(async () => {
    if ("missing" in program) return;
    server = await startS3Server(program);
    work = await mkdtemp(join(tmpdir(), "s3-store-"));
  });
  afterAll(async () => {
    await server?.close();
    if (work) await rm(work, { recursive: true, force: true });
  });

  blobStoreContract({
    name: "the S3 store",
    open: async () => ({
      store: createS3Store(await server.makeBucket()),
      close: async () => undefined,
    }),
  });

  const partsLeft = async (bucket: S3Settings) => {
    const client = new S3Client(s3ClientConfig(bucket));
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket.bucket }));
    client.destroy();
    return (page.Uploads ?? []).map(({ Key }) => Key);
  };

  const fileOf = async (name: string, bytes: number) => {
    const path = join(work, name);
    const handle = await open(path, "w");
    for (let at = 0; at < bytes; at += 1_000_000)
      await handle.write(randomBytes(Math.min(1_000_000, bytes - at)));
    await handle.close();
    return path;
  };

  const sha256 = async (path: string) => {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
  };

  it("sends a large file in parts and gives it back unchanged", async () => {
    const bucket = await server.makeBucket();
    const store = createS3Store(bucket);
    const filePath = await fileOf("large", 30_000_001);
    await store.putFile({ key: "a/large", filePath, contentType: "video/mp4" });
    expect(await store.size("a/large")).toBe(30_000_001);
    await store.toFile({ key: "a/large", filePath: join(work, "back") });
    expect(await sha256(join(work, "back"))).toBe(await sha256(filePath));
    expect((await stat(join(work, "back"))).mode & 0o077).toBe(0);
    const client = new S3Client(s3ClientConfig(bucket));
    const head = await client.send(
      new HeadObjectCommand({ Bucket: bucket.bucket, Key: "a/large" }),
    );
    client.destroy();
    expect(head.ContentType).toBe("video/mp4");
    // An object that was put together of parts says so: its tag ends with their number.
    expect(head.ETag).toMatch(/-4"$/);
    expect(await partsLeft(bucket)).toEqual([]);
  });

  it("leaves neither blob nor parts of a large file that is given up half-way", async () => {
    const bucket = await server.makeBucket();
    const store = createS3Store(bucket);
    const filePath = await fileOf("given-up", 60_000_000);
    const giveUp = new AbortController();
    const putting = store.putFile({
      key: "k",
      filePath,
      contentType: "video/mp4",
      signal: giveUp.signal,
    });
    const failed = expect(putting).rejects.toThrow("abort");
    while ((await partsLeft(bucket)).length === 0) await new Promise(setImmediate);
    giveUp.abort();
    await failed;
    expect(await partsLeft(bucket)).toEqual([]);
    expect(await keys(store)).toEqual([]);
  });

  it.each([
    [
      "a blob",
      (store: BlobStore) =>
        store.put({ key: "k", data: randomBytes(7_000_000), contentType: "image/png" }),
    ],
    [
      "a file",
      async (store: BlobStore) =>
        store.putFile({
          key: "k",
          filePath: await fileOf("cut-off", 7_000_000),
          contentType: "video/mp4",
        }),
    ],
    [
      "a piece",
      (store: BlobStore) =>
        store.incoming.pieces.write(Readable.from(randomBytes(9_000_000)), "k", 0),
    ],
  ])(
    "takes %s as a whole or not at all where its sender dies in the middle",
    async (_what, send) => {
      const bucket = await server.makeBucket();
      const direct = createS3Store(bucket);
      await direct.incoming.pieces.create(new Upload({ id: "k", size: 30_000_000, offset: 0 }));
      const link = await startCuttingLink({
        port: Number(new URL(bucket.endpoint ?? "").port),
        afterBytes: 3_000_000,
      });
      const dying = createS3Store({ ...bucket, endpoint: `http://${link.host}` });
      await expect(send(dying)).rejects.toThrow();
      await link.close();
      expect(await direct.size("k")).toBeUndefined();
      expect((await createS3Store(bucket).incoming.pieces.getUpload("k")).offset).toBe(0);
    },
  );

  it("puts nothing together to which a dead process's part came in late", async () => {
    const bucket = await server.makeBucket();
    const { pieces } = createS3Store(bucket).incoming;
    await pieces.create(new Upload({ id: "k", size: 20_000_000, offset: 0 }));
    const data = randomBytes(20_000_000);
    async function* withLatePart() {
      yield data.subarray(0, 10_000_000);
      const client = new S3Client(s3ClientConfig(bucket));
      const at = { Bucket: bucket.bucket, Key: "k" };
      const { Uploads } = await client.send(new ListMultipartUploadsCommand(at));
      await client.send(
        new UploadPartCommand({
          ...at,
          UploadId: Uploads?.[0]?.UploadId,
          PartNumber: 9,
          Body: data.subarray(0, 6_000_000),
        }),
      );
      client.destroy();
      yield data.subarray(10_000_000);
    }
    await expect(pieces.write(Readable.from(withLatePart()), "k", 0)).rejects.toMatchObject({
      status_code: 409,
    });
    expect(await createS3Store(bucket).size("k")).toBeUndefined();
  });

  it("goes on with an upload only from where it is", async () => {
    const bucket = await server.makeBucket();
    const { pieces } = createS3Store(bucket).incoming;
    await pieces.create(new Upload({ id: "k", size: 20_000_000, offset: 0 }));
    const data = randomBytes(20_000_000);
    const piece = (from: number, to: number) => Readable.from(data.subarray(from, to));
    expect(await pieces.write(piece(0, 8_388_608), "k", 0)).toBe(8_388_608);
    await expect(pieces.write(piece(0, 20_000_000), "k", 0)).rejects.toMatchObject({
      status_code: 409,
    });
    expect(await pieces.write(piece(8_388_608, 20_000_000), "k", 8_388_608)).toBe(20_000_000);
    const back = join(work, "in-order");
    await createS3Store(bucket).toFile({ key: "k", filePath: back });
    expect(await sha256(back)).toBe(createHash("sha256").update(data).digest("hex"));
  });

  it("lists more keys than one page holds", async () => {
    const store = createS3Store(await server.makeBucket());
    const all = Array.from({ length: 1_005 }, (_, index) => `n/${String(index).padStart(5, "0")}`);
    const left = [...all];
    const put = async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop())
        await store.put({ key, data: new Uint8Array(), contentType: "text/plain" });
    };
    await Promise.all(Array.from({ length: 8 }, put));
    expect(await keys(store, "n/")).toEqual(all);
  });

  it("takes back the parts of processes that died, and leaves those of the living", async () => {
    const bucket = await server.makeBucket();
    const client = new S3Client(s3ClientConfig(bucket));
    await client.send(new CreateMultipartUploadCommand({ Bucket: bucket.bucket, Key: "dead" }));
    client.destroy();
    const hours = (count: number) => new Date(Date.now() + count * 60 * 60_000);
    await removeAbandonedParts(bucket, hours(47));
    expect(await partsLeft(bucket)).toEqual(["dead"]);
    await removeAbandonedParts(bucket, hours(49));
    expect(await partsLeft(bucket)).toEqual([]);
  });

  it("is refused at the start, with the setting at fault and without the secret", async () => {
    const bucket = await server.makeBucket();
    const opened = (change: Partial<S3Settings>) =>
      openStore({ kind: "s3", s3: { ...bucket, ...change } });
    await writeFile(join(work, "in"), "x");
    await (
      await opened({})
    ).putFile({ key: "k", filePath: join(work, "in"), contentType: "text/plain" });
    await expect(opened({ bucket: "nobodys-bucket" })).rejects.toThrow(/STORAGE_S3_BUCKET/);
    await expect(opened({ endpoint: "http://127.0.0.1:1" })).rejects.toThrow(/STORAGE_S3_ENDPOINT/);
    const refused = opened({ secretAccessKey: "wrong-and-secret" });
    await expect(refused).rejects.toThrow(/STORAGE_S3_SECRET_ACCESS_KEY/);
    await expect(refused).rejects.not.toThrow(/wrong-and-secret/);
  });
});
