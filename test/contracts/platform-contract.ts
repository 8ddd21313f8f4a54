/**
 * What every platform has to keep, run against something real: a server, or a faithful simulator of one.
 *
 *   platformContract({ name: "sandbox", platform, start: startHarness });
 *
 * The harness is the platform's outside: people who agree, what the public sees, time, and faults. What a harness can't
 * do is left out of it, and the tests that need it are skipped with their reason.
 */
import { createHash, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { PlatformError } from "#domain/errors.ts";
import type {
  Authorized,
  CallContext,
  ChannelFacts,
  Created,
  MediaPart,
  OutgoingPost,
  PlaceOfPart,
  Platform,
  PlatformDeps,
  Published,
  PublishedPart,
  Secrets,
} from "#platforms/contract.ts";
import { imagePart, videoPart } from "./media-part-of.ts";

/** Somebody who has an account at the platform. */
export type Person =
  | {
      auth: "oauth2";
      /** Agrees at the authorization URL; gives the address that the browser is sent back to. */
      approve(authorizationUrl: string): Promise<URL>;
    }
  | { auth: "credentials"; credentials: Secrets; wrongCredentials: Secrets };

/** A connected person, as the suite hands it back to the harness. */
export interface Connection {
  /** The name that `person` was asked for. */
  user: string;
  authorized: Authorized;
  channel: ChannelFacts;
}

/** A post as the public sees it. */
export interface PublicPost {
  text: string;
  /** Remote id of the post that it stands under. */
  replyTo?: string;
  media: { kind: MediaPart["kind"]; altText?: string; sha256?: string }[];
  /** Present where the platform tells that a model had a part in it. */
  aiGenerated?: true;
}

export type FaultStep = "publish" | "remove" | "upload" | "token" | "read";

/** Arms a fault for every following call of that step by that connection, until `clear`. */
export type Arm = (input: { on: FaultStep; connection: Connection }) => Promise<void>;

export interface Faults {
  clear(): Promise<void>;
  /** Answers 429 and asks for this many seconds. */
  rateLimit?: (input: {
    on: FaultStep;
    connection: Connection;
    retryAfterSeconds: number;
  }) => Promise<void>;
  /** Answers a 5xx and does nothing. */
  refuse500?: Arm;
  /** Does it, then answers a 5xx. */
  accept500?: Arm;
  /** Does it, then breaks the connection. */
  drop?: Arm;
  /** Does nothing and never answers; gives a promise that settles once a call hangs. */
  hang?: (input: {
    on: FaultStep;
    connection: Connection;
  }) => Promise<{ reached: () => Promise<void> }>;
  /** Refuses the content. */
  reject?: Arm;
}

export interface Harness {
  deps: PlatformDeps;
  /** A fresh account under this name (lower-case letters, digits); `kind` is one of the suite's `accountKinds`. */
  person(input: { name: string; kind?: string }): Promise<Person>;
  /** Lets time pass: for the platform, and for `deps.now`. */
  pass(seconds: number): Promise<void>;
  /** Undefined when the public sees no such post. */
  readBack(input: { connection: Connection; remoteId: string }): Promise<PublicPost | undefined>;
  /** How many posts the public sees in the channel. */
  countPosts(connection: Connection): Promise<number>;
  /** Takes the post away at the platform. */
  removePost(input: { connection: Connection; remoteId: string }): Promise<void>;
  /** Lets the account's posts be taken down no more by programs, where the platform has such accounts. */
  forbidRemoval?(connection: Connection): Promise<void>;
  /** Ends the authorization at the platform's side, as a person does in its settings. */
  revoke?(connection: Connection): Promise<void>;
  faults?: Faults;
  close(): Promise<void>;
}

/** A kind of account for which reconciling takes another way. */
export interface AccountKind {
  kind: string;
  /** Whether reading can find out what became of a publish. */
  provable: boolean;
}

export interface PlatformContractOptions {
  name: string;
  platform: Platform;
  start(): Promise<Harness>;
  accountKinds?: AccountKind[];
  /** Whether a second publish with the same marker gives the first post. */
  markerIsIdempotent?: boolean;
  /** Parts that this harness can't show, with the reason. */
  cannot?: { metrics?: string; refresh?: string; video?: string };
}

const metricNames = [
  "views",
  "impressions",
  "reach",
  "likes",
  "comments",
  "shares",
  "reposts",
  "quotes",
  "saves",
  "bookmarks",
  "clicks",
  "reactions",
  "watchSeconds",
];

export function platformContract(options: PlatformContractOptions): void {
  const { platform, cannot = {} } = options;
  const { manifest } = platform;
  const accountKinds: (Partial<AccountKind> & { provable: boolean })[] = options.accountKinds ?? [];

  describe(`platform contract: ${options.name}`, () => {
    let harness: Harness;
    let people = 0;

    beforeAll(async () => {
      harness = await options.start();
    }, 60_000);
    afterEach(async () => {
      await harness.faults?.clear();
    });
    afterAll(async () => {
      await harness?.close();
    });

    describe("manifest", () => {
      it("names the platform and has sane limits", () => {
        expect(manifest.name).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(manifest.title).not.toBe("");
        expect(manifest.refreshable).toBe(platform.refresh !== undefined);
        expect(manifest.limits.checkedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(manifest.limits.source).not.toBe("");
        const { text, images, video, altTextMax } = manifest.limits;
        const numbers = [text.max, altTextMax, ...numbersOf(images), ...numbersOf(video)];
        for (const number of numbers) expect(number).toBeGreaterThan(0);
        expect(images?.formats ?? ["jpeg"]).not.toHaveLength(0);
        expect(images?.minRatio ?? 0).toBeLessThanOrEqual(images?.maxRatio ?? Infinity);
        expect(video?.minSeconds ?? 0).toBeLessThanOrEqual(video?.maxSeconds ?? 0);
      });

      it("is data, but for the settings", () => {
        const { settings: _settings, remoteIdOfUrl: _remoteIdOfUrl, ...data } = manifest;
        expect(JSON.parse(JSON.stringify(data))).toEqual(data);
      });

      it("refuses settings that it does not know", () => {
        expect(manifest.settings.safeParse({ noSuchSetting: true }).success).toBe(false);
        expect(manifest.settings.safeParse({}).success).toBe(true);
      });

      it("reports metrics by their normalised names", () => {
        expect(metricNames).toEqual(expect.arrayContaining(manifest.metrics));
        expect(new Set(manifest.metrics).size).toBe(manifest.metrics.length);
      });

      it("announces exactly the steps and the authorization that there are", () => {
        expect(platform.create !== undefined).toBe(manifest.steps.create !== false);
        expect(platform.poll !== undefined).toBe(manifest.steps.poll !== false);
        expect(platform.remove !== undefined).toBe(manifest.steps.remove);
        expect(platform.confirm !== undefined).toBe(manifest.steps.confirm);
        expect(platform.connect.oauth !== undefined).toBe(manifest.auth.kind === "oauth2");
        expect(platform.connect.credentials !== undefined).toBe(
          manifest.auth.kind === "credentials",
        );
      });
    });

    it.runIf(manifest.parts !== undefined)("takes sane parts", () => {
      const { kinds = [], max = 0 } = manifest.parts ?? {};
      expect(kinds).not.toHaveLength(0);
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(max).toBeGreaterThan(0);
      // More are taken by nobody: the API's own limit.
      expect(max).toBeLessThanOrEqual(100);
    });

    it("has sane rates, each read somewhere", (context) => {
      const { rates } = manifest;
      if (!rates) return context.skip("this platform limits no account by default");
      expect(new Set(rates.map(({ name }) => name)).size).toBe(rates.length);
      for (const { name, requests, windowSeconds, checkedAt, source } of rates) {
        expect(name).not.toBe("");
        expect(Number.isInteger(requests) && requests > 0).toBe(true);
        expect(windowSeconds).toBeGreaterThan(0);
        expect(checkedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(source).not.toBe("");
      }
    });

    it("chooses a marker that depends on the delivery alone", () => {
      const claimedAt = new Date("2026-03-01T10:00:00Z");
      const deliveryId = "0190a3c2-7d1e-7b7a-9f3e-2f6f3b1f9a01";
      const marker = platform.marker({ deliveryId, claimedAt });
      expect(marker).toMatch(/^[!-~]+$/);
      expect(platform.marker({ deliveryId, claimedAt })).toBe(marker);
      const other = "0190a3c2-7d1e-7b7a-9f3e-2f6f3b1f9a02";
      expect(platform.marker({ deliveryId: other, claimedAt })).not.toBe(marker);
    });

    describe("connecting", () => {
      it("gives the account, its secrets and its channels, and keeps the two apart", async () => {
        const { authorized, channels } = await connectAs({});
        expect(authorized.account.remoteId).not.toBe("");
        expect(authorized.account.name).not.toBe("");
        expect(Object.values(authorized.secrets)).not.toHaveLength(0);
        expect(channels.length).toBeGreaterThan(0);
        expect(new Set(channels.map(({ remoteId }) => remoteId)).size).toBe(channels.length);
        if (authorized.expiresAt !== undefined)
          expect(authorized.expiresAt.getTime()).toBeGreaterThan(harness.deps.now().getTime());
        expectNoSecrets({ account: authorized.account, channels }, authorized.secrets);
      });

      it("rejects what does not authorize", async () => {
        const person = await newPerson({});
        const error = await failureOf(authorizeWrongly(person.person), {});
        expect(error.fate).toBe("reject");
      });
    });

    describe("publishing", () => {
      it("shows a text, exactly", async () => {
        const connection = await connectAs({});
        const text = `Grüße 👩‍👩‍👧 <b>&amp;</b> "quoted"\nsecond line, ${unique()}`;
        const { published } = await deliver(connection, { text });
        expect(await harness.readBack({ connection, remoteId: published.remoteId })).toEqual({
          text,
          media: [],
        });
        expect(await harness.countPosts(connection)).toBe(1);
        if (platform.confirm !== undefined)
          expect((await platform.confirm(contextOf(connection), published.remoteId)).visible).toBe(
            true,
          );
      });

      it.runIf(manifest.limits.images !== undefined)(
        "shows images with their alt texts, in order",
        async () => {
          const connection = await connectAs({});
          const format = manifest.limits.images?.formats[0] ?? "jpeg";
          const media = [await imagePart({ format, colour: "#c33", altText: "A red field" })];
          if ((manifest.limits.images?.maxCount ?? 1) > 1)
            media.push(await imagePart({ format, colour: "#33c", altText: 'Blue & "quiet"' }));
          const { published } = await deliver(connection, {
            text: `Two fields ${unique()}`,
            media,
          });
          const shown = await harness.readBack({ connection, remoteId: published.remoteId });
          expectShown(shown, media);
        },
      );

      it.runIf(manifest.limits.images !== undefined)(
        "says that a model made what is shown, where the platform asks, and of nothing else",
        async () => {
          const connection = await connectAs({});
          for (const aiGenerated of [true, false]) {
            const post = await postWithMedia();
            const { published } = await deliver(connection, { ...post, aiGenerated });
            const { remoteId } = published;
            const shown = await harness.readBack({ connection, remoteId });
            const told = aiGenerated && manifest.aiDisclosure === true;
            expect(shown?.aiGenerated).toBe(told ? true : undefined);
          }
        },
      );

      it.runIf(manifest.limits.video !== undefined)(
        "shows a video with its alt text",
        async (context) => {
          skipIf(context, cannot.video);
          const connection = await connectAs({});
          const media = [await videoPart({ altText: "A test picture" })];
          const progress: number[] = [];
          const { published } = await deliver(
            connection,
            { text: `Moving ${unique()}`, media },
            (fraction) => progress.push(fraction),
          );
          const shown = await harness.readBack({ connection, remoteId: published.remoteId });
          expectShown(shown, media);
          expect(progress).toEqual(progress.toSorted((a, b) => a - b));
          for (const fraction of progress) expect(fraction).toBeLessThanOrEqual(1);
        },
      );

      it.runIf(platform.create !== undefined)(
        "shows nothing by creating, however often",
        async () => {
          const connection = await connectAs({});
          const post = await postWithMedia();
          await create(connection, post);
          const created = await create(connection, post);
          // It is stored with the delivery between the steps.
          expect(JSON.parse(JSON.stringify(created))).toEqual(created);
          expectNoSecrets(created, connection.authorized.secrets);
          expect(await harness.countPosts(connection)).toBe(0);
          await platform.publish(contextOf(connection), { ...post, created, marker: newMarker() });
          expect(await harness.countPosts(connection)).toBe(1);
        },
      );

      it.runIf(options.markerIsIdempotent)(
        "gives the first post for a marker that was used before",
        async () => {
          const connection = await connectAs({});
          const marker = newMarker();
          const post = postOf({ text: `Once ${unique()}` });
          const created = await create(connection, post);
          const first = await platform.publish(contextOf(connection), { ...post, created, marker });
          const second = await platform.publish(contextOf(connection), {
            ...post,
            created,
            marker,
          });
          expect(second.remoteId).toBe(first.remoteId);
          expect(await harness.countPosts(connection)).toBe(1);
        },
      );

      it("says that a post is gone once it is", async (context) => {
        if (platform.confirm === undefined)
          return context.skip("this platform has no step `confirm`");
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Soon gone ${unique()}` });
        await harness.removePost({ connection, remoteId: published.remoteId });
        expect((await platform.confirm(contextOf(connection), published.remoteId)).visible).toBe(
          false,
        );
      });
    });

    describe.runIf(manifest.parts !== undefined)("a post of several parts", () => {
      const kinds = manifest.parts?.kinds ?? [];

      it.runIf(kinds.includes("thread"))(
        "goes on under its last part, a comment stands under the post",
        async () => {
          const connection = await connectAs({});
          const parts = await deliverThread(connection, 3);
          const [root, second, third] = parts;
          const wanted: [Published, Published | undefined][] = [
            [root, undefined],
            [second, root],
            [third, second],
          ];
          if (kinds.includes("comment")) {
            const place = placeUnder({ kind: "comment", root, parent: root });
            const { published } = await deliver(connection, {
              text: `First comment ${unique()}`,
              place,
            });
            wanted.push([published, root]);
          }
          for (const [part, parent] of wanted) {
            const shown = await harness.readBack({ connection, remoteId: part.remoteId });
            expect(shown?.replyTo).toBe(parent?.remoteId);
          }
          expect(new Set(wanted.map(([part]) => part.remoteId)).size).toBe(wanted.length);
          expect(await harness.countPosts(connection)).toBe(wanted.length);
        },
      );

      it("carries media in a later part", async () => {
        const connection = await connectAs({});
        const { published: root } = await deliver(connection, { text: `Root ${unique()}` });
        const post = await postWithMedia();
        const place = placeUnder({ kind: kinds[0] ?? "thread", root, parent: root });
        const { published } = await deliver(connection, { ...post, place });
        const shown = await harness.readBack({ connection, remoteId: published.remoteId });
        expectShown(shown, post.media);
        expect(shown?.replyTo).toBe(root.remoteId);
      });

      it("goes under a post of which nothing but the id is known", async () => {
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Named ${unique()}` });
        const root = { remoteId: published.remoteId };
        const place = placeUnder({ kind: kinds[0] ?? "thread", root, parent: root });
        const { published: part } = await deliver(connection, { text: `Next ${unique()}`, place });
        const shown = await harness.readBack({ connection, remoteId: part.remoteId });
        expect(shown?.replyTo).toBe(root.remoteId);
      });

      it("is rejected under a post that is gone", async () => {
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Gone ${unique()}` });
        await harness.removePost({ connection, remoteId: published.remoteId });
        const root = { remoteId: published.remoteId };
        const place = placeUnder({ kind: kinds[0] ?? "thread", root, parent: root });
        await expectRejected(connection, postOf({ text: "Orphan", place }));
      });

      it("goes on under a part whose answer was lost, once it was found", async (context) => {
        const drop = harness.faults?.drop ?? cannotInject(context, "a broken connection");
        for (const { kind, provable } of [{ provable: true }, ...accountKinds]) {
          if (!provable) continue;
          const connection = await connectAs({ kind });
          const { published: root } = await deliver(connection, { text: `Root ${unique()}` });
          // The very same words, and no part of the thread.
          const text = `Middle ${unique()}`;
          await deliver(connection, { text });
          const place = placeUnder({ kind: kinds[0] ?? "thread", root, parent: root });
          const post = postOf({ text, place });
          const delivery = { marker: newMarker(), created: await create(connection, post) };
          const sentAt = harness.deps.now();
          const absent = await platform.reconcile(contextOf(connection), {
            ...delivery,
            post,
            sentAt,
          });
          expect(absent.outcome, kind).toBe("absent");
          await drop({ on: "publish", connection });
          const publishing = platform.publish(contextOf(connection), { ...post, ...delivery });
          const error = await failureOf(publishing, connection.authorized.secrets);
          expect(error.fate, kind).toBe("ambiguous");
          await harness.faults?.clear();
          const found = await platform.reconcile(contextOf(connection), {
            ...delivery,
            post,
            sentAt,
          });
          if (found.outcome !== "present") throw new Error(`on ${kind} it is ${found.outcome}`);
          const { published: last } = await deliver(connection, {
            text: `End ${unique()}`,
            place: placeUnder({ kind: kinds[0] ?? "thread", root, parent: found }),
          });
          const shown = await harness.readBack({ connection, remoteId: last.remoteId });
          expect(shown?.replyTo, kind).toBe(found.remoteId);
          expect(await harness.countPosts(connection), kind).toBe(4);
        }
      });
    });

    describe.runIf(manifest.remoteIdOfUrl !== undefined)("the address of a post", () => {
      it("names the post that it is of, and no other", async () => {
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Find me ${unique()}` });
        const url = published.remoteUrl ?? "";
        const named = (address: string, to: Connection = connection) =>
          manifest.remoteIdOfUrl?.(address, to.authorized.account, harness.deps.app);
        expect(named(url)).toBe(published.remoteId);
        expect(named(` ${url}?utm_source=x#top `)).toBe(published.remoteId);
        expect(named(url, await connectAs({})), "of another account").toBeUndefined();
        const { host, pathname } = new URL(url);
        for (const foreign of [
          "",
          "no address",
          `https://elsewhere.example${pathname}`,
          `https://${host}.elsewhere.example${pathname}`,
          `https://elsewhere.example/?u=${url}`,
          `${url}/more`,
          url.slice(0, url.lastIndexOf("/")),
          connection.channel.url ?? "",
          published.remoteId.slice(0, -1),
        ])
          expect(named(foreign), foreign).toBeUndefined();
      });
    });

    describe.runIf(platform.remove !== undefined)("taking down", () => {
      it("takes the post from the public, once", async () => {
        const connection = await connectAs({});
        const { published: other } = await deliver(connection, { text: `Stays ${unique()}` });
        const { published } = await deliver(connection, { text: `Goes ${unique()}` });
        expect(await remove(connection, published)).toEqual({ outcome: "removed" });
        const { remoteId } = published;
        expect(await harness.readBack({ connection, remoteId })).toBeUndefined();
        expect(await remove(connection, published)).toEqual({ outcome: "missing" });
        expect(
          await harness.readBack({ connection, remoteId: other.remoteId }),
        ).not.toBeUndefined();
        expect(await harness.countPosts(connection)).toBe(1);
      });

      it("finds missing what somebody else took down", async () => {
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Soon gone ${unique()}` });
        await harness.removePost({ connection, remoteId: published.remoteId });
        expect(await remove(connection, published)).toEqual({ outcome: "missing" });
      });

      it.runIf(manifest.parts !== undefined)("leaves what stands under it", async () => {
        const connection = await connectAs({});
        const { published: root } = await deliver(connection, { text: `Root ${unique()}` });
        const kind = manifest.parts?.kinds[0] ?? "thread";
        const place = placeUnder({ kind, root, parent: root });
        const { published: part } = await deliver(connection, { text: `Part ${unique()}`, place });
        await remove(connection, root);
        const shown = await harness.readBack({ connection, remoteId: part.remoteId });
        expect(shown).not.toBeUndefined();
      });

      it.each(silences)("is ambiguous when the answer says nothing: %s", async (_title, fetch) => {
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Maybe ${unique()}` });
        const error = await failureOf(
          remove(connection, published, { fetch: silentOnce(fetch) }),
          connection.authorized.secrets,
        );
        expect(error.fate).toBe("ambiguous");
      });

      it("can be repeated after a lost answer", async (context) => {
        const arms = { drop: harness.faults?.drop, refuse500: harness.faults?.refuse500 };
        const { drop = cannotInject(context, "a broken connection") } = arms;
        const { refuse500 = cannotInject(context, "500") } = arms;
        const connection = await connectAs({});
        for (const [arm, outcome] of [
          [drop, "missing"],
          [refuse500, "removed"],
        ] as const) {
          const { published } = await deliver(connection, { text: `Again ${unique()}` });
          await arm({ on: "remove", connection });
          const failure = failureOf(remove(connection, published), connection.authorized.secrets);
          expect((await failure).fate, outcome).toBe("ambiguous");
          await harness.faults?.clear();
          expect(await remove(connection, published)).toEqual({ outcome });
        }
        expect(await harness.countPosts(connection)).toBe(0);
      });

      it("asks again later after 429, when the platform says", async (context) => {
        const rateLimit = harness.faults?.rateLimit ?? cannotInject(context, "429");
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Slow down ${unique()}` });
        await rateLimit({ on: "remove", connection, retryAfterSeconds: 7 });
        const failure = failureOf(remove(connection, published), connection.authorized.secrets);
        expect(await failure).toMatchObject({ fate: "retry", retryAfterSeconds: 7 });
        expect(await harness.countPosts(connection)).toBe(1);
      });

      it("says so where the account does not allow it", async (context) => {
        if (harness.forbidRemoval === undefined)
          return context.skip("every account here allows it");
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `For ever ${unique()}` });
        await harness.forbidRemoval(connection);
        const failure = failureOf(remove(connection, published), connection.authorized.secrets);
        expect(await failure).toMatchObject({ fate: "reject", code: "not_supported" });
        expect(await harness.countPosts(connection)).toBe(1);
      });
    });

    describe("limits", () => {
      it("rejects a text that is too long", async () => {
        const connection = await connectAs({});
        await expectRejected(
          connection,
          postOf({ text: "x".repeat(manifest.limits.text.max + 1) }),
        );
      });

      it("takes a text that is just as long as allowed, as the platform counts", async () => {
        const connection = await connectAs({});
        const letter = manifest.limits.text.unit === "utf16" ? "é" : "𝒳";
        const text = letter.repeat(
          Math.min(manifest.limits.text.max, (manifest.limits.text.maxBytes ?? Infinity) / 4),
        );
        const { published } = await deliver(connection, { text });
        expect((await harness.readBack({ connection, remoteId: published.remoteId }))?.text).toBe(
          text,
        );
      });

      it("rejects a post with nothing in it", async () => {
        await expectRejected(await connectAs({}), postOf({ text: " \n" }));
      });

      it.runIf(manifest.limits.images !== undefined)("rejects too many images", async () => {
        const image = await imagePart({
          format: manifest.limits.images?.formats[0] ?? "jpeg",
          colour: "#3a3",
        });
        const media = Array.from(
          { length: (manifest.limits.images?.maxCount ?? 0) + 1 },
          () => image,
        );
        await expectRejected(await connectAs({}), postOf({ text: "Many", media }));
      });
    });

    describe("reconciling", () => {
      for (const { kind, provable } of [{ provable: true }, ...accountKinds]) {
        const account =
          kind === undefined ? "an account as usual" : `an account of the kind ${kind}`;
        const outcomes = provable ? ["present", "absent"] : ["unprovable", "unprovable"];

        it(`finds a post that got no answer ${outcomes[0]}, on ${account}`, async () => {
          const connection = await connectAs({ kind });
          const post = await postWithMedia();
          const sentAt = harness.deps.now();
          const { published, marker, created } = await deliver(connection, post);
          const found = await platform.reconcile(contextOf(connection), {
            marker,
            created,
            post,
            sentAt,
          });
          expect(found.outcome).toBe(outcomes[0]);
          if (found.outcome === "present") expect(found.remoteId).toBe(published.remoteId);
          expect(await harness.countPosts(connection)).toBe(1);
        });

        it(`finds a post that was never accepted ${outcomes[1]}, on ${account}`, async () => {
          const connection = await connectAs({ kind });
          const text = `The very same words ${unique()}`;
          // An earlier post with the same text is not the one.
          await deliver(connection, { text });
          await harness.pass(3_000);
          const post = postOf({ text });
          const created = await create(connection, post);
          const sentAt = harness.deps.now();
          const input = { marker: newMarker(), created, post, sentAt };
          expect((await platform.reconcile(contextOf(connection), input)).outcome).toBe(
            outcomes[1],
          );
          expect(await harness.countPosts(connection)).toBe(1);
        });
      }

      it("can't tell anything while the platform can't be read", async () => {
        const connection = await connectAs({});
        const ctx = { ...contextOf(connection), fetch: answering(503, "<h1>Down</h1>") };
        const post = postOf({ text: "Anything" });
        const input = { marker: newMarker(), created: {}, post, sentAt: harness.deps.now() };
        const error = await failureOf(
          platform.reconcile(ctx, input),
          connection.authorized.secrets,
        );
        expect(error.fate).toBe("retry");
      });
    });

    describe("an answer to the publish that says nothing", () => {
      it.each(silences)("is ambiguous: %s", async (_title, fetch) => {
        const connection = await connectAs({});
        const error = await publishFailure(connection, { fetch });
        expect(error.fate).toBe("ambiguous");
      });

      it("is ambiguous: our own signal", async () => {
        const connection = await connectAs({});
        const controller = new AbortController();
        const error = await publishFailure(connection, {
          signal: controller.signal,
          fetch: (_url, init) => {
            controller.abort(new Error("cancelled by us"));
            return Promise.reject(init?.signal?.reason);
          },
        });
        expect(error.fate).toBe("ambiguous");
      });
    });

    it("repeats no secret in an error, even where the answer does", async () => {
      const { authorized, channel, user } = await connectAs({});
      const { account, secrets } = authorized;
      const ctx = contextOf({ user, authorized, channel }, { fetch: echoing });
      const post = postOf({ text: "Anything" });
      const delivery = { marker: newMarker(), created: {}, sentAt: harness.deps.now() };
      const calls = [
        () => platform.publish(ctx, { ...post, ...delivery }),
        () => platform.reconcile(ctx, { ...delivery, post }),
        () => platform.remove?.(ctx, "any"),
        () => platform.metrics(ctx, "any"),
        () => platform.connect.channels(ctx, { account, secrets, signal: never }),
        () => platform.refresh?.(ctx, { account, secrets, signal: never }),
        () => platform.revoke?.(ctx, { secrets, signal: never }),
      ];
      for (const call of calls) {
        // What the call makes of such an answer is not asked here, and some never ask the network.
        const outcome: unknown = await Promise.resolve(call()).catch((error: unknown) => error);
        expectNoSecrets(outcome, secrets);
      }
    });

    describe("faults", () => {
      it("asks again later after 429, when the platform says", async (context) => {
        const rateLimit = harness.faults?.rateLimit ?? cannotInject(context, "429");
        const connection = await connectAs({});
        await rateLimit({ on: "publish", connection, retryAfterSeconds: 7 });
        const error = await publishFailure(connection, {});
        expect(error).toMatchObject({ fate: "retry", retryAfterSeconds: 7 });
        expect(await harness.countPosts(connection)).toBe(0);
      });

      it("finds an error without acceptance ambiguous, then absent", async (context) => {
        const arm = harness.faults?.refuse500 ?? cannotInject(context, "500");
        await expectAmbiguous({ arm, outcome: "absent" });
      });

      it("finds an error after acceptance ambiguous, then present", async (context) => {
        const arm = harness.faults?.accept500 ?? cannotInject(context, "an error after acceptance");
        await expectAmbiguous({ arm, outcome: "present" });
      });

      it("finds a connection broken after acceptance ambiguous, then present", async (context) => {
        const arm = harness.faults?.drop ?? cannotInject(context, "a broken connection");
        await expectAmbiguous({ arm, outcome: "present" });
      });

      it("finds a call that is never answered ambiguous once it times out, then absent", async (context) => {
        const hang = harness.faults?.hang ?? cannotInject(context, "a call without an answer");
        const connection = await connectAs({});
        const post = postOf({ text: `Silence ${unique()}` });
        const created = await create(connection, post);
        const marker = newMarker();
        const sentAt = harness.deps.now();
        const { reached } = await hang({ on: "publish", connection });
        const controller = new AbortController();
        const publishing = platform.publish(contextOf(connection, { signal: controller.signal }), {
          ...post,
          created,
          marker,
        });
        const failure = failureOf(publishing, connection.authorized.secrets);
        await reached();
        controller.abort(new DOMException("too late", "TimeoutError"));
        expect((await failure).fate).toBe("ambiguous");
        await harness.faults?.clear();
        const input = { marker, created, post, sentAt };
        expect((await platform.reconcile(contextOf(connection), input)).outcome).toBe("absent");
      });

      it("rejects what the platform refuses", async (context) => {
        const reject = harness.faults?.reject ?? cannotInject(context, "a refusal of content");
        const connection = await connectAs({});
        await reject({ on: "publish", connection });
        expect((await publishFailure(connection, {})).fate).toBe("reject");
        expect(await harness.countPosts(connection)).toBe(0);
      });

      it("may repeat an upload that failed", async (context) => {
        if (platform.create === undefined || manifest.limits.images === undefined)
          return context.skip("this platform has nothing to upload");
        const arm = harness.faults?.refuse500 ?? cannotInject(context, "500");
        const connection = await connectAs({});
        const post = await postWithMedia();
        await arm({ on: "upload", connection });
        const { secrets } = connection.authorized;
        expect((await failureOf(platform.create(contextOf(connection), post), secrets)).fate).toBe(
          "retry",
        );
        await harness.faults?.clear();
        const { published } = await deliver(connection, post);
        expectShown(
          await harness.readBack({ connection, remoteId: published.remoteId }),
          post.media,
        );
      });

      it("may repeat a read that failed", async (context) => {
        skipIf(context, cannot.metrics);
        const arm = harness.faults?.refuse500 ?? cannotInject(context, "500");
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Read me ${unique()}` });
        await arm({ on: "read", connection });
        const reading = platform.metrics(contextOf(connection), published.remoteId);
        expect((await failureOf(reading, connection.authorized.secrets)).fate).toBe("retry");
      });
    });

    describe("authorization", () => {
      it("asks for a new one where it was revoked at the platform", async (context) => {
        if (harness.revoke === undefined)
          return context.skip("the harness can't revoke an authorization");
        const connection = await connectAs({});
        await harness.revoke(connection);
        expect((await publishFailure(connection, {})).fate).toBe("reauthorize");
        expect(await harness.countPosts(connection)).toBe(0);
        if (platform.refresh !== undefined)
          expect((await failureOf(refresh(connection), connection.authorized.secrets)).fate).toBe(
            "reauthorize",
          );
      });

      it("is refreshed: the new secrets work", async (context) => {
        skipIf(context, cannot.refresh);
        if (platform.refresh === undefined)
          return context.skip("this platform's secrets are not refreshed");
        const connection = await connectAs({});
        const refreshed = await refresh(connection);
        expect(refreshed.secrets).not.toEqual(connection.authorized.secrets);
        expect(refreshed.account.remoteId).toBe(connection.authorized.account.remoteId);
        expectNoSecrets(refreshed.account, refreshed.secrets);
        await deliver({ ...connection, authorized: refreshed }, { text: `Refreshed ${unique()}` });
        expect(await harness.countPosts(connection)).toBe(1);
      });

      it("is refused for good with secrets that are none", async (context) => {
        if (platform.refresh === undefined)
          return context.skip("this platform's secrets are not refreshed");
        const connection = await connectAs({});
        const secrets = Object.fromEntries(
          Object.entries(connection.authorized.secrets).map(([name, value]) => [
            name,
            damaged(value),
          ]),
        );
        const wrong = { ...connection, authorized: { ...connection.authorized, secrets } };
        expect((await failureOf(refresh(wrong), secrets)).fate).toBe("reauthorize");
      });

      it("is not given up for a passing error", async (context) => {
        if (platform.refresh === undefined)
          return context.skip("this platform's secrets are not refreshed");
        const { authorized } = await connectAs({});
        for (const fetch of [
          answering(503, "down"),
          () => Promise.reject(new TypeError("fetch failed")),
        ]) {
          const { account, secrets } = authorized;
          const refreshing = platform.refresh(
            { ...harness.deps, fetch },
            { account, secrets, signal: never },
          );
          expect((await failureOf(refreshing, secrets)).fate).toBe("retry");
        }
      });

      it("is worth nothing after we gave it up", async (context) => {
        if (platform.revoke === undefined)
          return context.skip("this platform takes no authorization back");
        const connection = await connectAs({});
        const { secrets } = connection.authorized;
        await platform.revoke(harness.deps, { secrets, signal: never });
        if (platform.refresh !== undefined)
          expect((await failureOf(refresh(connection), secrets)).fate).toBe("reauthorize");
        else expect((await publishFailure(connection, {})).fate).toBe("reauthorize");
      });
    });

    describe("metrics", () => {
      it("are counts under the names that the manifest announces", async (context) => {
        skipIf(context, cannot.metrics);
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Count me ${unique()}` });
        await harness.pass(60);
        const metrics = await platform.metrics(contextOf(connection), published.remoteId);
        expect(manifest.metrics).toEqual(expect.arrayContaining(Object.keys(metrics)));
        for (const count of Object.values(metrics)) {
          expect(Number.isInteger(count)).toBe(true);
          expect(count).toBeGreaterThanOrEqual(0);
        }
      });

      it("are rejected as not_found for a post that is gone", async (context) => {
        skipIf(context, cannot.metrics);
        const connection = await connectAs({});
        const { published } = await deliver(connection, { text: `Forget me ${unique()}` });
        await harness.removePost({ connection, remoteId: published.remoteId });
        const reading = platform.metrics(contextOf(connection), published.remoteId);
        expect(await failureOf(reading, connection.authorized.secrets)).toMatchObject({
          fate: "reject",
          code: "not_found",
        });
      });
    });

    async function newPerson(input: {
      kind?: string | undefined;
    }): Promise<{ user: string; person: Person }> {
      people += 1;
      const user = `person${people}`;
      const kind = input.kind === undefined ? {} : { kind: input.kind };
      return { user, person: await harness.person({ name: user, ...kind }) };
    }

    async function connectAs(input: {
      kind?: string | undefined;
    }): Promise<Connection & { channels: ChannelFacts[] }> {
      const { user, person } = await newPerson(input);
      const authorized = await authorize(person);
      const { account, secrets } = authorized;
      const channels = await platform.connect.channels(harness.deps, {
        account,
        secrets,
        signal: never,
      });
      const channel = channels[0];
      if (channel === undefined) throw new Error("the account has no channel");
      return { user, authorized, channel, channels };
    }

    async function authorize(person: Person): Promise<Authorized> {
      if (person.auth === "credentials") {
        if (platform.connect.credentials === undefined)
          throw new Error("the platform takes no credentials");
        const { credentials } = person;
        return platform.connect.credentials.verify(harness.deps, { credentials, signal: never });
      }
      return exchange(await walkThrough(person));
    }

    /** With a wrong code, and as somebody who stole a code but not the verifier; or with wrong credentials. */
    async function authorizeWrongly(person: Person): Promise<Authorized> {
      if (person.auth === "credentials") {
        if (platform.connect.credentials === undefined)
          throw new Error("the platform takes no credentials");
        const { wrongCredentials: credentials } = person;
        return platform.connect.credentials.verify(harness.deps, { credentials, signal: never });
      }
      const walked = await walkThrough(person);
      const wrongCode = await failureOf(exchange({ ...walked, code: damaged(walked.code) }), {});
      expect(wrongCode.fate).toBe("reject");
      return exchange({ ...walked, codeVerifier: newVerifier() });
    }

    async function walkThrough(person: Extract<Person, { auth: "oauth2" }>) {
      if (platform.connect.oauth === undefined) throw new Error("the platform has no OAuth");
      const codeVerifier = newVerifier();
      const state = unique();
      const redirectUri = "http://127.0.0.1:3000/v1/connections/callback?platform=x";
      const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
      const begun = await platform.connect.oauth.begin(harness.deps, {
        redirectUri,
        state,
        codeChallenge,
      });
      const back = await person.approve(begun.authorizationUrl);
      expect(back.href.startsWith(redirectUri)).toBe(true);
      expect(back.searchParams.get("state")).toBe(state);
      return { redirectUri, code: back.searchParams.get("code") ?? "", codeVerifier };
    }

    async function exchange(input: {
      redirectUri: string;
      code: string;
      codeVerifier: string;
    }): Promise<Authorized> {
      if (platform.connect.oauth === undefined) throw new Error("the platform has no OAuth");
      return platform.connect.oauth.exchange(harness.deps, { ...input, signal: never });
    }

    async function refresh(connection: Connection): Promise<Authorized> {
      if (platform.refresh === undefined) throw new Error("the platform has no refresh");
      const { account, secrets } = connection.authorized;
      return platform.refresh(harness.deps, { account, secrets, signal: never });
    }

    function contextOf(connection: Connection, changed: Partial<CallContext> = {}): CallContext {
      const { account, secrets } = connection.authorized;
      return {
        ...harness.deps,
        account,
        secrets,
        channel: connection.channel,
        signal: never,
        ...changed,
      };
    }

    function newMarker(): string {
      return platform.marker({ deliveryId: crypto.randomUUID(), claimedAt: harness.deps.now() });
    }

    async function postWithMedia(): Promise<OutgoingPost> {
      const format = manifest.limits.images?.formats[0];
      const image =
        format && (await imagePart({ format, colour: "#393", altText: "A green field" }));
      return postOf({ text: `With media ${unique()}`, media: image === undefined ? [] : [image] });
    }

    async function create(
      connection: Connection,
      post: OutgoingPost,
      progress: (fraction: number) => void = () => {},
    ): Promise<Created> {
      const takes = (step: boolean | "media") => (step === "media" ? post.media.length > 0 : step);
      if (platform.create === undefined || !takes(manifest.steps.create)) return {};
      const created = await platform.create(contextOf(connection, { progress }), post);
      if (platform.poll === undefined || !takes(manifest.steps.poll)) return created;
      for (let look = 0; look < 20; look++) {
        const polled = await platform.poll(contextOf(connection), created);
        if (polled.state === "ready") return created;
        expect(polled.retryAfterSeconds).toBeGreaterThan(0);
        await harness.pass(polled.retryAfterSeconds);
      }
      throw new Error("the media are never ready");
    }

    async function deliver(
      connection: Connection,
      content: Partial<OutgoingPost> & { text: string },
      progress?: (fraction: number) => void,
    ) {
      const post = postOf(content);
      const created = await create(connection, post, progress);
      const marker = newMarker();
      const published = await platform.publish(contextOf(connection), { ...post, created, marker });
      return { published, marker, created };
    }

    /** A thread of so many parts, each under the one before. */
    async function deliverThread(connection: Connection, length: 3) {
      const { published: root } = await deliver(connection, { text: `1/${length} ${unique()}` });
      const parts: [Published, Published, Published] = [root, root, root];
      for (let index = 1; index < length; index++) {
        const parent = parts[index - 1] ?? root;
        const place = placeUnder({ kind: "thread", root, parent });
        const text = `${index + 1}/${length} ${unique()}`;
        parts[index] = (await deliver(connection, { text, place })).published;
      }
      return parts;
    }

    async function remove(
      connection: Connection,
      published: Published,
      changed: Partial<CallContext> = {},
    ) {
      if (platform.remove === undefined) throw new Error("the platform has no step `remove`");
      return platform.remove(contextOf(connection, changed), published.remoteId);
    }

    /** Gives a silent answer to the call that takes down, and lets those through that only read. */
    function silentOnce(silence: typeof fetch): typeof fetch {
      return (url, init) =>
        (init?.method ?? "GET") === "GET" ? harness.deps.fetch(url, init) : silence(url, init);
    }

    /** How a delivery fails whose media were made ready as usual; `changed` is for the publish alone. */
    async function publishFailure(
      connection: Connection,
      changed: Partial<CallContext>,
    ): Promise<PlatformError> {
      const post = postOf({ text: `Unlucky ${unique()}` });
      async function attempt(): Promise<void> {
        const created = await create(connection, post);
        const delivery = { ...post, created, marker: newMarker() };
        await platform.publish(contextOf(connection, changed), delivery);
      }
      return failureOf(attempt(), connection.authorized.secrets);
    }

    /** Refused before anything is sent, or by the platform: nothing is to be seen either way. */
    async function expectRejected(connection: Connection, post: OutgoingPost): Promise<void> {
      async function attempt(): Promise<void> {
        const created = await create(connection, post);
        await platform.publish(contextOf(connection), { ...post, created, marker: newMarker() });
      }
      expect((await failureOf(attempt(), connection.authorized.secrets)).fate).toBe("reject");
      expect(await harness.countPosts(connection)).toBe(0);
    }

    async function expectAmbiguous(input: {
      arm: Arm;
      outcome: "present" | "absent";
    }): Promise<void> {
      const connection = await connectAs({});
      const post = postOf({ text: `Who knows ${unique()}` });
      const created = await create(connection, post);
      const marker = newMarker();
      const sentAt = harness.deps.now();
      await input.arm({ on: "publish", connection });
      const publishing = platform.publish(contextOf(connection), { ...post, created, marker });
      expect((await failureOf(publishing, connection.authorized.secrets)).fate).toBe("ambiguous");
      await harness.faults?.clear();
      const found = await platform.reconcile(contextOf(connection), {
        marker,
        created,
        post,
        sentAt,
      });
      expect(found.outcome).toBe(input.outcome);
      expect(await harness.countPosts(connection)).toBe(input.outcome === "present" ? 1 : 0);
    }
  });
}

const never = new AbortController().signal;

/** Answers to a call that changes what the public sees, after which nobody knows whether it was done. */
const silences: [string, typeof fetch][] = [
  ["500", answering(500, '{"error":"internal"}')],
  ["502 in HTML", answering(502, "<h1>Bad gateway</h1>")],
  ["200 in HTML", answering(200, "<h1>Welcome</h1>")],
  ["200 that is cut off", answering(200, '{"id":"1')],
  ["a redirect", answering(302, "", { location: "https://elsewhere.example/" })],
  ["408", answering(408, "{}")],
  ["no connection", () => Promise.reject(new TypeError("fetch failed"))],
  ["a time-out", () => Promise.reject(new DOMException("too late", "TimeoutError"))],
];

/** Stored between the parts of a post, as JSON. */
function placeUnder(place: PlaceOfPart): PlaceOfPart {
  const part = ({ remoteId, data }: PublishedPart) => ({
    remoteId,
    ...(data === undefined ? {} : { data }),
  });
  const { kind, root, parent } = place;
  return { kind, root: part(root), parent: part(parent) };
}

function postOf(content: Partial<OutgoingPost> & { text: string }): OutgoingPost {
  return { media: [], settings: {}, ...content };
}

/** The error that the call ends with; fails unless it is classified and free of secrets, all the way down. */
async function failureOf(call: Promise<unknown>, secrets: Secrets): Promise<PlatformError> {
  const error: unknown = await call.then(
    () => new Error("the call was expected to fail"),
    (thrown: unknown) => thrown,
  );
  expectNoSecrets(error, secrets);
  if (error instanceof PlatformError) return error;
  throw error;
}

function expectNoSecrets(value: unknown, secrets: Secrets): void {
  const seen = inspect(value, {
    depth: 20,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
  });
  // Flags and the like are no secrets, though they travel with them.
  for (const [name, secret] of Object.entries(secrets).filter(([, text]) => text.length >= 12))
    expect(seen.includes(secret), `${name} can be seen`).toBe(false);
}

function expectShown(shown: PublicPost | undefined, media: MediaPart[]): void {
  expect(shown?.media.map(({ kind, altText }) => ({ kind, altText }))).toEqual(
    media.map(({ kind, altText }) => ({ kind, altText })),
  );
  for (const [index, { sha256 }] of (shown?.media ?? []).entries())
    if (sha256 !== undefined) expect(sha256).toBe(media[index]?.sha256);
}

/** A network that always gives this one answer. */
function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): typeof fetch {
  return () => Promise.resolve(new Response(body, { status, headers }));
}

/** A network that refuses everything and repeats all that it was told. */
async function echoing(...request: Parameters<typeof fetch>): Promise<Response> {
  const { headers, url, body } = new Request(...request);
  const told = [
    url,
    ...[...headers].flat(),
    body === null ? "" : await new Response(body).text(),
  ].join(" ");
  return Response.json(
    { error: "invalid_request", message: decodeURIComponent(told) },
    { status: 400 },
  );
}

function skipIf(context: TestContext, reason: string | undefined): void {
  if (reason !== undefined) context.skip(reason);
}

function cannotInject(context: TestContext, fault: string): never {
  return context.skip(`the harness can't inject ${fault}`);
}

function numbersOf(limits: object | undefined): number[] {
  return Object.values(limits ?? {}).filter((value): value is number => typeof value === "number");
}

function unique(): string {
  return randomBytes(6).toString("hex");
}

function newVerifier(): string {
  return randomBytes(32).toString("base64url");
}

function damaged(secret: string): string {
  return `${secret.slice(0, -4)}${secret.endsWith("AAAA") ? "BBBB" : "AAAA"}`;
}
