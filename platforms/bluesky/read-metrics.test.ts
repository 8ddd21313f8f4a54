import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CallContext } from "#platforms/contract.ts";
import { readMetrics } from "./read-metrics.ts";

/** What app.bsky.feed.getPosts answers, in the shape of its lexicon (app.bsky.feed.defs#postView). */
const recorded = await readFile(new URL("./fixtures/get-posts.json", import.meta.url), "utf8");
const did = "did:plc:fixture3mm3dqbtwvdvqxyz2";
const remoteId = `at://${did}/app.bsky.feed.post/3mfqkz5ivnc2s`;
const notFound = '{"error":"RecordNotFound","message":"Could not locate record"}';
const record = JSON.stringify({
  uri: remoteId,
  value: { text: "Hello", createdAt: "2026-03-01T10:00:00.123Z" },
});

let server: Server;
let ctx: CallContext;
let asked: { url: URL; authorization: string | undefined }[] = [];
let answers: Record<string, [status: number, body: string]> = {};

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    asked.push({ url, authorization: request.headers.authorization });
    const [status, body] = answers[url.pathname.replace("/xrpc/", "")] ?? [500, "{}"];
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  ctx = {
    fetch,
    now: () => new Date("2026-03-01T10:00:00Z"),
    app: {},
    secrets: { accessJwt: "the-access-token" },
    account: { remoteId: did, data: { service: `http://127.0.0.1:${port}` } },
    channel: { remoteId: did, kind: "profile" },
    signal: new AbortController().signal,
  };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function postWith(changed: Record<string, unknown>): string {
  const answer = JSON.parse(recorded) as { posts: Record<string, unknown>[] };
  return JSON.stringify({ posts: [{ ...answer.posts[0], ...changed }] });
}

it("reads the counts of the recorded answer under our names", async () => {
  answers = { "app.bsky.feed.getPosts": [200, recorded] };
  expect(await readMetrics(ctx, remoteId)).toEqual({
    likes: 17,
    comments: 3,
    reposts: 2,
    quotes: 0,
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url.searchParams.getAll("uris")).toEqual([remoteId]);
  expect(asked[0]?.authorization).toBe("Bearer the-access-token");
});

it("leaves out what is not reported, or not as a count", async () => {
  const body = postWith({ likeCount: undefined, replyCount: "3", repostCount: -1 });
  answers = { "app.bsky.feed.getPosts": [200, body] };
  expect(await readMetrics(ctx, remoteId)).toEqual({ quotes: 0 });
});

it("finds a post gone that neither the AppView nor the account's server has", async () => {
  answers = {
    "app.bsky.feed.getPosts": [200, '{"posts":[]}'],
    "com.atproto.repo.getRecord": [400, notFound],
  };
  await expect(readMetrics(ctx, remoteId)).rejects.toMatchObject({
    fate: "reject",
    code: "not_found",
  });
});

it("asks again later for a post that the AppView does not know yet", async () => {
  answers = {
    "app.bsky.feed.getPosts": [200, '{"posts":[]}'],
    "com.atproto.repo.getRecord": [200, record],
  };
  await expect(readMetrics(ctx, remoteId)).rejects.toMatchObject({
    fate: "retry",
    code: "not_indexed",
    retryAfterSeconds: 30,
  });
});

it("takes the counts of no other post", async () => {
  answers = {
    "app.bsky.feed.getPosts": [200, recorded],
    "com.atproto.repo.getRecord": [400, notFound],
  };
  const other = `at://${did}/app.bsky.feed.post/3mfqkz5ivnc2t`;
  await expect(readMetrics(ctx, other)).rejects.toMatchObject({ code: "not_found" });
});

it("takes no answer that is none for a count of nothing", async () => {
  for (const body of ["<h1>Down</h1>", "{}", '{"posts":null}']) {
    answers = { "app.bsky.feed.getPosts": [200, body] };
    await expect(readMetrics(ctx, remoteId)).rejects.toMatchObject({ fate: "retry" });
  }
});
