import { createHash, randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Asset, Event, Post, Rendition, Target } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import type { PostStatus } from "#domain/states.ts";
import { xmpOf } from "#media/mark-generated.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { formOf, person, program, type Caller } from "./callers.ts";

const run = promisify(execFile);

let temp: string;
let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  // Uploads go to the system's folder for such things: one of our own shows what is left there.
  temp = await mkdtemp(join(tmpdir(), "drumbeat-assets-"));
  vi.stubEnv("TMPDIR", temp);
});

afterAll(async () => {
  await api?.close();
  vi.unstubAllEnvs();
  await rm(temp, { recursive: true, force: true });
});

beforeEach(async () => {
  owner = await person(api);
});

/** A photo as a phone makes it: turned, with the place where it was taken. */
async function photo(): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: "teal" } })
    .withExif({ IFD0: { Copyright: "SecretName" }, IFD3: { GPSLatitude: "48/1 12/1 0/1" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

async function clip(name: string, ...options: string[]): Promise<Buffer> {
  const path = join(temp, `source-${name}`);
  const source = ["-f", "lavfi", "-i", "testsrc=s=160x120:d=1", "-f", "lavfi", "-i", "sine=d=1"];
  const tags = ["-metadata", "title=SecretName"];
  await run(api.context.ffmpegPath, ["-loglevel", "error", ...source, ...options, ...tags, path]);
  const data = await readFile(path);
  await rm(path);
  return data;
}

interface AssetAnswer {
  id: string;
  kind: string;
  contentType: string;
  bytes: number;
  width: number;
  height: number;
  durationSeconds: number | null;
  contentUrl: string;
  mediaUrl: string;
  status: string;
}

async function upload(name: string, data: Uint8Array): Promise<AssetAnswer> {
  const answer = await owner.upload("/v1/assets", [{ name, data }]);
  expect(answer.statusCode, answer.body).toBe(201);
  expect(answer.headers.location).toBe(`/v1/assets/${answer.json<AssetAnswer>().id}`);
  return answer.json<AssetAnswer>();
}

const content = (id: string, headers: Record<string, string> = {}) =>
  owner.call("GET", `/v1/assets/${id}/content`, { headers });

const left = async () => {
  const blobs = [];
  for await (const key of api.context.storage.list(`${owner.workspaceId}/`)) blobs.push(key);
  return { blobs, files: await readdir(temp) };
};

describe("uploading", () => {
  it("keeps a photo upright, without place and names, whatever it is called", async () => {
    const asset = await upload("../../holiday.html", await photo());
    expect(asset).toMatchObject({
      kind: "image",
      contentType: "image/jpeg",
      width: 40,
      height: 60,
      durationSeconds: null,
      status: "ready",
      name: "holiday.html",
      origin: "upload",
      contentUrl: `${api.context.publicUrl}/v1/assets/${asset.id}/content`,
    });
    const got = await content(asset.id);
    expect(got.rawPayload).toHaveLength(asset.bytes);
    expect(got.rawPayload.includes("SecretName")).toBe(false);
    const metadata = await sharp(got.rawPayload).metadata();
    expect(metadata).toMatchObject({ format: "jpeg", width: 40, height: 60 });
    expect(metadata.exif).toBeUndefined();

    const em = inWorkspace(api.context.orm, owner.workspaceId);
    const row = await em.findOneOrFail(Asset, { id: asset.id });
    expect(row.sha256).toBe(createHash("sha256").update(got.rawPayload).digest("hex"));
    expect(await em.count(Event, { subjectId: asset.id, type: "asset.ready" })).toBe(1);
    // The link may be of the next hour already.
    const again = { ...asset, mediaUrl: expect.stringContaining(`/assets/${asset.id}?`) };
    expect((await owner.call("GET", `/v1/assets/${asset.id}`)).json()).toEqual(again);
    expect(await left()).toEqual({ blobs: [row.blobKey], files: [] });
  });

  it("takes videos and sound", async () => {
    const video = await upload("a.mp4", await clip("a.mp4", "-pix_fmt", "yuv420p"));
    expect(video).toMatchObject({ kind: "video", contentType: "video/mp4", width: 160 });
    expect(video.durationSeconds).toBeCloseTo(1, 0);
    expect((await content(video.id)).rawPayload.includes("SecretName")).toBe(false);
    const sound = await upload("a.bin", await clip("a.mp3", "-map", "1:a"));
    expect(sound).toMatchObject({ kind: "audio", contentType: "audio/mpeg", width: null });
    expect((await content(sound.id)).rawPayload.includes("SecretName")).toBe(false);
  });

  it("is open to keys with the scope, and to nobody without", async () => {
    const files = [{ name: "a.jpg", data: await photo() }];
    const writer = await program(api, owner, ["assets:write"]);
    expect((await writer.upload("/v1/assets", files)).statusCode).toBe(201);
    const reader = await program(api, owner, ["assets:read"]);
    expect((await reader.upload("/v1/assets", files)).statusCode).toBe(403);
    const form = await formOf(files);
    const headers = { "content-type": form.contentType };
    const nobody = { method: "POST", url: "/v1/assets", payload: form.data } as const;
    expect((await api.app.inject({ ...nobody, headers })).statusCode).toBe(401);
    const forged = { ...headers, ...owner.headers, origin: "https://evil.example" };
    expect((await api.app.inject({ ...nobody, headers: forged })).statusCode).toBe(403);
  });

  it.each([
    ["text", Buffer.from("hello, I am a picture"), "unsupported_type"],
    ["svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "unsupported_type"],
    ["empty", Buffer.alloc(0), "empty"],
    ["playlist", Buffer.from("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "unsupported_type"],
    ["half", "half", "corrupt"],
    [
      "noise",
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(2_000)]),
      "corrupt",
    ],
  ] as const)("refuses %s with its code", async (_name, data, code) => {
    const whole = await photo();
    const bytes = data === "half" ? whole.subarray(0, whole.length / 2) : data;
    const answer = await owner.upload("/v1/assets", [{ name: "a.jpg", data: bytes }]);
    expect(answer.json()).toMatchObject({ status: 422, code, errors: [{ pointer: "/file" }] });
    expect(await left()).toEqual({ blobs: [], files: [] });
  });

  it.each([
    [{ name: "a.mp4" }, "its name ends with .mp4"],
    [{ name: "a.jpg", type: "video/mp4" }, "it was sent as video/mp4"],
    [{ name: "a", type: "image/png" }, "it was sent as image/png"],
  ])("refuses a file that is not of the type which is said of it: %o", async (said, words) => {
    const answer = await owner.upload("/v1/assets", [{ ...said, data: await photo() }]);
    const errors = [{ pointer: "/file", detail: expect.stringContaining(words) }];
    expect(answer.json()).toMatchObject({ status: 422, code: "type_mismatch", errors });
    expect(await left()).toEqual({ blobs: [], files: [] });
    const alias = { name: "a.jpg", type: "image/jpg", data: await photo() };
    expect((await owner.upload("/v1/assets", [alias])).statusCode).toBe(201);
  });

  it("keeps the mark of what a model made", async () => {
    const data = await sharp(await photo())
      .withXmp(xmpOf("trainedAlgorithmicMedia"))
      .jpeg()
      .toBuffer();
    expect(await upload("a.jpg", data)).toMatchObject({
      digitalSource: "trainedAlgorithmicMedia",
    });
    expect(await upload("b.jpg", await photo())).toMatchObject({ digitalSource: null });
  });

  it("refuses what is not one file in the field file", async () => {
    const data = await photo();
    const one = { name: "a.jpg", data };
    const cases: [{ field?: string; name: string; data: Uint8Array }[], string][] = [
      [[], "file_missing"],
      [[{ ...one, field: "image" }], "unknown_field"],
      [[one, one], "too_many_files"],
      [[one, one, one], "too_many_files"],
      [[one, { ...one, field: "other" }], "unknown_field"],
    ];
    for (const [files, code] of cases) {
      const answer = await owner.upload("/v1/assets", files);
      expect(answer.json(), code).toMatchObject({ status: 422, code });
    }
    const send = (contentType: string, payload: string | Buffer) =>
      api.app.inject({
        method: "POST",
        url: "/v1/assets",
        headers: { ...owner.headers, "content-type": contentType },
        payload,
      });
    expect((await send("application/json", "{}")).statusCode).toBe(415);
    expect((await send("text/plain", "hello")).statusCode).toBe(415);
    const broken = [
      await send("multipart/form-data", "x"),
      await send("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; na"),
      await send("multipart/form-data; boundary=x", "rubbish"),
      await send(
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc',
      ),
      await send(
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="__proto__"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
      ),
    ];
    for (const answer of broken) {
      expect(answer.statusCode, answer.body).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode, answer.body).toBeLessThan(500);
    }
    expect(await left()).toEqual({ blobs: [], files: [] });
  });

  it("refuses more than 64 MB, with nothing left", async () => {
    const data = Buffer.alloc(64 * 1024 * 1024 + 1, 1);
    const answer = await owner.upload("/v1/assets", [{ name: "a.mp4", data }]);
    expect(answer.json()).toMatchObject({ status: 413, code: "too_large" });
    expect(await left()).toEqual({ blobs: [], files: [] });
  });

  it("says when there is no room, and leaves no row", async () => {
    const full = Object.assign(new Error("no space left"), { code: "ENOSPC", syscall: "write" });
    const put = vi.spyOn(api.context.storage, "putFile").mockRejectedValue(full);
    try {
      const answer = await owner.upload("/v1/assets", [{ name: "a.jpg", data: await photo() }]);
      expect(answer.json()).toMatchObject({ status: 503, code: "storage_full" });
    } finally {
      put.mockRestore();
    }
    expect((await owner.call("GET", "/v1/assets")).json().data).toEqual([]);
    expect(await left()).toEqual({ blobs: [], files: [] });
  });

  it("leaves nothing of an upload that is broken off", async () => {
    await api.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = api.app.server.address() as AddressInfo;
    const form = await formOf([{ name: "a.jpg", data: await photo() }]);
    const head = [
      "POST /v1/assets HTTP/1.1",
      "Host: localhost",
      `Cookie: ${owner.headers["cookie"]}`,
      `Content-Type: ${form.contentType}`,
      `Content-Length: ${form.data.length}`,
    ];
    const socket = net.connect(port, "127.0.0.1");
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    socket.write(form.data.subarray(0, form.data.length - 200));
    await vi.waitFor(async () => expect(await readdir(temp)).toHaveLength(1), { timeout: 10_000 });
    socket.destroy();
    await vi.waitFor(async () => expect(await readdir(temp)).toEqual([]), { timeout: 10_000 });
    expect(await left()).toEqual({ blobs: [], files: [] });
    expect((await owner.call("GET", "/v1/assets")).json().data).toEqual([]);
  });
});

it("stops looking into a file when its sender leaves", async () => {
  const folder = await mkdtemp(join(tmpdir(), "drumbeat-stuck-"));
  const stuck = join(folder, "ffprobe");
  await writeFile(stuck, `#!/bin/sh\necho $$ > ${folder}/pid; exec sleep 1000\n`, { mode: 0o755 });
  const other = await startApi({ ffprobePath: stuck });
  try {
    const sender = await person(other);
    await other.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = other.app.server.address() as AddressInfo;
    const form = await formOf([{ name: "a.mp4", data: await clip("b.mp4") }]);
    const controller = new AbortController();
    const sending = fetch(`http://127.0.0.1:${port}/v1/assets`, {
      method: "POST",
      headers: { ...sender.headers, "content-type": form.contentType },
      body: new Uint8Array(form.data),
      signal: controller.signal,
    });
    const pid = await vi.waitFor(
      async () => {
        const text = await readFile(join(folder, "pid"), "utf8");
        expect(text).toMatch(/\d+\n/);
        return Number(text);
      },
      { timeout: 10_000 },
    );
    controller.abort();
    await expect(sending).rejects.toThrow();
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 10_000 });
    expect((await sender.call("GET", "/v1/assets")).json().data).toEqual([]);
  } finally {
    await other.close();
    await rm(folder, { recursive: true, force: true });
  }
});

describe("the file", () => {
  it("is served as what it is, without rights, and only to whoever may ask each time", async () => {
    const asset = await upload("a.jpg", await photo());
    const got = await content(asset.id);
    expect(got.statusCode).toBe(200);
    expect(got.headers).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(asset.bytes),
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-disposition": `inline; filename="${asset.id}.jpg"`,
      "cache-control": "private, no-cache",
    });
    const etag = String(got.headers.etag);
    expect(etag).toBe(`"${createHash("sha256").update(got.rawPayload).digest("hex")}"`);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await content(asset.id, { "if-none-match": known });
      expect(answer.statusCode).toBe(304);
      expect(answer.body).toBe("");
      expect(answer.headers.etag).toBe(etag);
    }
    expect((await content(asset.id, { "if-none-match": '"other"' })).statusCode).toBe(200);
    const head = await owner.call("HEAD", `/v1/assets/${asset.id}/content`);
    expect(head.headers["content-length"]).toBe(String(asset.bytes));
    expect(head.body).toBe("");
  });

  it("comes in ranges", async () => {
    const asset = await upload("a.jpg", await photo());
    const whole = await content(asset.id);
    const part = await content(asset.id, { range: "bytes=10-19" });
    expect(part.statusCode).toBe(206);
    expect(part.headers["content-range"]).toBe(`bytes 10-19/${asset.bytes}`);
    expect(part.headers["content-length"]).toBe("10");
    expect(part.rawPayload).toEqual(whole.rawPayload.subarray(10, 20));
    const tail = await content(asset.id, { range: "bytes=-5" });
    expect(tail.rawPayload).toEqual(whole.rawPayload.subarray(-5));
    const beyond = await content(asset.id, { range: `bytes=${asset.bytes}-` });
    expect(beyond.statusCode).toBe(416);
    expect(beyond.headers["content-range"]).toBe(`bytes */${asset.bytes}`);
    const outdated = await content(asset.id, { range: "bytes=10-19", "if-range": '"other"' });
    expect(outdated.statusCode).toBe(200);
    const current = { range: "bytes=10-19", "if-range": String(whole.headers.etag) };
    expect((await content(asset.id, current)).statusCode).toBe(206);
  });

  it("is our fault where its bytes are lost, and no 410", async () => {
    const asset = await upload("a.jpg", await photo());
    await api.context.storage.delete(`${owner.workspaceId}/assets/${asset.id}`);
    expect((await content(asset.id)).json()).toMatchObject({ status: 500, code: "internal" });
  });
});

