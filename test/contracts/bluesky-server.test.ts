import { platform } from "#platforms/bluesky/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { AppBskyFeedPost } from "@atproto/api";
import type { CallContext, OutgoingPost, PlaceOfPart, PlatformDeps } from "#platforms/contract.ts";
import { imagePart } from "./media-part-of.ts";
import type { Connection } from "./platform-contract.ts";
import { startBlueskyHarness, type BlueskyHarness } from "./start-bluesky-harness.ts";

const Facets = z.array(
  z.object({
    index: z.object({ byteStart: z.number(), byteEnd: z.number() }),
    features: z.array(
      z.object({
        uri: z.string().optional(),
        tag: z.string().optional(),
        did: z.string().optional(),
      }),
    ),
  }),
);
// Concurrent, for the server takes its time over each log-in; every test has accounts of its own.
describe.concurrent("the Bluesky platform on a real Personal Data Server, beyond the contract", () => {
  let harness: BlueskyHarness;
  let people = 0;
  const never = new AbortController().signal;
  beforeAll(async () => {
    harness = await startBlueskyHarness();
  }, 60_000);
  afterAll(async () => {
    await harness?.close();
  });

  async function connect(): Promise<Connection> {
    people += 1;
    const user = `extra${people}`;
    const person = await harness.person({ name: user });
    if (person.auth !== "credentials") throw new Error("no credentials");
    const authorized = await verify({ credentials: person.credentials });
    const { account, secrets } = authorized;
    const [channel] = await platform.connect.channels(harness.deps, {
      account,
      secrets,
      signal: never,
    });
    if (channel === undefined) throw new Error("no channel");
    return { user, authorized, channel };
  }
  function verify(input: { credentials: Record<string, string>; deps?: PlatformDeps }) {
    if (platform.connect.credentials === undefined) throw new Error("no credentials");
    const { credentials, deps = harness.deps } = input;
    return platform.connect.credentials.verify(deps, { credentials, signal: never });
  }
  function contextOf({ authorized, channel }: Connection): CallContext {
    const { account, secrets } = authorized;
    return { ...harness.deps, account, secrets, channel, signal: never };
  }
  function refresh({ authorized: { account, secrets } }: Connection) {
    if (platform.refresh === undefined) throw new Error("no refresh");
    return platform.refresh(harness.deps, { account, secrets, signal: never });
  }
  function create(ctx: CallContext, post: OutgoingPost) {
    if (platform.create === undefined) throw new Error("no create");
    return platform.create(ctx, post);
  }
  function newMarker(claimedAt: Date = harness.deps.now()): string {
    return platform.marker({ deliveryId: crypto.randomUUID(), claimedAt });
  }
  const post: OutgoingPost = { text: "Said once", media: [], settings: {} };

  describe("a second send under the same key", () => {
    it("changes nothing and gives the first post, as long as it is the same", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const created = await create(ctx, post);
      const marker = newMarker();
      const first = await platform.publish(ctx, { ...post, created, marker });
      const before = await harness.recordOf(first.remoteId);
      expect(await platform.publish(ctx, { ...post, created, marker })).toEqual(first);
      expect(await harness.recordOf(first.remoteId)).toEqual(before);
      expect(await harness.countPosts(connection)).toBe(1);
    });

    it("makes one record, however many are sent at once", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const created = await create(ctx, post);
      const marker = newMarker();
      const sends = Array.from({ length: 5 }, () =>
        platform.publish(ctx, { ...post, created, marker }),
      );
      const remoteIds = (await Promise.all(sends)).map(({ remoteId }) => remoteId);
      expect(new Set(remoteIds).size).toBe(1);
      expect(await harness.countPosts(connection)).toBe(1);
    });

    it("never replaces another record, and says so", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const created = await create(ctx, post);
      const marker = newMarker();
      const first = await platform.publish(ctx, { ...post, created, marker });
      const other = { ...post, text: "Something else" };
      await expect(platform.publish(ctx, { ...other, created, marker })).rejects.toMatchObject({
        fate: "ambiguous",
        code: "record_exists",
      });
      const found = { marker, created, sentAt: harness.deps.now() };
      expect(await platform.reconcile(ctx, { ...found, post: other })).toMatchObject({
        outcome: "unprovable",
      });
      expect(await platform.reconcile(ctx, { ...found, post })).toMatchObject({
        outcome: "present",
        remoteId: first.remoteId,
      });
      expect((await harness.recordOf(first.remoteId)).value["text"]).toBe(post.text);
    });
  });

  it("stores exactly what was sent, dated by its claim", async () => {
    const connection = await connect();
    const ctx = contextOf(connection);
    const media = [await imagePart({ format: "png", colour: "#c93", altText: "An orange field" })];
    const full: OutgoingPost = {
      text: "One two #three",
      media,
      settings: { langs: ["en", "pt-BR"] },
    };
    const created = await create(ctx, full);
    const marker = newMarker(new Date("2026-03-01T10:00:00.123Z"));
    const published = await platform.publish(ctx, { ...full, created, marker });
    const did = connection.authorized.account.remoteId;
    const { value, cid } = await harness.recordOf(published.remoteId);
    expect(published).toEqual({
      remoteId: `at://${did}/app.bsky.feed.post/${marker}`,
      remoteUrl: `https://bsky.app/profile/${did}/post/${marker}`,
      data: { cid },
    });
    expect(value).toEqual({
      $type: "app.bsky.feed.post",
      text: "One two #three",
      createdAt: "2026-03-01T10:00:00.123Z",
      langs: ["en", "pt-BR"],
      facets: [
        {
          index: { byteStart: 8, byteEnd: 14 },
          features: [{ $type: "app.bsky.richtext.facet#tag", tag: "three" }],
        },
      ],
      embed: {
        $type: "app.bsky.embed.images",
        images: [
          {
            alt: "An orange field",
            aspectRatio: { width: 160, height: 120 },
            image: {
              $type: "blob",
              ref: { $link: expect.stringMatching(/^bafkrei/) },
              mimeType: "image/png",
              size: media[0]?.bytes,
            },
          },
        ],
      },
    });
  });

  it("marks links, tags and mentions by their bytes, beside emoji too", async () => {
    const friend = await connect();
    const ctx = contextOf(await connect());
    const { remoteId: did, handle = "" } = friend.authorized.account;
    const text = `👩‍👩‍👧 Grüße @${handle}, see https://example.com/ä?q=1 and example.org. #Größe 🎉 not @nobody-here.test`;
    const outgoing = { ...post, text };
    const created = await create(ctx, outgoing);
    const published = await platform.publish(ctx, { ...outgoing, created, marker: newMarker() });
    const { value } = await harness.recordOf(published.remoteId);
    const bytes = Buffer.from(text);
    const marked = Facets.parse(value["facets"]).map(({ index, features }) => [
      bytes.subarray(index.byteStart, index.byteEnd).toString(),
      features.map(({ uri, tag, did: mentioned }) => uri ?? tag ?? mentioned),
    ]);
    expect(marked).toEqual([
      [`@${handle}`, [did]],
      ["https://example.com/ä?q=1", ["https://example.com/ä?q=1"]],
      ["example.org", ["https://example.org"]],
      ["#Größe", ["Größe"]],
    ]);
  });

  it("publishes nothing while it can't be asked who is mentioned", async () => {
    const connection = await connect();
    const asked: string[] = [];
    const ctx: CallContext = {
      ...contextOf(connection),
      fetch(url) {
        asked.push(String(url));
        return Promise.reject(new TypeError("down"));
      },
    };
    const mention = { ...post, text: "Hello @alice.test", created: {}, marker: newMarker() };
    await expect(platform.publish(ctx, mention)).rejects.toMatchObject({ fate: "retry" });
    expect(asked).toEqual([expect.stringContaining("resolveHandle")]);
    expect(await harness.countPosts(connection)).toBe(0);
  });

  describe("a thread", () => {
    /** Publishes a part, as the product does where there is no media: without the step `create`. */
    async function publish(ctx: CallContext, text: string, place?: PlaceOfPart) {
      const marker = newMarker();
      const part = { ...post, text, ...(place === undefined ? {} : { place }) };
      return platform.publish(ctx, { ...part, created: {}, marker });
    }

    it("refers to the very versions of the posts above, whether they were kept or are read", async () => {
      const ctx = contextOf(await connect());
      const root = await publish(ctx, "One");
      const { cid } = await harness.recordOf(root.remoteId);
      expect(root.data).toEqual({ cid });
      const second = await publish(ctx, "Two", { kind: "thread", root, parent: root });
      const known = { root: { remoteId: root.remoteId }, parent: { remoteId: second.remoteId } };
      const third = await publish(ctx, "Three", { kind: "thread", ...known });
      const comment = await publish(ctx, "And", { kind: "comment", root, parent: root });
      const refOf = async ({ remoteId: uri }: { remoteId: string }) => ({
        uri,
        cid: (await harness.recordOf(uri)).cid,
      });
      for (const [part, parent] of [
        [second, root],
        [third, second],
        [comment, root],
      ] as const)
        expect((await harness.recordOf(part.remoteId)).value["reply"]).toEqual({
          root: await refOf(root),
          parent: await refOf(parent),
        });
      const { value } = await harness.recordOf(third.remoteId);
      expect(AppBskyFeedPost.validateRecord(value)).toMatchObject({ success: true });
    });

    it("makes one reply, however often it is sent", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const root = await publish(ctx, "One");
      const reply = {
        ...post,
        text: "Two",
        place: { kind: "thread", root, parent: root } as const,
      };
      const delivery = { ...reply, created: {}, marker: newMarker() };
      const sends = Array.from({ length: 4 }, () => platform.publish(ctx, delivery));
      const published = await Promise.all(sends);
      expect(new Set(published.map(({ remoteId }) => remoteId)).size).toBe(1);
      expect(await harness.countPosts(connection)).toBe(2);
      const { marker, created } = delivery;
      const sentAt = harness.deps.now();
      expect(await platform.reconcile(ctx, { marker, created, post: reply, sentAt })).toEqual({
        outcome: "present",
        ...published[0],
      });
    });

    it("asks for the account again where the server hides what is above", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const { remoteId } = await publish(ctx, "One");
      await harness.takeDown({ connection, applied: true });
      const place: PlaceOfPart = { kind: "thread", root: { remoteId }, parent: { remoteId } };
      await expect(publish(ctx, "Two", place)).rejects.toMatchObject({
        fate: "reauthorize",
        code: "account_hidden",
      });
    });
  });

  describe("taking down", () => {
    it("takes the record away, and sends nothing where there is none", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const { remoteId } = await platform.publish(ctx, {
        ...post,
        created: {},
        marker: newMarker(),
      });
      expect(await platform.remove?.(ctx, remoteId)).toEqual({ outcome: "removed" });
      await expect(harness.recordOf(remoteId)).rejects.toThrow("RecordNotFound");
      expect(await platform.confirm?.(ctx, remoteId)).toEqual({ visible: false });
      const methods: string[] = [];
      const reading: CallContext = {
        ...ctx,
        fetch(url, init) {
          methods.push(init?.method ?? "GET");
          return fetch(url, init);
        },
      };
      expect(await platform.remove?.(reading, remoteId)).toEqual({ outcome: "missing" });
      expect(methods).toEqual(["GET"]);
    });

    it("touches nobody else's post", async () => {
      const [alice, bob] = [contextOf(await connect()), contextOf(await connect())];
      const { remoteId } = await platform.publish(alice, {
        ...post,
        created: {},
        marker: newMarker(),
      });
      await expect(platform.remove?.(bob, remoteId)).rejects.toMatchObject({
        fate: "reject",
        code: "foreign_post",
      });
      expect((await harness.recordOf(remoteId)).value["text"]).toBe(post.text);
    });

    it("is refused for good while the account is taken down", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const { remoteId } = await platform.publish(ctx, {
        ...post,
        created: {},
        marker: newMarker(),
      });
      await harness.takeDown({ connection, applied: true });
      await expect(platform.remove?.(ctx, remoteId)).rejects.toMatchObject({
        fate: "reauthorize",
      });
    });
  });

  describe("connecting", () => {
    it("asks the server that keeps the account, wherever one logs in", async () => {
      const person = await harness.person({ name: "elsewhere" });
      if (person.auth !== "credentials") throw new Error("no credentials");
      const deps = { ...harness.deps, app: { baseUrl: "http://127.0.0.1:9" } };
      const credentials = { ...person.credentials, service: harness.server.pdsUrl };
      const { account } = await verify({ credentials, deps });
      expect(account.data).toEqual({ service: harness.front.url });
    });

    it("keeps the tokens and not the password, and knows when they end", async () => {
      const { authorized } = await connect();
      expect(Object.keys(authorized.secrets).toSorted()).toEqual(["accessJwt", "refreshJwt"]);
      expect(authorized.scopes).toEqual(["com.atproto.appPass"]);
      const now = harness.deps.now().getTime();
      const hours = (date: Date | undefined) => ((date?.getTime() ?? 0) - now) / 3_600_000;
      expect(hours(authorized.expiresAt)).toBeCloseTo(2, 0);
      expect(hours(authorized.refreshExpiresAt) / 24).toBeCloseTo(90, 0);
    });

    it("takes a handle as people paste it", async () => {
      const person = await harness.person({ name: "pasted" });
      if (person.auth !== "credentials") throw new Error("no credentials");
      const { credentials } = person;
      const identifier = ` \u202a@${credentials["identifier"]}\u202c `;
      const pasted = { ...credentials, identifier, service: "" };
      expect((await verify({ credentials: pasted })).account.handle).toBe("pasted.test");
    });

    it("shows the profile's own name, once it has one", async () => {
      const connection = await connect();
      const { account, secrets } = connection.authorized;
      expect(connection.channel).toEqual({
        remoteId: account.remoteId,
        kind: "profile",
        name: account.handle,
        handle: account.handle,
        url: `https://bsky.app/profile/${account.remoteId}`,
      });
      await harness.xrpc("com.atproto.repo.putRecord", {
        token: secrets["accessJwt"],
        json: {
          repo: account.remoteId,
          collection: "app.bsky.actor.profile",
          rkey: "self",
          record: { $type: "app.bsky.actor.profile", displayName: "Ada 🌻" },
        },
      });
      const channels = await platform.connect.channels(harness.deps, {
        account,
        secrets,
        signal: never,
      });
      expect(channels).toEqual([{ ...connection.channel, name: "Ada 🌻" }]);
    });

    it.each(["http://pds.example.com", "not a server", "https://pds.example.com/xrpc"])(
      "sends no password to %o",
      async (service) => {
        let asked = 0;
        const deps = {
          ...harness.deps,
          fetch: () => Promise.reject(new Error(`asked ${asked++}`)),
        };
        const credentials = { identifier: "a.test", appPassword: "aaaa-bbbb-cccc-dddd", service };
        await expect(verify({ credentials, deps })).rejects.toMatchObject({
          fate: "reject",
          code: "invalid_service",
        });
        expect(asked).toBe(0);
      },
    );

    it("says when there is no such server at the address", async () => {
      const deps = {
        ...harness.deps,
        fetch: () => Promise.resolve(new Response("<h1>Not found</h1>", { status: 404 })),
      };
      const credentials = { identifier: "a.test", appPassword: "aaaa-bbbb-cccc-dddd" };
      await expect(verify({ credentials, deps })).rejects.toMatchObject({
        fate: "reject",
        code: "not_a_server",
      });
    });

    it("asks for an app password where the account's own would need a code", async () => {
      const answer = { error: "AuthFactorTokenRequired", message: "A sign in code has been sent" };
      const deps = {
        ...harness.deps,
        fetch: () => Promise.resolve(Response.json(answer, { status: 401 })),
      };
      const credentials = { identifier: "a.test", appPassword: "the-real-password" };
      await expect(verify({ credentials, deps })).rejects.toMatchObject({
        fate: "reject",
        code: "auth_factor_token_required",
        message: expect.stringContaining("app password"),
      });
    });

    it("waits as long as the server asks after too many tries", async () => {
      const credentials = { identifier: "guessed.test", appPassword: "aaaa-bbbb-cccc-dddd" };
      const tryOnce = () => verify({ credentials }).catch((error: unknown) => error);
      // The server lets every try take a while: thirty at once take as long as one.
      const [first] = await Promise.all(Array.from({ length: 30 }, tryOnce));
      expect(first).toMatchObject({ fate: "reject", code: "authentication_required" });
      const last = await tryOnce();
      expect(last).toMatchObject({ fate: "retry", code: "rate_limited", status: 429 });
      const seconds = z.object({ retryAfterSeconds: z.number() }).parse(last);
      expect(seconds.retryAfterSeconds).toBeGreaterThan(200);
      expect(seconds.retryAfterSeconds).toBeLessThanOrEqual(300);
    });
  });

  describe("an authorization that ends", () => {
    it("is lost for good once the app password is taken back", async () => {
      const connection = await connect();
      await harness.revokeAppPassword(connection.user);
      await expect(refresh(connection)).rejects.toMatchObject({
        fate: "reauthorize",
        code: "expired_token",
        platformMessage: "Token has been revoked",
      });
    });

    it("is renewed, not lost, when only the access has expired", async () => {
      const connection = await connect();
      const { secrets } = connection.authorized;
      const accessJwt = harness.expired(secrets["accessJwt"] ?? "");
      const ctx = { ...contextOf(connection), secrets: { ...secrets, accessJwt } };
      const created = await create(ctx, post);
      const expired = { fate: "retry", code: "expired_token", retryAfterSeconds: 1 };
      await expect(
        platform.publish(ctx, { ...post, created, marker: newMarker() }),
      ).rejects.toMatchObject(expired);
      const media = [await imagePart({ format: "jpeg", colour: "#936" })];
      await expect(create(ctx, { ...post, media })).rejects.toMatchObject(expired);
      expect(await harness.countPosts(connection)).toBe(0);
    });

    it("survives that the answer to a refresh is lost", async () => {
      const connection = await connect();
      await harness.faults?.drop?.({ on: "token", connection });
      await expect(refresh(connection)).rejects.toMatchObject({ fate: "retry" });
      await harness.faults?.clear();
      const { secrets } = await refresh(connection);
      expect(secrets["refreshJwt"]).not.toBe(connection.authorized.secrets["refreshJwt"]);
    });

    it("works again after a takedown was lifted, and nothing was published meanwhile", async () => {
      const connection = await connect();
      const ctx = contextOf(connection);
      const created = await create(ctx, post);
      await harness.takeDown({ connection, applied: true });
      const marker = newMarker();
      await expect(platform.publish(ctx, { ...post, created, marker })).rejects.toMatchObject({
        fate: "reauthorize",
        code: "account_takedown",
      });
      await harness.takeDown({ connection, applied: false });
      expect(await harness.countPosts(connection)).toBe(0);
      await platform.publish(ctx, { ...post, created, marker });
      expect(await harness.countPosts(connection)).toBe(1);
    });

    it("is given up at the server that issued it, and told to no other", async () => {
      const connection = await connect();
      const { secrets } = connection.authorized;
      const asked: string[] = [];
      const deps: PlatformDeps = {
        ...harness.deps,
        app: { baseUrl: "https://other.example" },
        fetch: (url, init) => {
          asked.push(new URL(url instanceof Request ? url.url : url).origin);
          return fetch(url, init);
        },
      };
      await platform.revoke?.(deps, { secrets, signal: never });
      expect(asked).toEqual([harness.front.url]);
      // Once more is no error: there is nothing left to end.
      await platform.revoke?.(deps, { secrets, signal: never });
      await expect(refresh(connection)).rejects.toMatchObject({ fate: "reauthorize" });
    });
  });

  it("can't tell what became of a publish while the server hides the account", async () => {
    const connection = await connect();
    const ctx = contextOf(connection);
    const created = await create(ctx, post);
    const marker = newMarker();
    await platform.publish(ctx, { ...post, created, marker });
    await harness.takeDown({ connection, applied: true });
    const input = { marker, created, post, sentAt: harness.deps.now() };
    expect((await platform.reconcile(ctx, input)).outcome).toBe("unprovable");
  });

  it("reconciles without any token that still works", async () => {
    const connection = await connect();
    const ctx = contextOf(connection);
    const created = await create(ctx, post);
    const marker = newMarker();
    await platform.publish(ctx, { ...post, created, marker });
    const input = { marker, created, post, sentAt: harness.deps.now() };
    const found = await platform.reconcile({ ...ctx, secrets: {} }, input);
    expect(found.outcome).toBe("present");
  });

  it("rejects in the server's own words", async () => {
    const connection = await connect();
    const ctx = contextOf(connection);
    const image = await imagePart({ format: "jpeg", colour: "#c33" });
    const withImage = { ...post, media: [image] };
    // The file of somebody else: this server has it, this account has not.
    const created = await create(contextOf(await connect()), withImage);
    await expect(
      platform.publish(ctx, { ...withImage, created, marker: newMarker() }),
    ).rejects.toMatchObject({
      fate: "reject",
      code: "blob_not_found",
      platformMessage: expect.stringMatching(/^Could not find blob/),
    });
    expect(await harness.countPosts(connection)).toBe(0);
  });

  it("says that counts come from elsewhere when the server knows no AppView", async () => {
    const connection = await connect();
    const data = { service: harness.server.pdsUrl };
    const { account } = connection.authorized;
    const ctx = { ...contextOf(connection), account: { ...account, data } };
    const reading = platform.metrics(ctx, `at://${account.remoteId}/app.bsky.feed.post/x`);
    await expect(reading).rejects.toMatchObject({
      fate: "reject",
      code: "invalid_request",
      platformMessage: "No service configured for app.bsky.feed.getPosts",
    });
  });

  it("refuses what is against the limits, or was not prepared, before it sends anything", async () => {
    let asked = 0;
    const ctx = {
      ...contextOf(await connect()),
      fetch: () => Promise.reject(new Error(`asked ${asked++}`)),
    };
    const tooLong = { ...post, text: "x".repeat(301) };
    const refused = { fate: "reject", code: "text_too_long" };
    await expect(create(ctx, tooLong)).rejects.toMatchObject(refused);
    const created = { blobs: [] };
    const marker = newMarker();
    await expect(platform.publish(ctx, { ...tooLong, created, marker })).rejects.toMatchObject(
      refused,
    );
    const media = [await imagePart({ format: "jpeg", colour: "#369" })];
    const unprepared = [
      { ...post, media, created: {}, marker },
      // Without its image it would be another post than the one that was approved.
      { ...post, media, created, marker },
    ];
    for (const delivery of unprepared)
      await expect(platform.publish(ctx, delivery)).rejects.toMatchObject({
        fate: "reject",
        code: "not_created",
      });
    expect(asked).toBe(0);
  });

  it("hands on why it was cancelled, between the steps", async () => {
    const reason = new Error("cancelled by us");
    const ctx = { ...contextOf(await connect()), signal: AbortSignal.abort(reason) };
    await expect(platform.metrics(ctx, "any")).rejects.toBe(reason);
  });
});
