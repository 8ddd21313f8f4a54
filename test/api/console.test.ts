import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp, type App } from "#api/app.ts";
import { readConsole } from "#api/lib/read-console.ts";
import { ensureConsole } from "../harness/ensure-console.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";

let api: TestApi;
let app: App;
let dir: string;
let page: string;

beforeAll(async () => {
  api = await startApi();
  dir = await ensureConsole();
  app = await buildApp({ ...api.context, console: await readConsole(dir) });
  page = (await app.inject({ url: "/", headers: { accept: "text/html" } })).body;
});

afterAll(async () => {
  await app?.close();
  await api?.close();
});

/** The scripts that the page loads before it shows anything: the entry, and all that it imports. */
const scripts = () =>
  [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? "");

describe("the console", () => {
  it.each(["/", "/runs", "/invitations/abc", "/no/such/page?x=/v1/"])(
    "is what a browser gets at %s, never kept",
    async (url) => {
      const answer = await app.inject({ url, headers: { accept: "text/html,*/*;q=0.8" } });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.body).toContain('<div id="root">');
    },
  );

  it.each(["/v1/nope", "/docs/nope", "/assets/nope.js", "/v1"])(
    "is not at %s, whoever asks",
    async (url) => {
      const answer = await app.inject({ url, headers: { accept: "text/html" } });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
    },
  );

  it("is no answer to programs that lose their way, nor to a change", async () => {
    expect((await app.inject({ url: "/runs" })).statusCode).toBe(404);
    const headers = { accept: "text/html" };
    expect((await app.inject({ method: "POST", url: "/runs", headers })).statusCode).toBe(404);
  });

  it("has files that are kept for ever, small where the browser can unpack", async () => {
    const [url = ""] = scripts();
    const plain = await app.inject({ url });
    const packed = await app.inject({ url, headers: { "accept-encoding": "br, gzip" } });
    expect(plain.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(plain.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    const icon = await app.inject({ url: "/favicon.svg" });
    expect(icon.headers).toMatchObject({
      "content-type": "image/svg+xml",
      "cache-control": "no-cache",
    });
  });

  it("holds no script of the page's own and names no other origin", () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toContain("{{");
  });

  it("starts with at most 350 kB of script", async () => {
    expect(scripts().length).toBeGreaterThan(1);
    const sizes = await Promise.all(
      scripts().map(async (url) => gzipSync(await readFile(join(dir, url)), { level: 9 }).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(350_000);
  });

  it("is told of plainly where it was not built", async () => {
    const answer = await api.app.inject({ url: "/", headers: { accept: "text/html" } });
    expect(answer.json()).toMatchObject({ status: 503, code: "console_not_built" });
  });
});
