import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Asset, ExpiredObject } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace } from "#db/orm.ts";
import { BlobNotFound } from "#storage/contract.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, type Caller } from "./callers.ts";
import { addAsset, addRendition } from "./rows.ts";

const bytes = Buffer.from("0123456789");

let api: TestApi;
let owner: Caller;
let now = new Date("2026-11-23T10:20:00Z");

beforeAll(async () => {
  api = await startApi({ now: () => now });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  now = new Date("2026-11-23T10:20:00Z");
  owner = await person(api);
});

/** An asset with bytes; gives its link. */
async function asset(of = owner): Promise<{ id: string; url: URL; blobKey: string }> {
  const id = await addAsset(api, of.workspaceId);
  const em = inWorkspace(api.context.orm, of.workspaceId);
  const row = await em.findOneOrFail(Asset, { id });
  const { blobKey } = row;
  await api.context.storage.put({ key: blobKey, data: bytes, contentType: "image/png" });
  row.bytes = bytes.length;
  row.sha256 = createHash("sha256").update(bytes).digest("hex");
  await em.flush();
  const view = (await of.call("GET", `/v1/assets/${id}`)).json<{ mediaUrl: string }>();
  return { id, url: new URL(view.mediaUrl), blobKey };
}

/** Follows a link as a browser does that is not signed in. */
const follow = (
  url: URL,
  options: { method?: "GET" | "HEAD"; headers?: Record<string, string> } = {},
) =>
  api.app.inject({
    method: options.method ?? "GET",
    url: url.pathname + url.search,
    headers: { host: url.host, ...options.headers },
  });

describe("a link to a file", () => {
  it("leads to another origin, which shows the file to anybody and gives it no rights", async () => {
    const { id, url } = await asset();
    expect(api.context.publicUrl).toBe("http://127.0.0.1:8080");
    expect(url.origin).toBe("http://localhost:8080");
    const got = await follow(url);
    expect(got.statusCode, got.body).toBe(200);
    expect(got.rawPayload).toEqual(bytes);
    expect(got.headers).toMatchObject({
      "content-type": "image/png",
      "content-length": "10",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "http://127.0.0.1:8080",
      "cache-control": "private, max-age=300",
      "content-disposition": `inline; filename="${id}.png"`,
    });
    const saved = await follow(new URL(`${url.href}&download=1`));
    expect(saved.headers["content-disposition"]).toBe(`attachment; filename="${id}.png"`);
  });

  it("leads to a rendition as well", async () => {
    const { id } = await asset();
    await addRendition(api, owner.workspaceId, { assetId: id, postIds: [] });
    const listed = await owner.call("GET", `/v1/assets/${id}/renditions`);
    const [view] = listed.json<{ data: { mediaUrl: string }[] }>().data;
    const got = await follow(new URL(view?.mediaUrl ?? ""));
    expect(got.body).toBe("png");
  });

  it("takes HEAD, ranges and what a browser has already", async () => {
    const { url } = await asset();
    const head = await follow(url, { method: "HEAD" });
    expect(head.statusCode).toBe(200);
    expect(head.headers["content-length"]).toBe("10");
    expect(head.body).toBe("");
    const part = await follow(url, { headers: { range: "bytes=2-4" } });
    expect(part.statusCode).toBe(206);
    expect(part.body).toBe("234");
    expect(part.headers["content-range"]).toBe("bytes 2-4/10");
    expect((await follow(url, { headers: { range: "bytes=10-" } })).statusCode).toBe(416);
    const etag = String(head.headers.etag);
    expect((await follow(url, { headers: { "if-none-match": etag } })).statusCode).toBe(304);
  });

  it("expires", async () => {
    const { url } = await asset();
    now = new Date("2026-11-23T11:59:59Z");
    expect((await follow(url)).statusCode).toBe(200);
    now = new Date("2026-11-23T12:00:00Z");
    expect((await follow(url)).json()).toMatchObject({ status: 403, code: "link_expired" });
    expect((await follow(url, { method: "HEAD" })).statusCode).toBe(403);
  });

  it("can't be changed to another file, another workspace's or a later time", async () => {
    const { id, url } = await asset();
    const stranger = await person(api);
    const theirs = await asset(stranger);
    const others: [string, URL][] = [
      ["another file", changed(url, (path) => path.replace(id, theirs.id))],
      [
        "another workspace",
        changed(url, (path) => path.replace(owner.workspaceId, stranger.workspaceId)),
      ],
      ["both", changed(theirs.url, () => theirs.url.pathname, { signature: signatureOf(url) })],
      ["another kind", changed(url, (path) => path.replace("assets", "renditions"))],
      ["a later time", changed(url, (path) => path, { expires: "9999999999" })],
      ["another key", changed(url, (path) => path, { key: "p00000000" })],
      ["no signature", changed(url, (path) => path, { signature: "" })],
    ];
    for (const [what, link] of others) {
      const answer = await follow(link);
      expect(answer.json(), what).toMatchObject({ status: 403, code: "link_not_valid" });
    }
    for (const lacking of ["expires", "key", "signature"]) {
      const link = new URL(url);
      link.searchParams.delete(lacking);
      expect((await follow(link)).statusCode, lacking).toBe(422);
    }
    expect((await follow(new URL(`${url.href}&more=1`))).statusCode).toBe(422);
  });

  it("is followed at the origin for media alone", async () => {
    const { url } = await asset();
    const answer = await follow(url, { headers: { host: "127.0.0.1:8080" } });
    expect(answer.json()).toMatchObject({ status: 403, code: "link_not_valid" });
  });

  it("leads to 410 once the file's time was over, and to 404 once it was deleted", async () => {
    const { storage } = api.context;
    const expired = await asset();
    const open = vi.spyOn(storage, "open").mockImplementationOnce(async (key) => {
      // The sweep comes in between.
      const em = inWorkspace(api.context.orm, owner.workspaceId);
      const line = { id: expired.id, workspaceId: owner.workspaceId, kind: "asset" } as const;
      await insertRow(em, ExpiredObject, { ...line, rule: "upload", bytes: 10, blobKey: key });
      await em.nativeDelete(Asset, { id: expired.id });
      throw new BlobNotFound(key);
    });
    for (const _time of [1, 2])
      expect((await follow(expired.url)).json()).toMatchObject({
        status: 410,
        code: "file_expired",
      });
    expect(open).toHaveBeenCalledTimes(1);
    open.mockRestore();
    const lost = await asset();
    await storage.delete(lost.blobKey);
    expect((await follow(lost.url)).json()).toMatchObject({ status: 500, code: "internal" });
    const deleted = await asset();
    await owner.call("DELETE", `/v1/assets/${deleted.id}`);
    expect((await follow(deleted.url)).json()).toMatchObject({ status: 404, code: "not_found" });
  });

  it("is what the console's page may show", async () => {
    expect(
      String((await api.app.inject({ url: "/livez" })).headers["content-security-policy"]),
    ).toContain("img-src 'self' data: blob: http://localhost:8080");
  });
});

function signatureOf(url: URL): string {
  return url.searchParams.get("signature") ?? "";
}

function changed(
  url: URL,
  path: (path: string) => string,
  query: Record<string, string> = {},
): URL {
  const link = new URL(path(url.pathname) + url.search, url);
  for (const [name, value] of Object.entries(query)) link.searchParams.set(name, value);
  return link;
}