async function insertRendition(assetId: string): Promise<string> {
  const id = newId();
  const blobKey = `${owner.workspaceId}/renditions/${id}`;
  const data = Buffer.from("rendition");
  await api.context.storage.put({ key: blobKey, data, contentType: "image/png" });
  const em = inWorkspace(api.context.orm, owner.workspaceId);
  await insertRow(em, Rendition, {
    id,
    workspaceId: owner.workspaceId,
    assetId,
    recipe: "fit-image@1",
    kind: "image",
    contentType: "image/png",
    bytes: data.length,
    sha256: createHash("sha256").update(data).digest("hex"),
    width: 1,
    height: 1,
    blobKey,
  });
  return id;
}

async function insertPost(
  status: PostStatus,
  assetId: string,
  where: "post" | "override",
): Promise<string> {
  const id = newId();
  const { workspaceId } = owner;
  await inWorkspace(api.context.orm, workspaceId).transactional(async (em) => {
    await insertRow(em, Post, {
      id,
      workspaceId,
      status,
      content: { text: "hello" },
      assets: where === "post" ? [{ id: assetId, altText: "alt" }] : [],
      scheduleMode: "now",
      dueAt: new Date(),
      approval: "none",
      createdBy: "user:test",
      version: 1,
    });
    await insertRow(em, Target, {
      workspaceId,
      postId: id,
      position: 0,
      channelId: newId(),
      platform: "sandbox",
      channelName: "x",
      status: "pending",
      overrides: where === "override" ? { assets: [{ id: assetId }] } : {},
      settings: {},
    });
  });
  return id;
}

