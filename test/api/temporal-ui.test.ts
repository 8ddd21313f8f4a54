import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatDescription, readCopy } from "../../scripts/lib/openapi-promise.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";

/** Stands in for Temporal's own program, which listens on a port of its own: what reaches it is written down. */
let upstream: Server;
const reached: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let api: TestApi;
let operator: Caller;
let stranger: Caller;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      reached.push({ method, url, headers, body });
      if (url.includes("/hangs")) return;
      response
        .writeHead(200, { "Set-Cookie": "_csrf=fresh; Path=/", Vary: "Cookie" })
        .end("from upstream");
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo;
  api = await startApi({ temporalUiUrl: `http://127.0.0.1:${port}`, temporalUiAnswerMs: 300 });
  operator = await person(api);
  stranger = await person(api);
});

afterAll(async () => {
  await api?.close();
  upstream?.close();
  upstream?.closeAllConnections();
});

it("is for operators, signed in", async () => {
  const key = await program(api, operator, ["posts:read"]);
  for (const url of ["/temporal/", "/temporal/api/v1/settings", "/temporal/render?content=x"]) {
    expect((await api.app.inject({ url })).statusCode, url).toBe(401);
    for (const caller of [stranger, key])
      expect((await caller.call("GET", url)).statusCode, url).toBe(403);
  }
  expect(reached).toEqual([]);
  expect((await operator.call("GET", "/temporal/")).body).toBe("from upstream");
});

it("gets the UI's own cookie and nothing of our session", async () => {
  await operator.call("GET", "/temporal/api/v1/settings", {
    headers: { cookie: `${operator.headers["cookie"]}; _csrf=abc; other=1` },
  });
  expect(reached.at(-1)?.headers.cookie).toBe("_csrf=abc");
  await operator.call("GET", "/temporal/api/v1/settings");
  expect(reached.at(-1)?.headers.cookie).toBeUndefined();
});

it("passes on what its pages send, and nothing that other sites' pages send", async () => {
  const post = (headers: Record<string, string>) =>
    api.app.inject({
      method: "POST",
      url: "/temporal/api/v1/query",
      headers: { ...operator.headers, "content-type": "text/plain;charset=UTF-8", ...headers },
      payload: '{"query":1}',
    });
  const before = reached.length;
  expect((await post({ origin: "https://elsewhere.example" })).statusCode).toBe(403);
  expect((await post({ "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
  expect(reached).toHaveLength(before);
  expect((await post({ origin: api.context.publicUrl })).statusCode).toBe(200);
  expect(reached.at(-1)).toMatchObject({ method: "POST", body: '{"query":1}' });
});

it("has its unchanging files kept by the browser, and nothing else", async () => {
  const file = await operator.call("GET", "/temporal/_app/immutable/chunks/a.js");
  expect(file.headers).toMatchObject({
    "cache-control": "private, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(file.headers["set-cookie"]).toBeUndefined();
  const page = await operator.call("GET", "/temporal/");
  expect(page.headers["cache-control"]).toBe("no-store");
  expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'self'");
});

it("shows a summary as the plain text that it is", async () => {
  const content = "Waiting <script>alert(1)</script> & more";
  const shown = await operator.call(
    "GET",
    `/temporal/render?theme=dark&content=${encodeURIComponent(content)}`,
  );
  expect(shown.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(shown.body).toContain("Waiting &lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  expect(shown.body).not.toContain("<script");
  expect(shown.headers["content-security-policy"]).toContain("default-src 'none'");
});

it("that does not answer is told as a problem, and not waited for", async () => {
  const answer = await operator.call("GET", "/temporal/api/v1/hangs");
  expect(reached.at(-1)?.url).toBe("/temporal/api/v1/hangs");
  expect(answer.json()).toMatchObject({ status: 503, code: "temporal_ui_unavailable" });
  expect(answer.headers["retry-after"]).toBe("5");
});

it("may take its time where a page waits for the next event", async () => {
  const url = "/temporal/api/v1/namespaces/default/workflows/post%2F1/history/hangs";
  const before = reached.length;
  const waiting = { over: false };
  const longPoll = operator.call("GET", `${url}?waitNewEvent=true`).then((answer) => {
    waiting.over = true;
    return answer;
  });
  // What was asked after it, and took as long as anything else may, is over before it.
  await expect.poll(() => reached.length).toBe(before + 1);
  const other = await operator.call("GET", `${url}?waitNewEvent=false`);
  expect(other.statusCode).toBe(503);
  expect(waiting.over).toBe(false);
  upstream.closeAllConnections();
  expect((await longPoll).json()).toMatchObject({ code: "temporal_ui_unavailable" });
});

it("is no part of the API's description", async () => {
  const served: unknown = (await api.app.inject({ url: "/openapi.json" })).json();
  expect(Object.keys((served as { paths: object }).paths).join()).not.toContain("/temporal");
  expect(
    formatDescription(served) === (await readCopy()),
    "it differs from docs/openapi.json",
  ).toBe(true);
});
