import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect as openSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startSandboxNetwork, type SandboxNetwork } from "./start-sandbox-network.ts";

/** What a route answered; every answer of a program's route is JSON. */
interface Answered {
  status: number;
  headers: Headers;
  text: string;
  // Tests read what they expect to be there.
  json: Record<string, never> & { [name: string]: string };
}

const Channels = z.object({ data: z.array(z.object({ id: z.string() })) });
const Posts = z.object({ data: z.array(z.object({ text: z.string() })) });
const redirectUri = "http://127.0.0.1:9/callback?platform=sandbox";

describe("the sandbox network", () => {
  let dataDir: string;
  let now: Date;
  let network: SandboxNetwork;
  let bugs: Error[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "drumbeat-network-"));
    now = new Date("2026-03-01T10:00:00.000Z");
    bugs = [];
    network = await start();
  });
  afterEach(async () => {
    await network.close();
    await rm(dataDir, { recursive: true, force: true });
    expect(bugs).toEqual([]);
  });

  function start(): Promise<SandboxNetwork> {
    const onError = (error: Error): void => void bugs.push(error);
    return startSandboxNetwork({ port: 0, host: "127.0.0.1", dataDir, clock: () => now, onError });
  }

  function pass(seconds: number): void {
    now = new Date(now.getTime() + seconds * 1_000);
  }

  async function call(
    method: string,
    path: string,
    options: {
      token?: string | undefined;
      json?: unknown;
      form?: Record<string, string>;
      bytes?: Buffer;
    } = {},
  ): Promise<Answered> {
    const { token, json, form, bytes } = options;
    const response = await fetch(`${network.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(bytes === undefined ? {} : { "content-type": "application/octet-stream" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : {},
    };
  }

  async function begin(changed: Record<string, string> = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: "drumbeat",
      redirect_uri: redirectUri,
      state: "st&te",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...changed,
    });
    return { verifier, query, answer: await call("GET", `/oauth/authorize?${query.toString()}`) };
  }

  async function codeFor(user: string, changed: Record<string, string> = {}) {
    const { verifier, answer } = await begin({ approve: user, ...changed });
    expect(answer.status).toBe(302);
    const back = new URL(answer.headers.get("location") ?? "");
    return { verifier, code: back.searchParams.get("code") ?? "", back };
  }

  function exchange(input: {
    code: string;
    verifier: string;
    redirect?: string;
  }): Promise<Answered> {
    return call("POST", "/oauth/token", {
      form: {
        grant_type: "authorization_code",
        client_id: "drumbeat",
        code: input.code,
        redirect_uri: input.redirect ?? redirectUri,
        code_verifier: input.verifier,
      },
    });
  }

  function refresh(refreshToken: string): Promise<Answered> {
    return call("POST", "/oauth/token", {
      form: { grant_type: "refresh_token", client_id: "drumbeat", refresh_token: refreshToken },
    });
  }

  /** Which choices of the page are made. */
  function checkedOf(text: string): (string | undefined)[] {
    const radios = text.match(/<input[^>]*type="radio"[^>]*>/g) ?? [];
    return radios
      .filter((radio) => /\schecked\b/.test(radio))
      .map((radio) => /value="([^"]*)"/.exec(radio)?.[1]);
  }

  /** Tokens and the profile of the user, made if absent. */
  async function signIn(user: string) {
    const { json } = await exchange(await codeFor(user));
    const token = json["access_token"] ?? "";
    const channels = Channels.parse((await call("GET", "/api/channels", { token })).json).data;
    return { token, refreshToken: json["refresh_token"] ?? "", channelId: channels[0]?.id ?? "" };
  }

  function publish(account: { token: string; channelId: string }, post: object): Promise<Answered> {
    const { token, channelId } = account;
    return call("POST", "/api/posts", { token, json: { channelId, ...post } });
  }

  async function log(): Promise<
    { id: string; account: string; marker: string | null; text: string }[]
  > {
    return JSON.parse((await call("GET", "/_log")).text);
  }

  async function picture(size = 40): Promise<Buffer> {
    return sharp({ create: { width: size, height: size, channels: 3, background: "#936" } })
      .png()
      .toBuffer();
  }

  async function upload(token: string, bytes: Buffer, contentType = "image/png"): Promise<string> {
    const { json } = await call("POST", "/api/media", {
      token,
      json: { contentType, bytes: bytes.length },
    });
    await call("PUT", `/api/media/${json["id"]}/chunks/0`, { token, bytes });
    expect((await call("POST", `/api/media/${json["id"]}/finalize`, { token })).status).toBe(202);
    pass(60);
    return json["id"] ?? "";
  }

  describe("authorization", () => {
    it("sends an approved user back to the exact redirect, made if absent", async () => {
      const { back, code, verifier } = await codeFor("alice");
      expect(back.href.startsWith(`${redirectUri}&code=`)).toBe(true);
      expect(back.searchParams.get("state")).toBe("st&te");
      expect(back.searchParams.get("iss")).toBe(network.url);
      const { status, json, headers } = await exchange({ code, verifier });
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(json).toMatchObject({
        token_type: "Bearer",
        expires_in: 3_600,
        scope: "read publish",
      });
      expect((await call("GET", "/api/me", { token: json["access_token"] })).json).toMatchObject({
        handle: "alice",
      });
      expect((await call("GET", "/_accounts/alice")).json["channels"]).toMatchObject([
        { kind: "profile", handle: "alice" },
        { kind: "page", handle: "alice/page-1" },
      ]);
    });

    it.each([
      ["http://example.com/cb"],
      ["http://127.0.0.1.example.com/cb"],
      ["https://user:password@example.com/"],
      ["https://example.com/#part"],
      ["javascript:alert(1)"],
      ["https://example.com/\r\nset-cookie: a=b"],
      ["/relative"],
      [""],
    ])("never sends anybody to %o", async (redirect) => {
      const { answer } = await begin({ redirect_uri: redirect, approve: "alice" });
      expect(answer.status).toBe(400);
      expect(answer.headers.get("location")).toBeNull();
    });

    it.each([
      ["https://example.com/cb"],
      ["http://localhost:3000/cb"],
      ["http://[::1]:3000/cb"],
      ["http://127.9.9.9"],
    ])("sends to %o", async (redirect) => {
      const { answer } = await begin({ redirect_uri: redirect, approve: "alice" });
      expect(answer.headers.get("location")?.startsWith(`${redirect}?code=`)).toBe(true);
    });

    it.each([
      ["invalid_request", { code_challenge: "short" }],
      ["invalid_request", { code_challenge_method: "plain" }],
      ["unsupported_response_type", { response_type: "token" }],
      ["invalid_scope", { scope: "read everything" }],
    ])("tells the redirect about %s: %o", async (error, changed) => {
      const { answer } = await begin({ ...changed, approve: "alice" });
      expect(answer.status).toBe(302);
      expect(new URL(answer.headers.get("location") ?? "").searchParams.get("error")).toBe(error);
      expect((await call("GET", "/_accounts/alice")).status).toBe(404);
    });

    it("shows a page to people, escaped, that may only lead where it should", async () => {
      await call("POST", "/_accounts", { json: { user: "eve", displayName: `<script>"&'` } });
      const { answer, query } = await begin({ state: `"><script>alert(1)</script>` });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("&lt;script&gt;&quot;&amp;&#39;");
      expect(answer.text.match(/<script[^>]*>/g)).toEqual([`<script src="/choose.js" defer>`]);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("form-action 'self' http://127.0.0.1:9;");
      expect(policy).toContain("frame-ancestors 'none'");

      const form = Object.fromEntries(query);
      const allowed = await call("POST", "/oauth/authorize", {
        form: { ...form, user: "demo", decision: "approve" },
      });
      const back = new URL(allowed.headers.get("location") ?? "");
      expect(back.searchParams.get("state")).toBe(form["state"]);
      const typed = { ...form, user: "demo", name: " zoe ", decision: "approve" };
      expect((await call("POST", "/oauth/authorize", { form: typed })).status).toBe(302);
      expect((await call("GET", "/_accounts/zoe")).status).toBe(200);
      const wrong = await call("POST", "/oauth/authorize", {
        form: { ...typed, name: "no spaces" },
      });
      expect(wrong.status).toBe(400);
      expect(wrong.text).toContain('role="alert"');
      // What was typed and chosen is kept.
      expect(wrong.text).toContain('value="no spaces"');
      expect(checkedOf(wrong.text)).toEqual([""]);
      expect(checkedOf(answer.text)).toHaveLength(1);
      const nameless = await call("POST", "/oauth/authorize", {
        form: { ...typed, user: "", name: "" },
      });
      expect(nameless.status).toBe(400);
      expect(checkedOf(nameless.text)).toEqual([""]);
      const denied = await call("POST", "/oauth/authorize", {
        form: { ...form, decision: "deny" },
      });
      expect(denied.headers.get("location")).toContain("error=access_denied");
    });

    it("takes a code once, from who has the verifier and the same redirect, in time", async () => {
      const first = await codeFor("alice");
      const other = randomBytes(32).toString("base64url");
      expect((await exchange({ ...first, verifier: other })).json["error"]).toBe("invalid_grant");
      expect(
        (await exchange({ ...first, redirect: "http://127.0.0.1:9/callback" })).json["error"],
      ).toBe("invalid_grant");
      const { json } = await exchange(first);
      const token = json["access_token"];
      expect((await call("GET", "/api/me", { token })).status).toBe(200);

      expect((await exchange(first)).json["error"]).toBe("invalid_grant");
      expect((await call("GET", "/api/me", { token })).status, "a stolen code ends it all").toBe(
        401,
      );

      const late = await codeFor("alice");
      pass(61);
      expect((await exchange(late)).json["error"]).toBe("invalid_grant");
    });

    it("lets access tokens expire, as long as the account says", async () => {
      await call("POST", "/_accounts", { json: { user: "alice", tokenSeconds: 90 } });
      const { token, refreshToken } = await signIn("alice");
      pass(89);
      expect((await call("GET", "/api/me", { token })).status).toBe(200);
      pass(1);
      const expired = await call("GET", "/api/me", { token });
      expect(expired.status).toBe(401);
      expect(expired.headers.get("www-authenticate")).toContain("invalid_token");
      expect((await refresh(refreshToken)).json).toMatchObject({ expires_in: 90 });
      pass(31 * 24 * 3_600);
      expect((await refresh(refreshToken)).json["error"]).toBe("invalid_grant");
    });

    it("rotates refresh tokens; the old one ends with the first use of the new ones", async () => {
      const { refreshToken } = await signIn("alice");
      const lost = await refresh(refreshToken);
      const second = await refresh(refreshToken);
      expect([lost.status, second.status], "an answer that was lost costs nothing").toEqual([
        200, 200,
      ]);
      const token = second.json["access_token"];
      expect((await call("GET", "/api/me", { token })).status).toBe(200);
      expect((await refresh(refreshToken)).json["error"]).toBe("invalid_grant");
      expect((await call("GET", "/api/me", { token })).status, "a replayed token ends it all").toBe(
        401,
      );
    });

    it("revokes by either token, and answers the same for one that it does not know", async () => {
      for (const name of ["token", "refreshToken"] as const) {
        const account = await signIn("alice");
        expect(
          (await call("POST", "/oauth/revoke", { form: { token: account[name] } })).status,
        ).toBe(200);
        expect((await call("GET", "/api/me", { token: account.token })).status).toBe(401);
        expect((await refresh(account.refreshToken)).json["error"]).toBe("invalid_grant");
      }
      expect((await call("POST", "/oauth/revoke", { form: { token: "unknown" } })).status).toBe(
        200,
      );
    });

    it("knows its two grants and its one client", async () => {
      const password = { grant_type: "password", client_id: "drumbeat" };
      expect((await call("POST", "/oauth/token", { form: password })).json["error"]).toBe(
        "unsupported_grant_type",
      );
      const other = { grant_type: "refresh_token", client_id: "other", refresh_token: "x" };
      expect((await call("POST", "/oauth/token", { form: other })).json["error"]).toBe(
        "invalid_client",
      );
    });

    it("holds a token to its scopes", async () => {
      const { json } = await exchange(await codeFor("alice", { scope: "read" }));
      const token = json["access_token"] ?? "";
      const refused = await publish({ token, channelId: "any" }, { text: "No" });
      expect([refused.status, refused.json["error"]]).toEqual([403, "insufficient_scope"]);
    });
  });

  describe("media", () => {
    it("takes chunks in order, each once, and shows the file once a post does", async () => {
      const account = await signIn("alice");
      const { token } = account;
      const bytes = await picture();
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const init = { contentType: "image/png", bytes: bytes.length, sha256 };
      const id = (await call("POST", "/api/media", { token, json: init })).json["id"];
      const half = Math.floor(bytes.length / 2);
      const put = (index: string, chunk: Buffer): Promise<Answered> =>
        call("PUT", `/api/media/${id}/chunks/${index}`, { token, bytes: chunk });

      expect((await put("1", bytes.subarray(half))).json).toMatchObject({
        error: "wrong_chunk",
        nextChunk: 0,
      });
      expect((await put("0", bytes.subarray(0, half))).json).toMatchObject({
        received: half,
        nextChunk: 1,
      });
      expect((await put("0", bytes.subarray(0, half))).json, "a repeat").toMatchObject({
        received: half,
      });
      expect((await put("0", Buffer.from("other"))).json["error"]).toBe("chunk_conflict");
      expect((await put("x", bytes)).status).toBe(400);
      expect((await put("1", bytes)).json["error"]).toBe("too_large");
      expect((await call("POST", `/api/media/${id}/finalize`, { token })).json["error"]).toBe(
        "incomplete",
      );
      await put("1", bytes.subarray(half));

      const finalized = await Promise.all(
        [1, 2].map(() => call("POST", `/api/media/${id}/finalize`, { token })),
      );
      expect(finalized.map(({ json }) => json["status"])).toEqual(["pending", "pending"]);
      expect(finalized[0]?.json["retryAfter"]).toBe(1);
      const early = await publish(account, { media: [{ id }] });
      expect(early.json["error"]).toBe("media_not_ready");
      pass(0.4);
      expect((await call("GET", `/api/media/${id}`, { token })).json["status"]).toBe("processing");
      pass(0.4);
      expect((await call("GET", `/api/media/${id}`, { token })).json).toMatchObject({
        status: "ready",
        sha256,
        width: 40,
      });

      expect((await call("GET", `/media/${id}`)).status, "nobody sees an upload").toBe(404);
      const post = await publish(account, { media: [{ id, altText: 'A "field"' }] });
      expect(post.status).toBe(201);
      const shown = await fetch(`${network.url}/media/${id}`);
      expect(shown.headers.get("content-type")).toBe("image/png");
      expect(Buffer.from(await shown.arrayBuffer()).equals(bytes)).toBe(true);
      expect((await call("GET", "/@alice")).text).toContain('alt="A &quot;field&quot;"');
      const part = await fetch(`${network.url}/media/${id}`, { headers: { range: "bytes=2-5" } });
      expect([part.status, part.headers.get("content-range")]).toEqual([
        206,
        `bytes 2-5/${bytes.length}`,
      ]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(2, 6))).toBe(true);
      const beyond = await fetch(`${network.url}/media/${id}`, {
        headers: { range: "bytes=999999-" },
      });
      expect(beyond.status).toBe(416);
    });

    it("fails in processing what is not what it was said to be", async () => {
      const { token } = await signIn("alice");
      const id = await upload(token, await picture(), "image/jpeg");
      expect((await call("GET", `/api/media/${id}`, { token })).json).toMatchObject({
        status: "failed",
        reason: { code: "unsupported_type" },
      });
    });

    it("refuses other types, sizes and checksums", async () => {
      const { token } = await signIn("alice");
      const init = (json: object): Promise<Answered> => call("POST", "/api/media", { token, json });
      expect((await init({ contentType: "image/gif", bytes: 10 })).status).toBe(415);
      expect((await init({ contentType: "image/png", bytes: 2_000_001 })).status).toBe(413);
      expect((await init({ contentType: "video/mp4", bytes: 64_000_001 })).status).toBe(413);
      expect((await init({ contentType: "image/png", bytes: 0 })).status).toBe(400);
      const wrong = { contentType: "image/png", bytes: 3, sha256: "0".repeat(64) };
      const id = (await init(wrong)).json["id"];
      await call("PUT", `/api/media/${id}/chunks/0`, { token, bytes: Buffer.from("abc") });
      expect((await call("POST", `/api/media/${id}/finalize`, { token })).json["error"]).toBe(
        "checksum_mismatch",
      );
    });

    it("belongs to its account", async () => {
      const id = await upload((await signIn("alice")).token, await picture());
      const bob = await signIn("bob");
      expect((await call("GET", `/api/media/${id}`, { token: bob.token })).status).toBe(404);
      expect((await publish(bob, { text: "Mine", media: [{ id }] })).status).toBe(404);
    });
  });

  describe("posts", () => {
    it("logs every accepted publish, and only those", async () => {
      const account = await signIn("alice");
      const { json } = await publish(account, { text: "First", clientMarker: "m-1" });
      await publish(account, { text: "x".repeat(501) });
      await publish({ ...account, channelId: "somebody_else" }, { text: "Not there" });
      await publish(account, { text: "Second" });
      expect(await log()).toEqual([
        {
          id: json["id"],
          account: "alice",
          channelId: account.channelId,
          marker: "m-1",
          sentMarker: "m-1",
          replyTo: null,
          text: "First",
          media: [],
          aiGenerated: false,
          acceptedAt: now.toISOString(),
        },
        expect.objectContaining({ text: "Second", marker: null, sentMarker: null }),
      ]);
    });

    it("takes, keeps and shows that a model had a part in what a post shows", async () => {
      const account = await signIn("alice");
      const media = [{ id: await upload(account.token, await picture()) }];
      const { json } = await publish(account, { text: "Made", media, aiGenerated: true });
      expect(json).toMatchObject({ aiGenerated: true });
      expect(await log()).toMatchObject([{ text: "Made", aiGenerated: true }]);
      const shown = async () => (await call("GET", "/@alice")).text.includes("Made with AI");
      expect(await shown()).toBe(true);
      const statuses = [
        await publish(account, { text: "Words", aiGenerated: true }),
        await publish(account, { text: "Words", aiGenerated: "yes" }),
      ].map(({ status, json: { error } }) => [status, error]);
      expect(statuses).toEqual([
        [422, "ai_without_media"],
        [400, "invalid_request"],
      ]);
      expect(await log()).toHaveLength(1);
    });

    it("answers a marker that it knows with the post of then, and never accepts twice", async () => {
      const account = await signIn("alice");
      const answers = await Promise.all(
        [1, 2, 3, 4].map(() => publish(account, { text: "Once", clientMarker: "same" })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        201, 409, 409, 409,
      ]);
      const [first] = await log();
      for (const { status, json } of answers)
        if (status === 409) expect(json["post"]).toMatchObject({ id: first?.id });
      expect(await log()).toHaveLength(1);
      const { token } = account;
      expect((await call("GET", "/api/markers/same", { token })).json["id"]).toBe(first?.id);
      expect((await call("GET", "/api/markers/other", { token })).json["error"]).toBe(
        "unknown_marker",
      );
      expect(
        (await publish(await signIn("bob"), { text: "Bob's", clientMarker: "same" })).status,
      ).toBe(201);
    });

    it("knows no markers and no listing where the account has neither", async () => {
      await call("POST", "/_accounts", { json: { user: "alice", markers: false, listing: false } });
      const account = await signIn("alice");
      const { token } = account;
      const statuses = [];
      for (let time = 0; time < 2; time++)
        statuses.push((await publish(account, { text: "Twice", clientMarker: "same" })).status);
      expect(statuses).toEqual([201, 201]);
      expect(await log(), "the log knows what was sent").toMatchObject([
        { marker: null, sentMarker: "same" },
        { marker: null, sentMarker: "same" },
      ]);
      expect((await call("GET", "/api/markers/same", { token })).json["error"]).toBe(
        "markers_not_supported",
      );
      expect((await call("GET", "/api/posts", { token })).json["error"]).toBe(
        "listing_not_supported",
      );
      expect((await call("GET", "/api/me", { token })).json).toMatchObject({
        markers: false,
        listing: false,
      });
    });

    it("lists own posts page by page, newest first", async () => {
      const account = await signIn("alice");
      for (const text of ["1", "2", "3"]) await publish(account, { text });
      await publish(await signIn("bob"), { text: "Bob's" });
      const seen: string[] = [];
      let cursor = "";
      do {
        const { json } = await call("GET", `/api/posts?limit=2${cursor}`, { token: account.token });
        seen.push(...Posts.parse(json).data.map(({ text }) => text));
        cursor = json["nextCursor"] === null ? "" : `&cursor=${json["nextCursor"]}`;
      } while (cursor !== "");
      expect(seen).toEqual(["3", "2", "1"]);
    });

    it("shows feeds, escaped, and takes deleted posts out of everything but the log", async () => {
      const account = await signIn("alice");
      const { json } = await publish(account, { text: "<img src=x onerror=alert(1)>" });
      for (const path of ["/", "/@alice", `/posts/${json["id"]}`]) {
        const shown = await call("GET", path);
        expect(shown.text).toContain("&lt;img src=x onerror=alert(1)&gt;");
        expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
      }
      expect((await call("GET", "/@alice/page-1")).text).toContain("No posts yet");
      const { token } = account;
      expect((await call("DELETE", `/api/posts/${json["id"]}`, { token })).status).toBe(204);
      expect((await call("GET", `/posts/${json["id"]}`)).status).toBe(404);
      expect((await call("GET", `/api/posts/${json["id"]}/metrics`, { token })).status).toBe(404);
      expect((await call("GET", "/")).text).not.toContain("onerror");
      expect(await log()).toHaveLength(1);
    });

    it("hangs replies under own posts of the same channel, and shows them there", async () => {
      const account = await signIn("alice");
      const { token } = account;
      const root = (await publish(account, { text: "Root" })).json["id"] ?? "";
      const reply = await publish(account, { text: "Reply", replyTo: root });
      const id = reply.json["id"] ?? "";
      expect(reply).toMatchObject({ status: 201, json: { replyTo: root } });
      expect((await call("GET", `/api/posts/${id}`, { token })).json["replyTo"]).toBe(root);
      expect(await log()).toMatchObject([
        { id: root, replyTo: null },
        { id, replyTo: root },
      ]);
      const page = new URL(reply.json["url"] ?? "").pathname;
      expect(page).toBe(`/@alice/posts/${id}`);
      expect((await call("GET", page)).text).toMatch(/Root[^]*Reply/);
      expect((await call("GET", `/@alice/posts/${root}`)).text).toMatch(/Root[^]*Reply/);
      expect((await call("GET", `/posts/${root}`)).text).toContain("Reply");
      expect((await call("GET", `/@bob/posts/${id}`)).status).toBe(404);
      await call("DELETE", `/api/posts/${root}`, { token });
      expect((await call("GET", page)).text).toContain("Reply to a post that was deleted");
    });

    it("refuses a reply to what is not an own post in the same channel, or is not there", async () => {
      const account = await signIn("alice");
      const { token } = account;
      const channels = Channels.parse((await call("GET", "/api/channels", { token })).json).data;
      const pageId = channels[1]?.id ?? "";
      const onPage = await publish({ ...account, channelId: pageId }, { text: "On the page" });
      const bobs = await publish(await signIn("bob"), { text: "Bob's" });
      const deleted = await publish(account, { text: "Deleted", clientMarker: "root" });
      const known = { text: "Known", clientMarker: "reply", replyTo: deleted.json["id"] };
      expect((await publish(account, known)).status).toBe(201);
      await call("DELETE", `/api/posts/${deleted.json["id"]}`, { token });
      const before = (await log()).length;
      for (const replyTo of ["no_such", onPage.json["id"], bobs.json["id"], deleted.json["id"]])
        expect(await publish(account, { text: "Reply", replyTo })).toMatchObject({
          status: 422,
          json: { error: "parent_missing" },
        });
      expect(await log()).toHaveLength(before);
      // A marker of before gives the post of then, whatever became of the one above it.
      expect((await publish(account, known)).json["error"]).toBe("duplicate_marker");
    });

    it("deletes once, tells so behind the scenes, and keeps the log as it was", async () => {
      const account = await signIn("alice");
      const { token, channelId } = account;
      const { json } = await publish(account, { text: "Gone" });
      const before = await log();
      const remove = () => call("DELETE", `/api/posts/${json["id"]}`, { token });
      const { token: other } = await signIn("bob");
      const foreign = await call("DELETE", `/api/posts/${json["id"]}`, { token: other });
      expect(foreign.json["error"]).toBe("not_found");
      expect((await remove()).status).toBe(204);
      expect(await remove()).toMatchObject({ status: 404, json: { error: "not_found" } });
      const deletion = { id: json["id"], account: "alice", channelId, at: now.toISOString() };
      expect(JSON.parse((await call("GET", "/_deletions?account=alice")).text)).toEqual([deletion]);
      expect(JSON.parse((await call("GET", "/_deletions?account=bob")).text)).toEqual([]);
      expect(await log()).toEqual(before);
    });

    it("deletes nothing of an account that does not allow it", async () => {
      await call("POST", "/_accounts", { json: { user: "alice", deletable: false } });
      const account = await signIn("alice");
      const { token } = account;
      expect((await call("GET", "/api/me", { token })).json).toMatchObject({ deletable: false });
      const { json } = await publish(account, { text: "Stays" });
      expect(await call("DELETE", `/api/posts/${json["id"]}`, { token })).toMatchObject({
        status: 403,
        json: { error: "delete_not_supported" },
      });
      expect((await call("GET", `/posts/${json["id"]}`)).status).toBe(200);
    });

    it("counts views that grow with time", async () => {
      const account = await signIn("alice");
      const { json } = await publish(account, { text: "Count" });
      const read = (): Promise<Answered> =>
        call("GET", `/api/posts/${json["id"]}/metrics`, { token: account.token });
      expect((await read()).json).toMatchObject({ views: 0, likes: 0, comments: 0 });
      pass(60);
      const minute = Number((await read()).json["views"]);
      expect(minute).toBeGreaterThan(0);
      pass(3_000);
      expect(Number((await read()).json["views"])).toBeGreaterThan(minute);
    });
  });

  it("limits the rate of each account, and says when to ask again", async () => {
    await call("POST", "/_accounts", {
      json: { user: "alice", rateLimit: { requests: 3, windowSeconds: 10 } },
    });
    const { token } = await signIn("alice");
    const statuses = [];
    for (let time = 0; time < 3; time++)
      statuses.push((await call("GET", "/api/me", { token })).status);
    expect(statuses).toEqual([200, 200, 429]);
    pass(4);
    const limited = await call("GET", "/api/me", { token });
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "6"]);
    const bob = await signIn("bob");
    expect((await call("GET", "/api/me", { token: bob.token })).status).toBe(200);
    pass(6);
    expect((await call("GET", "/api/me", { token })).status).toBe(200);
  });

  it("limits publishing apart from all else where the account has such a limit", async () => {
    const publishLimit = { requests: 2, windowSeconds: 60 };
    await call("POST", "/_accounts", { json: { user: "alice", publishLimit } });
    const account = await signIn("alice");
    const { token } = account;
    const answers = [];
    for (const text of ["1", "2", "3"]) answers.push(await publish(account, { text }));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(answers[2]?.headers.get("retry-after")).toBe("60");
    expect((await call("GET", "/api/me", { token })).status).toBe(200);
    const { id } = (await log())[0] ?? {};
    expect((await call("DELETE", `/api/posts/${id}`, { token })).status).toBe(204);
    pass(60);
    expect((await publish(account, { text: "4" })).status).toBe(201);
    await call("PATCH", "/_accounts/alice", { json: { publishLimit: null } });
    for (const text of ["5", "6", "7"])
      expect((await publish(account, { text })).status, text).toBe(201);
  });

  describe("faults", () => {
    async function arm(fault: object): Promise<void> {
      expect((await call("PUT", "/_faults", { json: { faults: [fault], seed: 1 } })).status).toBe(
        200,
      );
    }
    async function fired(): Promise<{ kind: string; accepted: boolean; account: string }[]> {
      return JSON.parse((await call("GET", "/_faults")).text);
    }

    it.each([
      { kind: "429", status: 429, accepted: false },
      { kind: "500", status: 500, accepted: false },
      { kind: "accept500", status: 500, accepted: true },
      { kind: "reject", status: 422, accepted: false },
      { kind: "revoke", status: 401, accepted: false },
      { kind: "slow", status: 201, accepted: true },
    ])("$kind answers $status, accepted: $accepted", async ({ kind, status, accepted }) => {
      const account = await signIn("alice");
      await arm({ on: "publish", kind, probability: 1, retryAfter: kind === "429" ? 5 : 0 });
      const answer = await publish(account, { text: kind });
      expect(answer.status).toBe(status);
      if (kind === "429") expect(answer.headers.get("retry-after")).toBe("5");
      expect(await log()).toHaveLength(accepted ? 1 : 0);
      expect(await fired()).toMatchObject([{ on: "publish", kind, account: "alice", accepted }]);
      await call("PUT", "/_faults", { json: { faults: [] } });
      const after = await publish(account, { text: "After" });
      expect(after.status).toBe(kind === "revoke" ? 401 : 201);
      expect(await fired(), "the log of faults stays").toHaveLength(1);
    });

    it("of a removal are its own, and drop removes before it breaks the connection", async () => {
      const account = await signIn("alice");
      const { token } = account;
      await arm({ on: "remove", kind: "drop" });
      const { json } = await publish(account, { text: "Removed" });
      const path = `/api/posts/${json["id"]}`;
      await expect(call("DELETE", path, { token })).rejects.toThrow("fetch failed");
      expect(await fired()).toMatchObject([
        { on: "remove", kind: "drop", accepted: true, post: json["id"], text: null, marker: null },
      ]);
      await arm({ on: "publish", kind: "500" });
      expect((await call("DELETE", path, { token })).status).toBe(404);
      await arm({ on: "remove", kind: "reject" });
      expect((await call("DELETE", path, { token })).status).toBe(422);
      expect(await fired()).toMatchObject([{}, { accepted: false, post: json["id"] }]);
    });

    it("are logged with what was asked for, also where the account takes no markers", async () => {
      await call("POST", "/_accounts", { json: { user: "alice", markers: false } });
      const account = await signIn("alice");
      const { channelId } = account;
      const root = (await publish(account, { text: "Root" })).json["id"];
      const asked = { text: "Who knows", clientMarker: "m-1", replyTo: root };
      await arm({ on: "publish", kind: "accept500" });
      await publish(account, asked);
      await arm({ on: "publish", kind: "500" });
      await publish(account, asked);
      await publish(account, { text: { no: "text" } });
      const logged = { channelId, marker: "m-1", replyTo: root, text: "Who knows" };
      expect(await fired()).toMatchObject([
        { ...logged, accepted: true, post: (await log())[1]?.id },
        { ...logged, accepted: false, post: null },
        { channelId, marker: null, replyTo: null, text: null, post: null },
      ]);
    });

    it("drop accepts, then breaks the connection", async () => {
      const account = await signIn("alice");
      await arm({ on: "publish", kind: "drop", probability: 1 });
      await expect(publish(account, { text: "Dropped" })).rejects.toThrow("fetch failed");
      expect(await log()).toMatchObject([{ text: "Dropped" }]);
      expect(await fired()).toMatchObject([{ kind: "drop", accepted: true }]);
    });

    it("hang accepts nothing and never answers, and does not keep the network from closing", async () => {
      const account = await signIn("alice");
      await arm({ on: "publish", kind: "hang", probability: 1 });
      const hanging = publish(account, { text: "Hangs" }).catch((error: unknown) => error);
      while ((await fired()).length === 0) await setImmediate();
      expect(await fired()).toMatchObject([{ kind: "hang", accepted: false }]);
      expect(await log()).toEqual([]);
      await network.close();
      expect(await hanging).toBeInstanceOf(TypeError);
      network = await start();
    });

    it("slow does not keep the network from closing", async () => {
      const account = await signIn("alice");
      await arm({ on: "publish", kind: "slow", probability: 1, retryAfter: 3_600 });
      const slow = publish(account, { text: "Slow" }).catch((error: unknown) => error);
      while ((await fired()).length === 0) await setImmediate();
      await network.close();
      expect(await slow).toBeInstanceOf(TypeError);
      network = await start();
      expect(await log()).toMatchObject([{ text: "Slow" }]);
    });

    it("accepts first only what it would accept", async () => {
      const account = await signIn("alice");
      await arm({ on: "publish", kind: "accept500", probability: 1 });
      expect((await publish(account, { text: "" })).status).toBe(422);
      expect(await fired()).toMatchObject([{ kind: "accept500", accepted: false }]);
    });

    it("touches its step and its account only", async () => {
      const [alice, bob] = [await signIn("alice"), await signIn("bob")];
      for (const on of ["upload", "remove", "token", "read"] as const) {
        await arm({ on, kind: "500", probability: 1, account: "alice" });
        const statuses = [];
        for (const account of [alice, bob]) {
          const { token, refreshToken } = account;
          if (on === "upload")
            statuses.push(
              (
                await call("POST", "/api/media", {
                  token,
                  json: { contentType: "image/png", bytes: 9 },
                })
              ).status,
            );
          if (on === "remove")
            statuses.push((await call("DELETE", "/api/posts/none", { token })).status);
          if (on === "token") statuses.push((await refresh(refreshToken)).status);
          if (on === "read") statuses.push((await call("GET", "/api/me", { token })).status);
          expect((await publish(account, { text: "Untouched" })).status).toBe(201);
        }
        const untouched = { upload: 201, remove: 404, token: 200, read: 200 };
        expect(statuses).toEqual([500, untouched[on]]);
      }
    });

    it("of a token leave the authorization alone, unless it is revoked", async () => {
      const { refreshToken } = await signIn("alice");
      for (const kind of ["500", "accept500"]) {
        await arm({ on: "token", kind, probability: 1 });
        expect((await refresh(refreshToken)).status).toBe(500);
      }
      await call("PUT", "/_faults", { json: { faults: [] } });
      expect((await refresh(refreshToken)).status).toBe(200);
      await arm({ on: "token", kind: "revoke", probability: 1 });
      expect((await refresh(refreshToken)).json["error"]).toBe("invalid_grant");
      await call("PUT", "/_faults", { json: { faults: [] } });
      expect((await refresh(refreshToken)).json["error"]).toBe("invalid_grant");
    });

    it("refuses settings that it can't read, and keeps those it has", async () => {
      await arm({ on: "publish", kind: "500", probability: 0.5 });
      const wrong = [
        { faults: [{ on: "publish", kind: "explode", probability: 1 }] },
        { faults: [{ on: "publish", kind: "500", probability: 2 }] },
        { faults: [{ on: "publish", kind: "500", probability: 1, often: true }] },
        { faults: {} },
        [],
      ];
      for (const json of wrong) expect((await call("PUT", "/_faults", { json })).status).toBe(400);
      expect((await call("GET", "/_faults/settings")).json).toMatchObject({
        faults: [{ probability: 0.5 }],
        seed: 1,
      });
    });
  });

  describe("what it keeps", () => {
    it("is all there after a restart", async () => {
      const account = await signIn("alice");
      const id = await upload(account.token, await picture());
      const before = await publish(account, {
        text: "Before",
        media: [{ id }],
        clientMarker: "m",
      });
      const reply = await publish(account, { text: "Reply", replyTo: before.json["id"] });
      const gone = await publish(account, { text: "Gone" });
      await call("DELETE", `/api/posts/${gone.json["id"]}`, { token: account.token });
      await call("PUT", "/_faults", {
        json: { faults: [{ on: "read", kind: "slow", probability: 0 }], seed: "s" },
      });
      const paths = ["/_log", "/_deletions", "/_accounts", "/_faults", "/_faults/settings"];
      const kept = await Promise.all(paths.map(async (path) => (await call("GET", path)).text));
      await network.close();
      network = await start();
      const after = await Promise.all(paths.map(async (path) => (await call("GET", path)).text));
      expect(after).toEqual(kept);
      expect((await call("GET", `/posts/${before.json["id"]}`)).text).toContain(
        `/@alice/posts/${reply.json["id"]}`,
      );
      expect((await call("GET", `/posts/${gone.json["id"]}`)).status).toBe(404);
      expect((await call("GET", "/api/me", { token: account.token })).status).toBe(200);
      expect((await refresh(account.refreshToken)).status).toBe(200);
      expect((await publish(account, { text: "Again", clientMarker: "m" })).status).toBe(409);
      expect((await fetch(`${network.url}/media/${id}`)).status).toBe(200);
    });

    it("holds no token in clear", async () => {
      const { code } = await codeFor("bob");
      const { token, refreshToken } = await signIn("alice");
      for (const file of await readdir(dataDir, { withFileTypes: true, recursive: true })) {
        if (!file.isFile()) continue;
        const content = await readFile(join(file.parentPath, file.name), "utf8");
        for (const secret of [code, token, refreshToken]) expect(content).not.toContain(secret);
      }
    });

    it("says clearly that a port is taken, and lets go of everything", async () => {
      const other = startSandboxNetwork({
        port: network.port,
        host: "127.0.0.1",
        dataDir: join(dataDir, "other"),
      });
      await expect(other).rejects.toThrow("EADDRINUSE");
    });
  });

  describe("hostile requests", () => {
    it("never make it fail", async () => {
      const { token, channelId } = await signIn("alice");
      const id = await upload(token, await picture());
      const bodies: unknown[] = [
        null,
        0,
        "x",
        [],
        {},
        { channelId: {} },
        { channelId, text: 7 },
        { channelId, text: "\u0000" },
        { channelId, text: "\ud800" },
        { channelId, text: "é".repeat(100_000) },
        { channelId, media: "x" },
        { channelId, media: [{ id }, { id }] },
        { channelId, media: [{ id: "../journal.jsonl" }] },
        { channelId, media: [{ id, altText: "x".repeat(1_001) }] },
        { channelId: "__proto__", text: "x" },
        { channelId, text: "x", clientMarker: "a b" },
        { channelId, text: "x", extra: 1 },
        { user: "../x" },
      ];
      const routes: [string, string][] = [
        ...([
          "/api/posts",
          "/api/media",
          "/_accounts",
          "/oauth/token",
          "/oauth/authorize",
          "/oauth/revoke",
        ].map((path) => ["POST", path]) as [string, string][]),
        ["PUT", "/_faults"],
        ["PATCH", "/_accounts/demo"],
        ["POST", `/api/media/${id}/finalize`],
        ["POST", "/api/media/..%2f..%2fjournal.jsonl/finalize"],
        ["PUT", `/api/media/${id}/chunks/-1`],
      ];
      for (const [method, path] of routes)
        for (const json of bodies) {
          const { status } = await call(method, path, { token, json });
          expect(status, `${method} ${path} ${JSON.stringify(json).slice(0, 80)}`).toBeLessThan(
            500,
          );
        }
      const paths = [
        "/%zz",
        "/@%00",
        "/@demo/%2e%2e",
        "/media/..%2fjournal.jsonl",
        "/posts/__proto__",
        "/avatars/x",
        "/?before=-1",
        "/?before=9e99",
        "/api/posts?limit=0",
        "/api/posts?cursor=NaN",
        "/api/posts?limit=1&limit=2",
        "/api/markers/%20",
        "/oauth/authorize",
        "/oauth/authorize?client_id=a&client_id=b",
        "/_log?account=a&account=b",
        "/_accounts/__proto__",
      ];
      for (const path of paths) {
        const { status, text } = await call("GET", path, { token });
        expect(status, path).toBeLessThan(500);
        expect(text).not.toMatch(/node_modules|\.ts:\d/);
      }
      expect((await log()).filter(({ account }) => account === "alice")).toEqual([]);
    });

    it("get a clear answer when they are no HTTP, or too large", async () => {
      for (const request of ["\0\0\0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]) {
        const socket = openSocket({ port: network.port, host: "127.0.0.1" });
        socket.end(request);
        let answer = "";
        socket.on("data", (data) => (answer += data.toString()));
        await once(socket, "close");
        expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
      const { token } = await signIn("alice");
      const big = await call("PUT", "/api/media/none/chunks/0", {
        token,
        bytes: Buffer.alloc(4_194_305),
      });
      expect([big.status, big.json["error"]]).toEqual([413, "too_large"]);
      const text = await fetch(`${network.url}/_faults`, { method: "PUT", body: "{}" });
      expect(text.status, "a form on a web page can't change anything").toBe(415);
    });
  });
});