describe("renditions", () => {
  it("are listed with their files, under their own asset only", async () => {
    const asset = await upload("a.jpg", await photo());
    const other = await upload("b.jpg", await photo());
    const id = await insertRendition(asset.id);
    const listed = (await owner.call("GET", `/v1/assets/${asset.id}/renditions`)).json();
    const path = `/v1/assets/${asset.id}/renditions/${id}/content`;
    expect(listed).toEqual({
      data: [
        {
          id,
          recipe: "fit-image@1",
          contentType: "image/png",
          bytes: 9,
          width: 1,
          height: 1,
          durationSeconds: null,
          class: "rendition",
          expiresAt: expect.any(String),
          contentUrl: api.context.publicUrl + path,
          mediaUrl: expect.stringContaining(`/renditions/${id}?`),
        },
      ],
      nextCursor: null,
    });
    const got = await owner.call("GET", path);
    expect(got.body).toBe("rendition");
    expect(got.headers["content-security-policy"]).toContain("sandbox");
    const wrong = await owner.call("GET", path.replace(asset.id, other.id));
    expect(wrong.statusCode).toBe(404);
  });
});

describe("deleting", () => {
  it("removes row, renditions and files", async () => {
    const asset = await upload("a.jpg", await photo());
    await insertRendition(asset.id);
    for (const status of ["published", "cancelled", "failed"] as const) {
      await insertPost(status, asset.id, "post");
    }
    expect((await owner.call("DELETE", `/v1/assets/${asset.id}`)).statusCode).toBe(204);
    expect((await content(asset.id)).statusCode).toBe(404);
    expect((await owner.call("DELETE", `/v1/assets/${asset.id}`)).statusCode).toBe(404);
    expect(await left()).toEqual({ blobs: [], files: [] });
  });

  it("is refused while a post needs it, and says which", async () => {
    const asset = await upload("a.jpg", await photo());
    const ids = [
      await insertPost("scheduled", asset.id, "post"),
      await insertPost("awaiting_approval", asset.id, "override"),
    ];
    await insertPost("scheduled", (await upload("b.jpg", await photo())).id, "post");
    const answer = await owner.call("DELETE", `/v1/assets/${asset.id}`);
    expect(answer.json()).toMatchObject({
      status: 409,
      code: "asset_in_use",
      postIds: ids,
      users: ids.map((id) => ({
        kind: "post",
        id,
        url: `${api.context.publicUrl}/v1/posts/${id}`,
      })),
    });
    expect((await content(asset.id)).statusCode).toBe(200);
  });
});

