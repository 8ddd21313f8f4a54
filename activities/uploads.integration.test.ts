import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Asset, AuditEvent, Event, Upload } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { createFileStore } from "#storage/files.ts";
import { person, type Caller } from "#test/api/callers.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { createGuardedFetch } from "../egress.ts";
import { fetchFile } from "./lib/fetch-file.ts";
import { createSweepActivities } from "./sweep.ts";
import { createUploadActivities } from "./uploads.ts";

let api: TestApi;
let owner: Caller;
let uploads: ReturnType<typeof createUploadActivities>;
let storageDir: string;
let temp: string;
/** How far the clock is ahead. Milliseconds. */
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const hours = 60 * 60_000;

beforeAll(async () => {
  storageDir = await mkdtemp(join(tmpdir(), "drumbeat-kept-"));
  temp = await mkdtemp(join(tmpdir(), "drumbeat-work-"));
  api = await startApi({ storage: createFileStore({ dir: storageDir }), now });
  // What is left of the work shows in a folder of its own.
  vi.stubEnv("TMPDIR", temp);
  uploads = createUploadActivities(await activityDeps(api));
});

afterAll(async () => {
  await api?.close();
  vi.unstubAllEnvs();
  for (const dir of [storageDir, temp]) await rm(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  ahead = 0;
  owner = await person(api);
});

/** Sends a file whole, in one piece; gives its id. */
async function sent(
  data: Uint8Array,
  options: { sha256?: string; length?: number; name?: string; type?: string } = {},
): Promise<string> {
  const { name: filename = "holiday.jpg", type: filetype, sha256: hash } = options;
  const values = { filename, ...(hash && { sha256: hash }), ...(filetype && { filetype }) };
  const answer = await api.app.inject({
    method: "POST",
    url: "/v1/uploads",
    headers: {
      ...owner.headers,
      "tus-resumable": "1.0.0",
      "content-type": "application/offset+octet-stream",
      "upload-length": String(options.length ?? data.length),
      "upload-metadata": Object.entries(values)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
        .join(","),
    },
    payload: Buffer.from(data),
  });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ id: string }>().id;
}

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

const photo = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: "teal" } })
    .withExif({ IFD0: { Copyright: "SecretName" } })
    .jpeg()
    .toBuffer();

const ids = (uploadId: string) => ({ workspaceId: owner.workspaceId, uploadId });
const keep = (id: string) => runActivity(uploads.keepUploadedFile, ids(id));
const em = () => inWorkspace(api.context.orm, owner.workspaceId);
const view = async (id: string) => (await owner.call("GET", `/v1/uploads/${id}`)).json<object>();
const pieces = () =>
  readdir(join(storageDir, "incoming", owner.workspaceId, "uploads")).catch(() => []);
const blobs = async () => {
  const found = [];
  for await (const key of api.context.storage.list(`${owner.workspaceId}/`)) found.push(key);
  return found;
};