describe("the sandbox network run alone", () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "drumbeat-network-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  });

  async function run(): Promise<{ child: ChildProcess; url: string }> {
    const main = fileURLToPath(new URL("main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "--port", "0", "--data-dir", dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    return { child, url: (JSON.parse(line.toString()) as { url: string }).url };
  }

  it("loses no publish that it has acknowledged, however it is killed", async () => {
    const { child, url } = await run();
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const asked = await fetch(
      `${url}/oauth/authorize?response_type=code&client_id=drumbeat&redirect_uri=${encodeURIComponent(redirectUri)}` +
        `&code_challenge=${challenge}&code_challenge_method=S256&approve=alice`,
      { redirect: "manual" },
    );
    const code = new URL(asked.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const form = {
      grant_type: "authorization_code",
      client_id: "drumbeat",
      code,
      code_verifier: verifier,
    };
    const body = new URLSearchParams({ ...form, redirect_uri: redirectUri });
    const tokens = (await (await fetch(`${url}/oauth/token`, { method: "POST", body })).json()) as {
      access_token: string;
    };
    const headers = {
      authorization: `Bearer ${tokens.access_token}`,
      "content-type": "application/json",
    };
    const channels = (await (await fetch(`${url}/api/channels`, { headers })).json()) as {
      data: { id: string }[];
    };

    const acknowledged: string[] = [];
    async function publishForever(lane: number): Promise<void> {
      for (let number = 0; ; number++) {
        const post = { channelId: channels.data[0]?.id, text: `${lane}-${number}` };
        const answer = await fetch(`${url}/api/posts`, {
          method: "POST",
          headers,
          body: JSON.stringify(post),
        });
        acknowledged.push(((await answer.json()) as { id: string }).id);
        if (acknowledged.length === 60) child.kill("SIGKILL");
      }
    }
    await Promise.allSettled([1, 2, 3, 4].map(publishForever));
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);

    const again = await run();
    const log = (await (await fetch(`${again.url}/_log`)).json()) as { id: string }[];
    const ids = log.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("ends cleanly on SIGTERM, in spite of open connections", async () => {
    const { child, url } = await run();
    const socket = openSocket(Number(new URL(url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => {});
    child.kill("SIGTERM");
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect([code, signal]).toEqual([0, null]);
    socket.destroy();
  }, 4_000);
});