describe("what an asset is there for", () => {
  const classOf = async (id: string) =>
    (await owner.call("GET", `/v1/assets/${id}`)).json<{
      class: string;
      expiresAt: string | null;
    }>();

  it("is said with the upload, and changed afterwards", async () => {
    const files = [{ name: "a.jpg", data: await photo() }];
    const made = await owner.upload("/v1/assets?class=library", files);
    expect(made.json()).toMatchObject({ class: "library", expiresAt: null });
    const { id } = await upload("b.jpg", await photo());
    const before = await classOf(id);
    expect(before.class).toBe("upload");
    expect(Date.parse(before.expiresAt ?? "")).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    const change = (of: string) => owner.call("PATCH", `/v1/assets/${id}`, { body: { class: of } });
    expect((await change("library")).json()).toMatchObject({ class: "library", expiresAt: null });
    expect(await classOf(id)).toMatchObject({ class: "library", expiresAt: null });
    expect((await change("upload")).json()).toMatchObject({ expiresAt: expect.any(String) });
    const em = inWorkspace(api.context.orm, owner.workspaceId);
    expect(await em.count(Event, { subjectId: id, type: "asset.changed" })).toBe(2);
    const listed = (await owner.call("GET", "/v1/assets?class=library")).json();
    expect(listed.data).toMatchObject([{ id: made.json<AssetAnswer>().id }]);
  });

  it.each(["rendition", "forever", ""])("is never %j", async (of) => {
    const files = [{ name: "a.jpg", data: await photo() }];
    const answer = await owner.upload(`/v1/assets?class=${of}`, files);
    expect(answer.json()).toMatchObject({ status: 422, code: "invalid_request" });
    const { id } = await upload("b.jpg", await photo());
    const changed = await owner.call("PATCH", `/v1/assets/${id}`, { body: { class: of } });
    expect(changed.json()).toMatchObject({ status: 422, code: "invalid_request" });
  });
});

