import { createHash, randomBytes } from "node:crypto";
import { ERRORS } from "@tus/server";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildApp, type App } from "#api/app.ts";
import type { ApiContext } from "#api/context.ts";
import { Upload } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace } from "#db/orm.ts";
import { createFileStore } from "#storage/files.ts";
import { createUploadLocker } from "#api/lib/upload-locker.ts";
import { createS3Store } from "#storage/s3.ts";
import { ensureS3Server, startS3Server, type S3Server } from "../harness/start-s3-server.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { formOf, person, program, type Caller } from "./callers.ts";

let api: TestApi;
let origin: string;
let owner: Caller;
let storageDir: string;
let now = new Date();
let quotaBytes = 1e12;

beforeAll(async () => {
  storageDir = await mkdtemp(join(tmpdir(), "drumbeat-uploads-"));
  api = await startApi({ storage: createFileStore({ dir: storageDir }), now: () => now });
  Object.defineProperty(api.context, "storageQuotaBytes", { get: () => quotaBytes });
  origin = await listen(api.app);
});

afterAll(async () => {
  await api?.close();
  await rm(storageDir, { recursive: true, force: true });
});

beforeEach(async () => {
  now = new Date();
  quotaBytes = 1e12;
  owner = await person(api);
});

async function listen(app: App): Promise<string> {
  await app.listen({ port: 0, host: "127.0.0.1" });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

const b64 = (text: string) => Buffer.from(text).toString("base64");

interface Sending {
  headers?: Record<string, string>;
  body?: Uint8Array | ReadableStream;
  who?: Caller;
  at?: string;
}

/** One request of the protocol, as any of its clients sends it. */
function tus(method: string, path: string, sending: Sending = {}): Promise<Response> {
  const { headers, body, who = owner, at = origin } = sending;
  return fetch(`${at}${path}`, {
    method,
    headers: {
      ...who.headers,
      "tus-resumable": "1.0.0",
      ...(body ? { "content-type": "application/offset+octet-stream" } : {}),
      ...headers,
    },
    ...(body ? { body, duplex: "half" } : {}),
  } as RequestInit);
}

const begin = (bytes: number, sending: Sending & { metadata?: string } = {}) =>
  tus("POST", "/v1/uploads", {
    ...sending,
    headers: {
      "upload-length": String(bytes),
      ...(sending.metadata === undefined ? {} : { "upload-metadata": sending.metadata }),
      ...sending.headers,
    },
  });

/** Begins one; gives its address. */
async function begun(bytes: number, sending: Sending & { metadata?: string } = {}) {
  const answer = await begin(bytes, sending);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return answer.headers.get("location") ?? "";
}

const send = (path: string, offset: number, body: Uint8Array, sending: Sending = {}) =>
  tus("PATCH", path, {
    ...sending,
    body,
    headers: { "upload-offset": String(offset), ...sending.headers },
  });

const offsetAt = async (path: string, sending: Sending = {}) => {
  const answer = await tus("HEAD", path, sending);
  expect(answer.status).toBe(200);
  return Number(answer.headers.get("upload-offset"));
};

const view = async (path: string) =>
  (await owner.call("GET", path)).json<Record<string, unknown>>();

const problemOf = async (answer: Response) =>
  (await answer.json()) as { status: number; code: string };

/** Where the bytes lie until they are checked. */
const fileOf = (path: string, dir = storageDir) =>
  join(dir, "incoming", owner.workspaceId, "uploads", path.split("/").at(-1) ?? "");

/** Sends the beginning of a piece and breaks the line in its middle. */
async function sendAndBreak(path: string, offset: number, body: Uint8Array, claimed: number) {
  const socket = sendOpenly(path, offset, body, { claimed });
  await vi.waitFor(async () => expect((await stat(fileOf(path))).size).toBe(offset + body.length), {
    timeout: 10_000,
  });
  return socket;
}

/** Sends the beginning of a piece over a line of its own, which stays open. */
function sendOpenly(
  path: string,
  offset: number,
  body: Uint8Array,
  { claimed, at = origin }: { claimed: number; at?: string },
): net.Socket {
  const url = new URL(at);
  const socket = net.connect(Number(url.port), url.hostname);
  const head = [
    `PATCH ${path} HTTP/1.1`,
    `Host: ${url.host}`,
    ...Object.entries(owner.headers).map(([name, value]) => `${name}: ${value}`),
    "Tus-Resumable: 1.0.0",
    "Content-Type: application/offset+octet-stream",
    `Upload-Offset: ${offset}`,
    `Content-Length: ${claimed}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(body);
  return socket;
}

describe("an upload in pieces", () => {
  it("tells what the protocol can do here", async () => {
    const answer = await fetch(`${origin}/v1/uploads`, { method: "OPTIONS" });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("tus-version")).toBe("1.0.0");
    expect(answer.headers.get("tus-max-size")).toBe(String(4 * 1024 ** 3));
    expect(answer.headers.get("tus-extension")).toContain("creation");
  });

  it("goes from the first byte to the last, and is then handed over to be checked", async () => {
    const data = randomBytes(300_000);
    const metadata = `filename ${b64("../holiday.mp4")},filetype ${b64("video/mp4")}`;
    const answer = await begin(data.length, { metadata });
    expect(answer.status).toBe(201);
    const path = answer.headers.get("location") ?? "";
    expect(path).toMatch(/^\/v1\/uploads\/[0-9a-f-]{36}$/);
    expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
    expect(Date.parse(answer.headers.get("upload-expires") ?? "")).toBeCloseTo(
      now.getTime() + 24 * 60 * 60_000,
      -4,
    );
    expect(await answer.json()).toMatchObject({
      status: "receiving",
      bytes: 300_000,
      received: 0,
      name: "holiday.mp4",
      assetId: null,
      problem: null,
    });
    const first = await send(path, 0, data.subarray(0, 100_000));
    expect(first.status).toBe(204);
    expect(first.headers.get("upload-offset")).toBe("100000");
    const head = await tus("HEAD", path);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      "upload-offset": "100000",
      "upload-length": "300000",
      "upload-metadata": metadata,
      "cache-control": "no-store",
    });
    expect(await view(path)).toMatchObject({ status: "receiving", received: 100_000 });
    expect((await owner.call("GET", "/v1/uploads?status=receiving")).json().data).toEqual([
      await view(path),
    ]);
    // A body whose length nobody knows is as good.
    const stream = new Blob([data.subarray(100_000)]).stream();
    const last = await tus("PATCH", path, { body: stream, headers: { "upload-offset": "100000" } });
    expect(last.status).toBe(204);
    expect(last.headers.get("upload-offset")).toBe("300000");
    expect(await view(path)).toMatchObject({ status: "checking", received: 300_000 });
    const id = path.split("/").at(-1) ?? "";
    expect(api.told).toContainEqual({ what: "start takeUpload", workflowId: `upload/${id}` });
    expect(await offsetAt(path)).toBe(300_000);
    expect(await problemOf(await send(path, 300_000, Buffer.from("x")))).toMatchObject({
      status: 409,
      code: "upload_ended",
    });
    expect((await owner.call("DELETE", path)).json()).toMatchObject({ code: "illegal_transition" });
    const received = await readFile(fileOf(path));
    expect(received.equals(data)).toBe(true);
  });

  it("takes the first piece with the beginning", async () => {
    const data = randomBytes(5_000);
    const answer = await begin(data.length, { body: data });
    expect(answer.headers.get("upload-offset")).toBe("5000");
    expect(await view(answer.headers.get("location") ?? "")).toMatchObject({ status: "checking" });
  });

  it("goes on where the line broke", async () => {
    const data = randomBytes(2_000_000);
    const path = await begun(data.length);
    const socket = await sendAndBreak(path, 0, data.subarray(0, 700_000), data.length);
    socket.destroy();
    const offset = await offsetAt(path);
    expect(offset).toBe(700_000);
    expect((await send(path, offset, data.subarray(offset))).status).toBe(204);
    const hash = createHash("sha256").update(await readFile(fileOf(path)));
    expect(hash.digest("hex")).toBe(createHash("sha256").update(data).digest("hex"));
  });

  it("goes on over a new line while the old one still stands, dead", async () => {
    const data = randomBytes(900_000);
    const path = await begun(data.length);
    const dead = await sendAndBreak(path, 0, data.subarray(0, 400_000), data.length);
    const offset = await offsetAt(path);
    expect(offset).toBe(400_000);
    expect((await send(path, offset, data.subarray(offset))).status).toBe(204);
    expect(await view(path)).toMatchObject({ status: "checking" });
    dead.destroy();
  });

  it("goes on in another process after the first one died", async () => {
    const data = randomBytes(600_000);
    const dir = await mkdtemp(join(tmpdir(), "drumbeat-restarted-"));
    const context: ApiContext = { ...api.context, storage: createFileStore({ dir }) };
    const first = await buildApp(context);
    const at = await listen(first);
    const path = await begun(data.length, { at });
    await send(path, 0, data.subarray(0, 250_000), { at });
    // As a process leaves it that was killed in the middle of a piece: locked.
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    const id = path.split("/").at(-1) ?? "";
    const lockedUntil = new Date(Date.now() + 2_000);
    await em.nativeUpdate(Upload, { id }, { lockToken: id, lockedUntil });
    await first.close();
    const second = await buildApp({ ...context, storage: createFileStore({ dir }) });
    const then = await listen(second);
    try {
      expect(await offsetAt(path, { at: then })).toBe(250_000);
      expect((await send(path, 250_000, data.subarray(250_000), { at: then })).status).toBe(204);
      expect(await view(path)).toMatchObject({ status: "checking" });
    } finally {
      await second.close();
      await rm(dir, { recursive: true, force: true });
    }
  });

  it("is handed over when its process died after the last byte and before the answer", async () => {
    const path = await begun(10);
    await writeFile(fileOf(path), "0123456789");
    expect(await view(path)).toMatchObject({ status: "receiving", received: 10 });
    const offsets = await Promise.all(Array.from({ length: 5 }, () => offsetAt(path)));
    expect(new Set(offsets)).toEqual(new Set([10]));
    expect(await view(path)).toMatchObject({ status: "checking" });
    const id = path.split("/").at(-1) ?? "";
    expect(api.told.filter(({ workflowId }) => workflowId === `upload/${id}`)).toHaveLength(1);
  });

  it("is touched by one request at a time, in whichever process", async () => {
    const key = `${owner.workspaceId}/uploads/${(await begun(10)).split("/").at(-1)}`;
    const lock = () => createUploadLocker(api.context, owner.workspaceId).newLock(key);
    const [first, second] = [lock(), lock()];
    const order: string[] = [];
    const never = new AbortController().signal;
    const asked = vi.fn();
    await first.lock(never, asked);
    const waiting = second.lock(never, () => undefined).then(() => order.push("second"));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 5_000 });
    order.push("first");
    await first.unlock();
    await waiting;
    expect(order).toEqual(["first", "second"]);
    await second.unlock();
    const gone = createUploadLocker(api.context, owner.workspaceId).newLock(newId());
    await expect(gone.lock(never, asked)).rejects.toBe(ERRORS.FILE_NOT_FOUND);
  });

  it("is whole only once, however many send its end at once", async () => {
    const data = randomBytes(200_000);
    const path = await begun(data.length);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(path, 0, data).then(({ status }) => status)),
    );
    expect(answers.filter((status) => status === 204).length).toBeGreaterThan(0);
    expect(answers.filter((status) => ![204, 400, 409, 423].includes(status))).toEqual([]);
    const offset = await offsetAt(path);
    if (offset < data.length) await send(path, offset, data.subarray(offset));
    expect(await view(path)).toMatchObject({ status: "checking" });
    const received = await readFile(fileOf(path));
    expect(received.equals(data)).toBe(true);
    const id = path.split("/").at(-1) ?? "";
    expect(api.told.filter(({ workflowId }) => workflowId === `upload/${id}`)).toHaveLength(1);
  });
});

describe("is refused", () => {
  it("a piece from another byte, or beyond the end", async () => {
    const path = await begun(1_000);
    await send(path, 0, Buffer.alloc(100));
    for (const offset of [0, 99, 101, 1_000]) {
      const answer = await send(path, offset, Buffer.alloc(10));
      expect(await problemOf(answer), String(offset)).toMatchObject({ code: "wrong_offset" });
    }
    expect(await problemOf(await send(path, 100, Buffer.alloc(901)))).toMatchObject({
      status: 413,
      code: "too_large",
    });
    const stream = new Blob([Buffer.alloc(5_000)]).stream();
    const endless = await tus("PATCH", path, { body: stream, headers: { "upload-offset": "100" } });
    expect(endless.status).toBe(413);
    expect(await offsetAt(path)).toBeLessThanOrEqual(1_000);
    expect(await view(path)).toMatchObject({ status: "receiving" });
  });

  it("a file that is empty, too large, or of no size", async () => {
    expect(await problemOf(await begin(0))).toMatchObject({ status: 422, code: "empty" });
    const tooLarge = await begin(4 * 1024 ** 3 + 1);
    expect(await problemOf(tooLarge)).toMatchObject({ status: 413, code: "too_large" });
    expect((await begin(4 * 1024 ** 3)).status).toBe(201);
    for (const length of ["-1", "1e3", "0x10", "1.5", "", "9".repeat(40), "NaN"]) {
      const answer = await begin(1, { headers: { "upload-length": length } });
      expect(await problemOf(answer), length).toMatchObject({
        status: 422,
        code: "invalid_request",
      });
    }
    const deferred = await tus("POST", "/v1/uploads", { headers: { "upload-defer-length": "1" } });
    expect(deferred.status).toBe(422);
  });

  it("another protocol, another type, another part of one", async () => {
    const path = await begun(100);
    const old = await begin(1, { headers: { "tus-resumable": "0.2.2" } });
    expect(old.status).toBe(422);
    const json = await tus("PATCH", path, {
      body: Buffer.from("{}"),
      headers: { "content-type": "application/json", "upload-offset": "0" },
    });
    expect(json.status).toBe(415);
    const nothing = await tus("PATCH", path, { headers: { "upload-offset": "0" } });
    expect(await problemOf(nothing)).toMatchObject({ status: 415, code: "unsupported_media_type" });
    const without = await tus("PATCH", path, { body: Buffer.from("x") });
    expect(await problemOf(without)).toMatchObject({ status: 422, code: "invalid_request" });
    const elsewhere = await fetch(`${origin}/v1/posts`, {
      method: "POST",
      headers: { ...owner.headers, "content-type": "application/offset+octet-stream" },
      body: "x",
    });
    expect(elsewhere.status).toBe(415);
  });

  it.each([
    "filename not-base64",
    `filename ${b64("a")},filename ${b64("b")}`,
    `__proto__ ${b64("x")}`,
    `sha256 ${b64("short")}`,
    `filename ${"QUFB".repeat(1_001)}`,
  ])("the metadata %.40s", async (metadata) => {
    const answer = await begin(10, { metadata });
    expect(await problemOf(answer)).toMatchObject({ status: 422, code: "invalid_request" });
    expect((await owner.call("GET", "/v1/uploads")).json().data).toEqual([]);
  });

  it("what the workspace has no room for", async () => {
    quotaBytes = 1_000;
    const first = await begun(600);
    const second = await begin(401);
    expect(await problemOf(second)).toMatchObject({ status: 409, code: "storage_quota" });
    const both = await Promise.all([begin(300), begin(300)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect((await owner.call("DELETE", first)).statusCode).toBe(204);
    expect((await begin(600)).status).toBe(201);
  });

  it("more open uploads than a workspace may have", async () => {
    await Promise.all(Array.from({ length: 100 }, () => begin(1)));
    expect(await problemOf(await begin(1))).toMatchObject({ code: "too_many_uploads" });
  });

  it("what was not finished within 24 hours", async () => {
    const path = await begun(10);
    now = new Date(now.getTime() + 24 * 60 * 60_000);
    expect(await problemOf(await send(path, 0, Buffer.alloc(10)))).toMatchObject({
      status: 410,
      code: "upload_expired",
    });
    expect((await tus("HEAD", path)).status).toBe(410);
  });

  it("who may not, and anything of another workspace", async () => {
    const path = await begun(10);
    const stranger = await person(api);
    for (const method of ["HEAD", "GET", "DELETE"])
      expect((await tus(method, path, { who: stranger })).status, method).toBe(404);
    expect((await send(path, 0, Buffer.alloc(10), { who: stranger })).status).toBe(404);
    const reader = await program(api, owner, ["assets:read"]);
    expect((await begin(10, { who: reader })).status).toBe(403);
    expect((await send(path, 0, Buffer.alloc(10), { who: reader })).status).toBe(403);
    const nobody = { workspaceId: "", headers: {} } as Caller;
    expect((await begin(10, { who: nobody })).status).toBe(401);
    const forged = await begin(10, { headers: { origin: "https://evil.example" } });
    expect(forged.status).toBe(403);
    expect(await offsetAt(path)).toBe(0);
  });

  it("a full disk's piece, which may be sent again", async () => {
    const path = await begun(10);
    const full = Object.assign(new Error("no space left"), { code: "ENOSPC", syscall: "write" });
    const write = vi
      .spyOn(api.context.storage.incoming.pieces, "write")
      .mockRejectedValueOnce(full);
    expect(await problemOf(await send(path, 0, Buffer.alloc(10)))).toMatchObject({
      status: 503,
      code: "storage_full",
    });
    write.mockRestore();
    expect((await send(path, 0, Buffer.alloc(10))).status).toBe(204);
  });
});

it("is given up by its sender, with its bytes", async () => {
  const path = await begun(1_000);
  await send(path, 0, Buffer.alloc(500));
  await stat(fileOf(path));
  expect((await tus("DELETE", path)).status).toBe(204);
  await expect(stat(fileOf(path))).rejects.toThrow("ENOENT");
  expect((await tus("HEAD", path)).status).toBe(404);
  expect((await tus("DELETE", path)).status).toBe(404);
});

it("ends the line of a piece whose upload is taken away: nobody reads the rest", async () => {
  const data = randomBytes(400_000);
  const path = await begun(2_000_000);
  const socket = await sendAndBreak(path, 0, data, 2_000_000);
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  expect((await tus("DELETE", path)).status).toBe(204);
  await closed;
  expect(heard.toLowerCase()).toContain("connection: close");
});

describe("a file from an address", () => {
  const importing = (body: object, who = owner) => who.call("POST", "/v1/assets/import", { body });

  it("is fetched by a worker, under a name for people", async () => {
    const answer = await importing({ url: "https://8.8.8.8/files/my%20harbour.mp4?token=secret" });
    expect(answer.statusCode, answer.body).toBe(201);
    const { engine, ...upload } = answer.json();
    expect(engine).toBe("ready");
    expect(upload).toMatchObject({ status: "fetching", name: "my harbour.mp4", assetId: null });
    expect(answer.headers.location).toBe(`/v1/uploads/${upload.id}`);
    expect(answer.body).not.toContain("secret");
    expect(await view(`/v1/uploads/${upload.id}`)).toEqual(upload);
    expect(api.told).toContainEqual({
      what: "start takeUpload",
      workflowId: `upload/${upload.id}`,
    });
    const piece = await send(`/v1/uploads/${upload.id}`, 0, Buffer.from("x"));
    expect(await problemOf(piece)).toMatchObject({ code: "upload_ended" });
    const named = await importing({ url: "https://8.8.8.8/%ff", name: "../a.mp4" });
    expect(named.json()).toMatchObject({ name: "a.mp4" });
  });

  it.each([
    "http://8.8.8.8/a.mp4",
    "https://127.0.0.1/a.mp4",
    "https://[::1]/a.mp4",
    "https://[::ffff:169.254.169.254]/latest/meta-data",
    "https://10.0.0.1/a.mp4",
    "https://2130706433/a.mp4",
    "https://8.8.8.8:22/a.mp4",
    "https://me:secret@8.8.8.8/a.mp4",
    "file:///etc/passwd",
    "ftp://8.8.8.8/a.mp4",
    "data:image/png;base64,AAAA",
    "not an address",
  ])("is not fetched from %s", async (url) => {
    const answer = await importing({ url });
    expect(answer.json()).toMatchObject({ status: 422, code: "address_refused" });
    expect((await owner.call("GET", "/v1/uploads")).json().data).toEqual([]);
  });

  it("needs room and the right to upload", async () => {
    quotaBytes = 0;
    const full = await importing({ url: "https://8.8.8.8/a.mp4" });
    expect(full.json()).toMatchObject({ status: 409, code: "storage_quota" });
    const reader = await program(api, owner, ["assets:read"]);
    expect((await importing({ url: "https://8.8.8.8/a.mp4" }, reader)).statusCode).toBe(403);
  });
});

const s3 = await ensureS3Server();
const reason = "missing" in s3 ? ` (skipped: ${s3.missing})` : "";

describe.skipIf("missing" in s3)(`with a bucket of S3${reason}`, () => {
  let server: S3Server;
  let other: App;
  let at: string;
  let storage: ApiContext["storage"];
  beforeAll(async () => {
    if ("missing" in s3) return;
    server = await startS3Server(s3);
    storage = createS3Store(await server.makeBucket());
    other = await buildApp({ ...api.context, storage });
    at = await listen(other);
  });
  afterAll(async () => {
    await other?.close();
    await server?.close();
  });

  it("goes on after pieces of any size, and is whole in the end", async () => {
    const data = randomBytes(20_000_000);
    const path = await begun(data.length, { at });
    let offset = 0;
    for (const size of [1, 3_000_000, 9_000_000, 7_999_999]) {
      expect((await send(path, offset, data.subarray(offset, offset + size), { at })).status).toBe(
        204,
      );
      offset += size;
      if (offset < data.length) expect(await offsetAt(path, { at })).toBe(offset);
    }
    expect(offset).toBe(data.length);
    const got = (await other.inject({ url: path, headers: owner.headers })).json();
    expect(got).toMatchObject({ status: "checking", received: data.length });
    const key = `${owner.workspaceId}/uploads/${path.split("/").at(-1)}`;
    const filePath = join(storageDir, "from-s3");
    await storage.incoming.toFile({ key, filePath });
    const received = await readFile(filePath);
    expect(received.equals(data)).toBe(true);
    await storage.incoming.remove(key);
    const left = [];
    for await (const one of storage.list("")) left.push(one);
    expect(left).toEqual([]);
  });

  it("goes on from the last whole part where the line broke", async () => {
    const data = randomBytes(26_000_000);
    const path = await begun(data.length, { at });
    // Three million bytes that wait to become a part, and then more of the same.
    await send(path, 0, data.subarray(0, 3_000_000), { at });
    const from = 3_000_000;
    const socket = sendOpenly(path, from, data.subarray(from, 22_000_000), {
      claimed: data.length - from,
      at,
    });
    const look = async () =>
      (await other.inject({ url: path, headers: owner.headers })).json<{ received: number }>();
    await vi.waitFor(async () => expect((await look()).received).toBeGreaterThan(8_000_000), {
      timeout: 20_000,
    });
    socket.destroy();
    const offset = await offsetAt(path, { at });
    expect(offset).toBeGreaterThanOrEqual(8_000_000);
    expect((await send(path, offset, data.subarray(offset), { at })).status).toBe(204);
    const key = `${owner.workspaceId}/uploads/${path.split("/").at(-1)}`;
    const filePath = join(storageDir, "after-the-break");
    await storage.incoming.toFile({ key, filePath });
    expect((await readFile(filePath)).equals(data)).toBe(true);
    await storage.incoming.remove(key);
  });

  it("keeps what comes as a form too, and gives it back whole and by range", async () => {
    const picture = await sharp({
      create: { width: 64, height: 48, channels: 3, background: "teal" },
    })
      .png()
      .toBuffer();
    const form = await formOf([{ name: "teal.png", data: picture }]);
    const made = await other.inject({
      method: "POST",
      url: "/v1/assets",
      headers: { ...owner.headers, "content-type": form.contentType },
      payload: form.data,
    });
    expect(made.statusCode, made.body).toBe(201);
    const asset = made.json<{ id: string; bytes: number; mediaUrl: string }>();
    const link = new URL(asset.mediaUrl);
    const get = (url: string, headers: Record<string, string>) => other.inject({ url, headers });
    const whole = await get(link.pathname + link.search, { host: link.host });
    expect(whole.rawPayload).toHaveLength(asset.bytes);
    expect((await sharp(whole.rawPayload).metadata()).width).toBe(64);
    const range = { ...owner.headers, range: "bytes=1-3" };
    const part = await get(`/v1/assets/${asset.id}/content`, range);
    expect(part.statusCode).toBe(206);
    expect(part.body).toBe("PNG");
    const gone = await other.inject({
      method: "DELETE",
      url: `/v1/assets/${asset.id}`,
      headers: owner.headers,
    });
    expect(gone.statusCode).toBe(204);
    expect(await storage.size(`${owner.workspaceId}/assets/${asset.id}`)).toBeUndefined();
  });

  it("leaves nothing of what is given up", async () => {
    const path = await begun(20_000_000, { at });
    await send(path, 0, randomBytes(9_000_000), { at });
    expect((await tus("DELETE", path, { at })).status).toBe(204);
    const left = [];
    for await (const one of storage.list("")) left.push(one);
    expect(left).toEqual([]);
  });
});