describe("a file that came in pieces", () => {
  it("becomes an asset, stripped, as one that came as a form", async () => {
    const data = await photo();
    const id = await sent(data, { sha256: sha256(data) });
    expect(await keep(id)).toEqual({ status: "ready" });
    expect(await view(id)).toMatchObject({ status: "ready", assetId: id, problem: null });
    const asset = (await owner.call("GET", `/v1/assets/${id}`)).json();
    expect(asset).toMatchObject({
      kind: "image",
      contentType: "image/jpeg",
      width: 60,
      name: "holiday.jpg",
      origin: "upload",
      status: "ready",
    });
    const content = await owner.call("GET", `/v1/assets/${id}/content`);
    expect(content.rawPayload.includes("SecretName")).toBe(false);
    const row = await em().findOneOrFail(Asset, { id });
    expect(row.sha256).toBe(sha256(content.rawPayload));
    expect(await em().count(Event, { subjectId: id, type: "asset.ready" })).toBe(1);
    expect(await em().count(Event, { subjectId: id, type: "upload.ready" })).toBe(1);
    const [line] = await em().find(AuditEvent, { action: "asset.uploaded" });
    expect(line).toMatchObject({ subject: `asset:${id}`, actor: expect.stringMatching(/^user:/) });
    await uploads.removeUploadedPieces(ids(id));
    expect(await pieces()).toEqual([]);
    expect(await blobs()).toEqual([`${owner.workspaceId}/assets/${id}`]);
    expect(await readdir(temp)).toEqual([]);
  });

  it.each<[{ name?: string; type?: string }, string | undefined]>([
    [{ type: "image/jpg" }, undefined],
    [{ name: "no ending", type: "application/octet-stream" }, undefined],
    [{ type: "video/mp4" }, "it was sent as video/mp4"],
    [{ type: "image\u0000/jpeg\ud800" }, "it was sent as image?/jpeg?"],
    [{ name: "holiday.MOV" }, "its name ends with .mov"],
  ])("must be of the type that is said of it: %o", async (said, words) => {
    const id = await sent(await photo(), said);
    const status = words ? "failed" : "ready";
    expect(await keep(id)).toEqual({ status });
    const problem = words
      ? { code: "type_mismatch", detail: expect.stringContaining(words) }
      : null;
    expect(await view(id)).toMatchObject({ status, problem });
  });

  it("is kept once, however often that is asked for", async () => {
    const id = await sent(await photo());
    expect(await Promise.all([keep(id), keep(id)])).toEqual([
      { status: "ready" },
      { status: "ready" },
    ]);
    await uploads.removeUploadedPieces(ids(id));
    await uploads.removeUploadedPieces(ids(id));
    expect(await keep(id)).toEqual({ status: "ready" });
    expect(await em().count(Asset, {})).toBe(1);
    expect(await em().count(Event, { type: "asset.ready" })).toBe(1);
    expect((await owner.call("GET", `/v1/assets/${id}/content`)).statusCode).toBe(200);
  });

  it.each([
    [
      "another file than its checksum says",
      "checksum_mismatch",
      async () => photo(),
      "0".repeat(64),
    ],
    ["text", "unsupported_type", async () => Buffer.from("hello, I am a picture"), undefined],
    [
      "a playlist",
      "unsupported_type",
      async () => Buffer.from("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
      undefined,
    ],
    ["half a picture", "corrupt", async () => (await photo()).subarray(0, 200), undefined],
  ] as const)("is refused when it is %s", async (_what, code, make, checksum) => {
    const id = await sent(await make(), checksum ? { sha256: checksum } : {});
    expect(await keep(id)).toEqual({ status: "failed" });
    expect(await view(id)).toMatchObject({ status: "failed", assetId: null, problem: { code } });
    expect(await em().count(Asset, {})).toBe(0);
    expect(await em().count(Event, { subjectId: id, type: "upload.failed" })).toBe(1);
    expect(await blobs()).toEqual([]);
    expect(await keep(id)).toEqual({ status: "failed" });
  });

  it("is refused when its pieces are gone, or not all there", async () => {
    const gone = await sent(await photo());
    await uploads.removeUploadedPieces(ids(gone));
    expect(await keep(gone)).toEqual({ status: "failed" });
    const id = await sent(await photo());
    await em().nativeUpdate(Upload, { id }, { bytes: 1_000_000 });
    expect(await keep(id)).toEqual({ status: "failed" });
    expect(await view(id)).toMatchObject({ problem: { code: "corrupt" } });
  });

  it("is tried again when it is not its fault, and given up in the end", async () => {
    const id = await sent(await photo());
    const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });
    const put = vi.spyOn(api.context.storage, "putFile").mockRejectedValueOnce(full);
    await expect(keep(id)).rejects.toThrow("no space left");
    put.mockRestore();
    expect(await view(id)).toMatchObject({ status: "checking" });
    expect(await readdir(temp)).toEqual([]);
    await uploads.giveUpUpload(ids(id));
    expect(await view(id)).toMatchObject({ status: "failed", problem: { code: "internal" } });
    expect(await keep(id)).toEqual({ status: "failed" });
  });
});