describe("reading", () => {
  it("lists by kind, page by page", async () => {
    const ids = [];
    for (const name of ["a", "b", "c"]) ids.unshift((await upload(name, await photo())).id);
    const first = (await owner.call("GET", "/v1/assets?kind=image&status=ready&limit=2")).json();
    expect(first.data.map((one: { id: string }) => one.id)).toEqual(ids.slice(0, 2));
    const rest = await owner.call("GET", `/v1/assets?limit=2&cursor=${first.nextCursor}`);
    expect(rest.json().data.map((one: { id: string }) => one.id)).toEqual(ids.slice(2));
    expect((await owner.call("GET", "/v1/assets?kind=video")).json().data).toEqual([]);
  });

  it("shows nothing of another workspace", async () => {
    const asset = await upload("a.jpg", await photo());
    const renditionId = await insertRendition(asset.id);
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/assets")).json().data).toEqual([]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/content"],
      ["GET", "/renditions"],
      ["GET", `/renditions/${renditionId}/content`],
      ["DELETE", ""],
    ] as const) {
      const answer = await stranger.call(method, `/v1/assets/${asset.id}${path}`);
      expect(answer.json(), `${method} ${path}`).toMatchObject({ status: 404, code: "not_found" });
    }
    expect((await content(asset.id)).statusCode).toBe(200);
  });

  it.each([
    "/v1/assets?kind=document",
    "/v1/assets?colour=red",
    "/v1/assets/none",
    "/v1/assets/%00/content",
    `/v1/assets/${newId()}/renditions/none/content`,
  ])("refuses %s", async (url) => {
    expect((await owner.call("GET", url)).json()).toMatchObject({ status: 422 });
  });
});
