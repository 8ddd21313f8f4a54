import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { startSandboxNetwork } from "#local/sandbox-network/start-sandbox-network.ts";
import { platform } from "#platforms/sandbox/index.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { CallContext, OutgoingPost } from "#platforms/contract.ts";
import { mediaPartOf } from "./media-part-of.ts";
import {
  platformContract,
  type Connection,
  type FaultStep,
  type Harness,
} from "./platform-contract.ts";

platformContract({
  name: "sandbox",
  platform,
  start: startHarness,
  markerIsIdempotent: true,
  accountKinds: [
    { kind: "without-markers", provable: true },
    { kind: "without-markers-and-listing", provable: false },
    { kind: "without-listing", provable: true },
  ],
});

describe("the sandbox platform, beyond the contract", () => {
  let harness: SandboxHarness;
  const never = new AbortController().signal;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(async () => {
    await harness.close();
  });

  async function connect(): Promise<Connection> {
    const person = await harness.person({ name: "alice" });
    if (person.auth !== "oauth2" || platform.connect.oauth === undefined)
      throw new Error("no OAuth");
    const codeVerifier = "v".repeat(43);
    const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
    const redirectUri = "http://127.0.0.1:9/callback";
    const begun = await platform.connect.oauth.begin(harness.deps, {
      redirectUri,
      state: "s",
      codeChallenge,
    });
    const code = (await person.approve(begun.authorizationUrl)).searchParams.get("code") ?? "";
    const input = { redirectUri, code, codeVerifier, signal: never };
    const authorized = await platform.connect.oauth.exchange(harness.deps, input);
    const { account, secrets } = authorized;
    const [channel] = await platform.connect.channels(harness.deps, {
      account,
      secrets,
      signal: never,
    });
    if (channel === undefined) throw new Error("no channel");
    return { user: "alice", authorized, channel };
  }
  function contextOf({ authorized, channel }: Connection): CallContext {
    const { account, secrets } = authorized;
    return { ...harness.deps, account, secrets, channel, signal: never };
  }
  const post: OutgoingPost = { text: "Said twice", media: [], settings: {} };

  it("has the limits of the network", async () => {
    const network = await harness.admin("GET", "/api/limits");
    const { text, altTextMax, images, video } = platform.manifest.limits;
    expect(network).toMatchObject({
      text: { maxGraphemes: text.max, maxBytes: text.maxBytes },
      altText: { maxCodepoints: altTextMax },
      images: {
        maxCount: images?.maxCount,
        contentTypes: images?.formats.map((format) => `image/${format}`),
        maxBytes: images?.maxBytes,
        maxSide: images?.maxWidth,
      },
      video: {
        maxCount: video?.maxCount,
        maxBytes: video?.maxBytes,
        maxSeconds: video?.maxSeconds,
        maxSide: video?.maxWidth,
      },
    });
    expect([images?.maxHeight, video?.maxHeight]).toEqual([images?.maxWidth, video?.maxWidth]);
  });

  it("uploads a file of several chunks, and says how far it is", async () => {
    const ctx = contextOf(await connect());
    const bytes = new Uint8Array(9_000_000).map((_, index) => index % 251);
    const facts = { kind: "video", contentType: "video/mp4", width: 10, height: 10 } as const;
    const progress: number[] = [];
    const media = [mediaPartOf({ bytes, ...facts })];
    // The network checks the SHA-256 of the whole; what it is in the end, processing finds out.
    const created = await platform.create?.(
      { ...ctx, progress: (done) => progress.push(done) },
      { ...post, media },
    );
    expect(progress).toHaveLength(3);
    expect(progress.at(-1)).toBe(1);
    await harness.pass(5);
    await expect(platform.poll?.(ctx, created ?? {})).rejects.toMatchObject({
      fate: "reject",
      code: "unsupported_type",
    });
  });

  it("can't tell two posts apart that may both be the one", async () => {
    const connection = await connect();
    await harness.admin("PATCH", "/_accounts/alice", { markers: false });
    const ctx = contextOf(connection);
    const sentAt = harness.deps.now();
    for (const marker of ["one", "two"])
      await platform.publish(ctx, { ...post, created: {}, marker });
    const found = await platform.reconcile(ctx, { marker: "two", created: {}, post, sentAt });
    expect(found.outcome).toBe("unprovable");
  });

  it("looks through as many pages as there are since it was sent", async () => {
    const connection = await connect();
    await harness.admin("PATCH", "/_accounts/alice", { markers: false });
    const ctx = contextOf(connection);
    const sentAt = harness.deps.now();
    const first = await platform.publish(ctx, { ...post, created: {}, marker: "one" });
    for (let number = 0; number < 120; number++)
      await platform.publish(ctx, {
        ...post,
        text: `Other ${number}`,
        created: {},
        marker: `other-${number}`,
      });
    const found = await platform.reconcile(ctx, { marker: "one", created: {}, post, sentAt });
    expect(found).toMatchObject({ outcome: "present", remoteId: first.remoteId });
  });

  it("goes by how long ago it sent, not by whose clock is right", async () => {
    const connection = await connect();
    await harness.admin("PATCH", "/_accounts/alice", { markers: false });
    const ahead = (): Date => new Date(harness.deps.now().getTime() + 3_600_000);
    const ctx = { ...contextOf(connection), now: ahead };
    const sentAt = ahead();
    await platform.publish(ctx, { ...post, created: {}, marker: "one" });
    const found = await platform.reconcile(ctx, { marker: "one", created: {}, post, sentAt });
    expect(found.outcome).toBe("present");
  });

  it("takes a missing marker for no proof where the account took none when it was connected", async () => {
    const connection = await connect();
    const { account } = connection.authorized;
    await harness.admin("PATCH", "/_accounts/alice", { markers: false, listing: false });
    const data = { ...account.data, markers: "false" };
    const ctx = { ...contextOf(connection), account: { ...account, data } };
    const sentAt = harness.deps.now();
    await platform.publish(ctx, { ...post, created: {}, marker: "one" });
    await harness.admin("PATCH", "/_accounts/alice", { markers: true });
    const found = await platform.reconcile(ctx, { marker: "one", created: {}, post, sentAt });
    expect(found.outcome).toBe("unprovable");
  });

  it("keeps the connection when the answer to a refresh is lost", async () => {
    const { authorized } = await connect();
    const { account, secrets } = authorized;
    const refresh = () => platform.refresh?.(harness.deps, { account, secrets, signal: never });
    await harness.admin("PUT", "/_faults", {
      faults: [{ on: "token", kind: "drop", probability: 1 }],
    });
    await expect(refresh()).rejects.toMatchObject({ fate: "retry" });
    await harness.admin("PUT", "/_faults", { faults: [] });
    await expect(refresh()).resolves.toMatchObject({ account: { remoteId: account.remoteId } });
  });

  it("refuses what is against the limits before it sends anything", async () => {
    const requests: unknown[] = [];
    const ctx = {
      ...contextOf(await connect()),
      fetch: (...request: Parameters<typeof fetch>) => {
        requests.push(request);
        return fetch(...request);
      },
    };
    const tooLong = { ...post, text: "x".repeat(501) };
    const refused = { fate: "reject", code: "text_too_long" };
    await expect(platform.create?.(ctx, tooLong)).rejects.toMatchObject(refused);
    const publishing = platform.publish(ctx, { ...tooLong, created: {}, marker: "one" });
    await expect(publishing).rejects.toMatchObject(refused);
    expect(requests).toEqual([]);
  });

  it("follows no redirect with a publish", async () => {
    const connection = await connect();
    const baseUrl = harness.deps.app.baseUrl ?? "";
    const elsewhere = createServer((request, response) => {
      response.writeHead(307, { location: `${baseUrl}${request.url}` }).end();
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    try {
      const { port } = elsewhere.address() as AddressInfo;
      const ctx = { ...contextOf(connection), app: { baseUrl: `http://127.0.0.1:${port}` } };
      await expect(
        platform.publish(ctx, { ...post, created: {}, marker: "one" }),
      ).rejects.toMatchObject({
        fate: "ambiguous",
      });
      expect(await harness.countPosts(connection)).toBe(0);
    } finally {
      elsewhere.closeAllConnections();
      elsewhere.close();
    }
  });

  it("says what to set when it is not configured", () => {
    const input = { redirectUri: "http://127.0.0.1:9/", state: "s", codeChallenge: "c" };
    expect(() => platform.connect.oauth?.begin({ ...harness.deps, app: {} }, input)).toThrow(
      /SANDBOX_BASE_URL/,
    );
  });

  it("hands on why it was cancelled, between the steps", async () => {
    const connection = await connect();
    const reason = new Error("cancelled by us");
    const ctx = { ...contextOf(connection), signal: AbortSignal.abort(reason) };
    await expect(platform.metrics(ctx, "any")).rejects.toBe(reason);
    await expect(
      platform.publish(ctx, { ...post, created: {}, marker: "one" }),
    ).rejects.toMatchObject({
      fate: "ambiguous",
    });
    expect(await harness.countPosts(connection)).toBe(0);
  });
});

const Log = z.array(
  z.object({
    id: z.string(),
    account: z.string(),
    channelId: z.string(),
    replyTo: z.string().nullable(),
    text: z.string(),
    aiGenerated: z.boolean(),
    media: z.array(
      z.object({
        kind: z.enum(["image", "video"]),
        altText: z.string().nullable(),
        sha256: z.string(),
      }),
    ),
  }),
);
const FiredFaults = z.array(z.object({ kind: z.string(), account: z.string().nullable() }));

type SandboxHarness = Harness & {
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
};

async function startHarness(): Promise<SandboxHarness> {
  const dataDir = await mkdtemp(join(tmpdir(), "drumbeat-network-"));
  let now = new Date("2026-03-01T10:00:00Z");
  const network = await startSandboxNetwork({
    port: 0,
    host: "127.0.0.1",
    dataDir,
    clock: () => now,
  });

  async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${network.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }
  async function arm(input: {
    kind: string;
    on: FaultStep;
    connection: Connection;
    retryAfter?: number;
  }) {
    const { kind, on, connection, retryAfter } = input;
    await admin("PUT", "/_faults", {
      faults: [{ on, kind, probability: 1, account: connection.user, retryAfter }],
    });
  }
  async function posts(connection: Connection) {
    const shown = [];
    for (const post of Log.parse(await admin("GET", `/_log?account=${connection.user}`)))
      if ((await fetch(`${network.url}/posts/${post.id}`)).ok) shown.push(post);
    return shown.filter(({ channelId }) => channelId === connection.channel.remoteId);
  }

  return {
    admin,
    deps: { fetch, now: () => now, app: { baseUrl: network.url } },
    async person({ name, kind = "" }) {
      await admin("POST", "/_accounts", {
        user: name,
        markers: !kind.includes("without-markers"),
        listing: !kind.includes("listing"),
      });
      return {
        auth: "oauth2",
        async approve(authorizationUrl) {
          const answer = await fetch(`${authorizationUrl}&approve=${name}`, { redirect: "manual" });
          return new URL(answer.headers.get("location") ?? "");
        },
      };
    },
    async pass(seconds) {
      now = new Date(now.getTime() + seconds * 1_000);
    },
    async readBack({ connection, remoteId }) {
      const post = (await posts(connection)).find(({ id }) => id === remoteId);
      return (
        post && {
          text: post.text,
          ...(post.replyTo === null ? {} : { replyTo: post.replyTo }),
          ...(post.aiGenerated ? { aiGenerated: true as const } : {}),
          media: post.media.map(({ kind, altText, sha256 }) => ({
            kind,
            sha256,
            ...(altText === null ? {} : { altText }),
          })),
        }
      );
    },
    async countPosts(connection) {
      return (await posts(connection)).length;
    },
    async removePost({ connection, remoteId }) {
      await fetch(`${network.url}/api/posts/${remoteId}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${connection.authorized.secrets["accessToken"]}` },
      });
    },
    async forbidRemoval(connection) {
      await admin("PATCH", `/_accounts/${connection.user}`, { deletable: false });
    },
    async revoke(connection) {
      await admin("POST", `/_accounts/${connection.user}/revoke`);
    },
    faults: {
      clear: async () => void (await admin("PUT", "/_faults", { faults: [] })),
      rateLimit: ({ retryAfterSeconds, ...input }) =>
        arm({ ...input, kind: "429", retryAfter: retryAfterSeconds }),
      refuse500: (input) => arm({ ...input, kind: "500" }),
      accept500: (input) => arm({ ...input, kind: "accept500" }),
      drop: (input) => arm({ ...input, kind: "drop" }),
      reject: (input) => arm({ ...input, kind: "reject" }),
      async hang(input) {
        await arm({ ...input, kind: "hang" });
        return {
          async reached() {
            const path = `/_faults?account=${input.connection.user}`;
            while (FiredFaults.parse(await admin("GET", path)).length === 0) await setImmediate();
          },
        };
      },
    },
    async close() {
      await network.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