describe("a file from an address", () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let fetching: ReturnType<typeof createUploadActivities>;
  let quota: number;
  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    origin = `http://${host}`;
    const deps = await activityDeps(api, { fetch: createGuardedFetch({ allow: [host] }) });
    Object.defineProperty(deps, "storageQuotaBytes", { get: () => quota });
    fetching = createUploadActivities(deps);
  });
  afterAll(async () => {
    await new Promise((done) => server?.close(done));
  });
  beforeEach(() => {
    quota = 1e12;
  });

  const asked = (path = "/a.jpg") =>
    insertRow(em(), Upload, {
      workspaceId: owner.workspaceId,
      status: "fetching",
      bytes: 0,
      sourceUrl: `${origin}${path}`,
      createdBy: "user:test",
      receivedAt: new Date(),
      expiresAt: new Date(Date.now() + hours),
    });
  const fetchAll = (id: string) => runActivity(fetching.keepUploadedFile, ids(id));

  it("becomes an asset, over a redirect or two, and its address is forgotten", async () => {
    const data = await photo();
    answer = ({ url }, response) => {
      if (url === "/a.jpg") response.writeHead(302, { location: "/b" }).end();
      else if (url === "/b") response.writeHead(307, { location: `${origin}/c` }).end();
      else response.writeHead(200, { "content-type": "image/jpg; q=1" }).end(data);
    };
    const id = await asked();
    expect(await fetchAll(id)).toEqual({ status: "ready" });
    expect(await view(id)).toMatchObject({ status: "ready", assetId: id });
    const row = await em().findOneOrFail(Upload, { id });
    expect(row.sourceUrl).toBeNull();
    expect(row.bytes).toBeGreaterThan(0);
    expect(await fetchAll(id)).toEqual({ status: "ready" });
    expect(await em().count(Asset, {})).toBe(1);
  });

  it.each<[string | undefined, string, string | undefined]>([
    ["text/html", "a.jpg", "type_mismatch"],
    ["video/mp4", "a.jpg", "type_mismatch"],
    // Many a server sends what it likes under an address that it has had for long.
    ["image/jpeg", "a.png", undefined],
    ["application/octet-stream", "a.png", "type_mismatch"],
    [undefined, "a.png", "type_mismatch"],
    [undefined, "download", undefined],
  ])("must be of the type that its server says (%s), or else its name (%s)", async (...said) => {
    const [type, name, code] = said;
    const data = await photo();
    answer = (_request, response) =>
      response.writeHead(200, type === undefined ? {} : { "content-type": type }).end(data);
    const id = await asked();
    await em().nativeUpdate(Upload, { id }, { name });
    await fetchAll(id);
    const problem = code === undefined ? null : expect.objectContaining({ code });
    expect(await view(id)).toMatchObject({ status: code ? "failed" : "ready", problem });
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ["is not there", "source_refused", (response) => response.writeHead(404).end()],
    [
      "leads to a private address",
      "address_refused",
      (response) => response.writeHead(302, { location: "http://127.0.0.1:65432/" }).end(),
    ],
    [
      "leads to a file of this machine",
      "address_refused",
      (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    ],
    [
      "leads on for ever",
      "address_refused",
      (response) => response.writeHead(302, { location: "/again" }).end(),
    ],
    [
      "says that it is too large",
      "too_large",
      (response) => {
        response.writeHead(200, { "content-length": String(5 * 1024 ** 3) });
        response.write("x");
      },
    ],
    ["is no media", "unsupported_type", (response) => response.writeHead(200).end("<html>")],
  ])("is refused when it %s", async (_what, code, how) => {
    answer = (_request, response) => how(response);
    const id = await asked();
    expect(await fetchAll(id)).toEqual({ status: "failed" });
    expect(await view(id)).toMatchObject({ status: "failed", problem: { code } });
    expect((await em().findOneOrFail(Upload, { id })).sourceUrl).toBeNull();
    expect(await readdir(temp)).toEqual([]);
  });

  it("is fetched again where the line breaks or the other side fails", async () => {
    const data = await photo();
    let left = 2;
    answer = (_request, response) => {
      left -= 1;
      if (left === 1) return response.writeHead(503).end();
      if (left > 0) return response.end(data);
      response.writeHead(200, { "content-length": String(data.length + 10) });
      response.write(data, () => response.destroy());
    };
    const id = await asked();
    await expect(fetchAll(id)).rejects.toThrow("503");
    await expect(fetchAll(id)).rejects.toThrow("broke off");
    expect(await view(id)).toMatchObject({ status: "fetching" });
    left = 100;
    expect(await fetchAll(id)).toEqual({ status: "ready" });
  });

  it("is refused where the workspace has no room for it", async () => {
    const data = await photo();
    answer = (_request, response) => response.end(data);
    quota = 100;
    const id = await asked();
    expect(await fetchAll(id)).toEqual({ status: "failed" });
    expect(await view(id)).toMatchObject({ problem: { code: "storage_quota" } });
    expect(await blobs()).toEqual([]);
  });

  it("is cut off once it is larger than it may be, whatever it said", async () => {
    answer = (_request, response) => {
      response.on("error", () => undefined);
      const more = () => {
        while (response.write(Buffer.alloc(64 * 1024)) && !response.destroyed);
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    const filePath = join(temp, "endless");
    await expect(
      fetchFile({
        fetch: createGuardedFetch({ allow: [new URL(origin).host] }),
        url: origin,
        filePath,
        maximumBytes: 1_000_000,
        withinMs: 60_000,
        signal: new AbortController().signal,
      }),
    ).rejects.toMatchObject({ problem: { code: "too_large" }, passing: false });
    expect((await stat(filePath)).size).toBeLessThanOrEqual(1_000_000);
    await rm(filePath);
  });

  describe("that comes slowly", () => {
    const filePath = () => join(temp, "slow");
    const fetchSlowly = (limits: Partial<Parameters<typeof fetchFile>[0]>) =>
      fetchFile({
        fetch: createGuardedFetch({ allow: [new URL(origin).host] }),
        url: origin,
        filePath: filePath(),
        maximumBytes: 1e12,
        withinMs: 60_000,
        signal: new AbortController().signal,
        ...limits,
      });
    /** So many bytes at a time, a hundred times a second, for ever. */
    const drip = (bytes: number) => (_request: IncomingMessage, response: ServerResponse) => {
      const timer = setInterval(() => response.write(Buffer.alloc(bytes)), 10);
      response.on("close", () => clearInterval(timer));
    };
    const pace = { afterMs: 200, bytesPerSecond: 64 * 1024 };
    afterEach(() => rm(filePath(), { force: true }));

    it.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
      ["drips", drip(1)],
      ["does not begin", () => undefined],
    ])("is given up for now where its address %s", async (_what, how) => {
      answer = how;
      await expect(fetchSlowly({ pace })).rejects.toMatchObject({
        passing: true,
        problem: { code: "source_refused", detail: expect.stringContaining("64 kB a second") },
      });
    });

    it("is given up for good where it takes too long in all, however fast it comes", async () => {
      answer = drip(10_000);
      await expect(fetchSlowly({ pace, withinMs: 400 })).rejects.toMatchObject({
        passing: false,
        problem: { code: "source_refused", detail: expect.stringContaining("too long") },
      });
      // Fast enough, it was not cut off before.
      expect((await stat(filePath())).size).toBeGreaterThan(64 * 1024 * 0.2);
    });

    it("is not asked for again once its tries took too long together", async () => {
      let asks = 0;
      answer = (_request, response) => {
        asks += 1;
        response.writeHead(503).end();
      };
      const again = async (fetchingMs: number, attempt: number) => {
        const id = await asked();
        const told = { attempt, heartbeatDetails: { fetchingMs } };
        const end = await runActivity(fetching.keepUploadedFile, ids(id), told).catch(
          (error: unknown) => error,
        );
        return { end, ...(await view(id)) };
      };
      expect(await again(59 * 60_000, 2)).toMatchObject({ status: "fetching" });
      expect(asks).toBe(1);
      expect(await again(60 * 60_000, 2)).toMatchObject({
        end: { status: "failed" },
        problem: { code: "source_refused", detail: expect.stringContaining("too long") },
      });
      expect(asks).toBe(1);
      expect(await again(0, 4)).toMatchObject({
        end: { status: "failed" },
        problem: { code: "source_refused", detail: expect.stringContaining("503") },
      });
    });
  });
});

describe("the sweep", () => {
  /** It looks at each workspace once an hour. */
  const sweepWhole = async () => {
    const sweep = createSweepActivities(await activityDeps(api, { now }));
    const start = ahead;
    for (let minute = 0; minute < 60; minute += 1) {
      ahead = start + minute * 60_000;
      await sweep.forgetAnswers();
    }
    ahead = start;
  };

  it("starts anew what is to be checked and has no workflow", async () => {
    const id = await sent(await photo());
    const fresh = await sent(await photo());
    await em().nativeUpdate(Upload, { id }, { receivedAt: new Date(Date.now() - 60_000) });
    // The outbox told Temporal; somebody ended the workflow.
    api.told.length = 0;
    const sweep = createSweepActivities(await activityDeps(api, { now }));
    await sweep.mendOrphans();
    expect(api.told).toContainEqual({ what: "wake takeUpload", workflowId: `upload/${id}` });
    expect(api.told.map(({ workflowId }) => workflowId)).not.toContain(`upload/${fresh}`);
  });

  it("removes what was not finished within 24 hours, with its bytes, and nothing else", async () => {
    const unfinished = await sent(Buffer.alloc(100), { length: 200 });
    const whole = await sent(await photo());
    const ready = await sent(await photo());
    await keep(ready);
    await uploads.removeUploadedPieces(ids(ready));
    ahead = 22 * hours;
    await sweepWhole();
    expect(await view(unfinished)).toMatchObject({ status: "receiving", received: 100 });
    ahead = 24 * hours;
    await sweepWhole();
    expect((await owner.call("GET", `/v1/uploads/${unfinished}`)).statusCode).toBe(404);
    expect((await pieces()).filter((name) => name.startsWith(unfinished))).toEqual([]);
    // What waits to be checked is needed, however long that takes.
    expect(await view(whole)).toMatchObject({ status: "checking" });
    // By now nobody is signed in any more: the rows tell.
    ahead = 8 * 24 * hours;
    await sweepWhole();
    expect(await em().find(Upload, {})).toMatchObject([{ id: whole, status: "checking" }]);
    expect(await keep(whole)).toEqual({ status: "ready" });
    expect(await em().count(Asset, { id: [whole, ready] })).toBe(2);
  });
});
