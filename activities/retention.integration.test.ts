import { EntityManager } from "@mikro-orm/core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { v7 } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { mediaUrl } from "#api/lib/media-url.ts";
import {
  ApiKeyDetails,
  Asset,
  Channel,
  ExpiredObject,
  Generation,
  GenerationCall,
  Post,
  Rendition,
  Run,
  Step,
  Target,
  Upload,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { expireAssets } from "#db/expire-objects.ts";
import { insertRow, insertRows } from "#db/insert-row.ts";
import { keyScopes } from "#domain/permissions.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import {
  startSandboxNetwork,
  type SandboxNetwork,
} from "#local/sandbox-network/start-sandbox-network.ts";
import { createS3Store } from "#storage/s3.ts";
import { person, program as makeKey, type Caller } from "#test/api/callers.ts";
import { addAgent, addChannel, addRendition, addRun, addUpload } from "#test/api/rows.ts";
import { activityDeps, runActivity } from "#test/harness/activity-deps.ts";
import { connectDemo } from "#test/harness/post-on-sandbox.ts";
import { startApi, type TestApi } from "#test/harness/start-api.ts";
import { ensureS3Server, startS3Server, type S3Server } from "#test/harness/start-s3-server.ts";
import type { ActivityDeps } from "./deps.ts";
import { createDeliveryActivities } from "./deliveries.ts";
import { createPostActivities } from "./posts.ts";
import { createRenditionActivities } from "./renditions.ts";
import { createSweepActivities } from "./sweep.ts";
import { createUploadActivities } from "./uploads.ts";

/** A program in the person's workspace, whose key outlives every test's clock. */
async function lastingProgram(api: TestApi, owner: Caller): Promise<Caller> {
  const caller = await makeKey(api, owner, [...keyScopes]);
  const em = inWorkspace(api.context.orm, owner.workspaceId);
  await em.nativeUpdate(ApiKeyDetails, {}, { expiresAt: new Date("2099-01-01") });
  return caller;
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

const program = await ensureS3Server();
const missing = "missing" in program ? program.missing : undefined;

const stores = [
  { name: "on disk", s3: false, skip: false },
  { name: missing ? `in S3 (skipped: ${missing})` : "in S3", s3: true, skip: Boolean(missing) },
];

for (const { name, s3, skip } of stores) {
  describe.skipIf(skip)(`what is kept for a time, ${name}`, () => {
    let folder: string;
    let network: SandboxNetwork;
    let server: S3Server | undefined;
    let api: TestApi;
    let deps: ActivityDeps;
    let human: Caller;
    let owner: Caller;
    /** How far the clock is ahead. Milliseconds. */
    let ahead = 0;
    const now = () => new Date(Date.now() + ahead);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "drumbeat-retention-"));
      network = await startSandboxNetwork({ port: 0, host: "127.0.0.1", dataDir: folder });
      if (s3 && !("missing" in program)) server = await startS3Server(program);
      api = await startApi({
        now,
        platformApp: (platform) => (platform === "sandbox" ? { baseUrl: network.url } : {}),
        ...(server ? { storage: createS3Store(await server.makeBucket()) } : {}),
      });
      deps = await activityDeps(api);
    });

    afterAll(async () => {
      await api?.close();
      await server?.close();
      await network?.close();
      await rm(folder, { recursive: true, force: true });
    });

    beforeEach(async () => {
      ahead = 0;
      human = await person(api);
      owner = await lastingProgram(api, human);
    });

    afterEach(() => {
      vi.restoreAllMocks();
    });

    const db = () => inWorkspace(api.context.orm, owner.workspaceId);

    /** A sweep of everything; stored files are compared with the rows at the last minute of this workspace before. */
    async function sweepAt(ms: number): Promise<void> {
      const sweep = createSweepActivities(deps);
      ahead = ms;
      await sweep.expireFiles();
      await sweep.expireTexts();
      await sweepOrphansAt(ms);
    }

    async function sweepOrphansAt(ms: number): Promise<void> {
      const [row] = await outsideWorkspaces(api.context.orm).execute<{ minute: number }[]>(
        `select (abs(hashtext(id::text)::bigint) % 1440)::int as minute from workspace where id = ?`,
        [owner.workspaceId],
      );
      const at = new Date(Date.now() + ms);
      const minutes = at.getUTCHours() * 60 + at.getUTCMinutes();
      ahead = ms - ((minutes - (row?.minute ?? 0) + 1440) % 1440) * minute;
      await createSweepActivities(deps).removeOrphans();
      ahead = ms;
    }

    async function photo(): Promise<Buffer> {
      const create = { width: 60, height: 40, channels: 3 as const, background: "teal" };
      return sharp({ create }).png().toBuffer();
    }

    async function upload(query = ""): Promise<string> {
      const answer = await owner.upload(`/v1/assets${query}`, [
        { name: "a.png", data: await photo() },
      ]);
      expect(answer.statusCode, answer.body).toBe(201);
      return answer.json<{ id: string }>().id;
    }

    async function generation(facts: Partial<Generation> = {}): Promise<string> {
      return insertRow(db(), Generation, {
        workspaceId: owner.workspaceId,
        kind: "image",
        task: "text_to_image",
        status: "succeeded",
        provider: "sandbox",
        model: "sandbox-image-1",
        prompt: "A secret harbour",
        settings: {},
        inputs: [],
        outputs: [],
        createdBy: "user:test",
        createdAt: now(),
        finishedAt: now(),
        ...facts,
      });
    }

    /** An asset that the generation made, as its activity stores it. */
    async function output(generationId: string): Promise<string> {
      const id = await upload();
      await db().nativeUpdate(
        Asset,
        { id },
        { class: "output", origin: "generation", generationId },
      );
      const row = await db().findOneOrFail(Generation, { id: generationId });
      await db().nativeUpdate(
        Generation,
        { id: generationId },
        { outputs: [...row.outputs, { assetId: id }] },
      );
      return id;
    }

    const stored = async () => {
      const keys = [];
      for await (const key of api.context.storage.list(`${owner.workspaceId}/`)) keys.push(key);
      return keys;
    };
    const isStored = async (id: string) => (await stored()).some((key) => key.endsWith(id));
    const get = (url: string) => owner.call("GET", url);

    async function expectServed(id: string): Promise<void> {
      expect(await db().count(Asset, { id }), "in the database").toBe(1);
      expect(await isStored(id), "in the storage").toBe(true);
      expect((await get(`/v1/assets/${id}/content`)).statusCode).toBe(200);
    }

    async function expectGone(id: string): Promise<void> {
      expect(await db().count(Asset, { id }), "in the database").toBe(0);
      expect(await isStored(id), "in the storage").toBe(false);
      for (const path of ["", "/content", "/renditions"]) {
        const answer = await get(`/v1/assets/${id}${path}`);
        expect(answer.json(), path).toMatchObject({ status: 410, code: "file_expired" });
      }
    }

    async function expectLinkGone(kind: "assets" | "renditions", id: string): Promise<void> {
      const link = new URL(mediaUrl(api.context, { workspaceId: owner.workspaceId, kind, id }));
      const answer = await api.app.inject({
        url: link.pathname + link.search,
        headers: { host: link.host },
      });
      expect(answer.json()).toMatchObject({ status: 410, code: "file_expired" });
    }

    const schedule = async (body: object) => {
      const { channelId } = await addChannel(api, owner.workspaceId);
      const answer = await owner.call("POST", "/v1/posts", {
        body: {
          content: { text: "Ahoy" },
          targets: [{ channelId }],
          schedule: { mode: "at", at: new Date(Date.now() + 90 * day).toISOString() },
          ...body,
        },
      });
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json<{ id: string }>().id;
    };

    it("goes by the rule of its class, and not an hour before", async () => {
      const library = await upload("?class=library");
      const passing = [
        await upload(),
        await upload("?class=input"),
        await output(await generation()),
      ];
      const rendition = await addRendition(api, owner.workspaceId, {
        assetId: library,
        postIds: [],
      });
      const ofPassing = await addRendition(api, owner.workspaceId, {
        assetId: passing[0] ?? "",
        postIds: [],
      });
      const shown = (await get(`/v1/assets/${passing[0]}`)).json();
      expect(shown).toMatchObject({ class: "upload" });
      expect(Date.parse(shown.expiresAt)).toBeCloseTo(Date.now() + 30 * day, -5);
      expect((await get(`/v1/assets/${library}`)).json()).toMatchObject({
        class: "library",
        expiresAt: null,
      });
      expect((await get("/v1/assets?class=input")).json().data).toHaveLength(1);

      await sweepAt(0);
      await sweepAt(7 * day - hour);
      const renditionUrl = `/v1/assets/${library}/renditions/${rendition.id}/content`;
      expect((await get(renditionUrl)).statusCode).toBe(200);
      await sweepAt(7 * day + hour);
      expect(await db().count(Rendition, {})).toBe(0);
      expect(await stored()).not.toContain(rendition.blobKey);
      expect(await stored()).not.toContain(ofPassing.blobKey);
      expect((await get(renditionUrl)).json()).toMatchObject({ status: 410, code: "file_expired" });
      await expectLinkGone("renditions", rendition.id);

      await sweepAt(30 * day - hour);
      for (const id of [library, ...passing]) await expectServed(id);
      await sweepAt(30 * day + hour);
      for (const id of passing) {
        await expectGone(id);
        await expectLinkGone("assets", id);
      }
      const { channelId } = await addChannel(api, owner.workspaceId);
      const naming = { assets: [{ id: passing[0] }], targets: [{ channelId }] };
      const refused = [
        await owner.call("POST", "/v1/posts", {
          body: { content: { text: "Ahoy" }, ...naming, schedule: { mode: "now" } },
        }),
        await owner.call("POST", "/v1/generations", {
          body: { kind: "video", prompt: "Waves", inputs: [{ assetId: passing[0] }] },
        }),
        await owner.call("DELETE", `/v1/assets/${passing[0]}`),
      ];
      for (const answer of refused)
        expect(answer.json()).toMatchObject({ status: 410, code: "file_expired" });
      await expectServed(library);
      await sweepAt(4_000 * day);
      await expectServed(library);
      expect(await stored()).toEqual([`${owner.workspaceId}/assets/${library}`]);
      // What never was, or somebody deleted, is no 410.
      expect((await owner.call("DELETE", `/v1/assets/${library}`)).statusCode).toBe(204);
      expect((await get(`/v1/assets/${library}`)).statusCode).toBe(404);
      expect(await stored()).toEqual([]);
    });

    it("stays while something pending needs it, and counts from when that ended", async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, () => upload()));
      const [post, part, override, repeated, input, posted, edited, alone] = ids as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const text = { content: { text: "Ahoy" } };
      const { channelId } = await addChannel(api, owner.workspaceId);
      const postId = await schedule({
        assets: [{ id: post }],
        parts: [{ kind: "thread", text: "more", assets: [{ id: part }] }],
      });
      await schedule({
        targets: [{ channelId, overrides: { assets: [{ id: override }] } }],
        approval: "required",
      });
      const editedId = await schedule({ assets: [{ id: edited }] });
      const series = await owner.call("POST", "/v1/series", {
        body: {
          ...text,
          assets: [{ id: repeated }],
          targets: [{ channelId }],
          rrule: "FREQ=YEARLY",
          start: "2099-01-01T09:00",
          timeZone: "UTC",
        },
      });
      expect(series.statusCode, series.body).toBe(201);
      const seriesId = series.json<{ id: string }>().id;
      const working = await generation({
        status: "running",
        finishedAt: null,
        inputs: [{ assetId: input, role: "source" }],
      });
      const agentId = await addAgent(api, owner.workspaceId, { channelId });
      const runId = await addRun(api, owner.workspaceId, { agentId, status: "running" });
      await generation({ runId, outputs: [{ assetId: posted }] });

      const needed = [post, part, override, repeated, input, posted, edited];
      for (const days of [1, 29, 31, 60, 89]) await sweepAt(days * day);
      for (const id of needed) await expectServed(id);
      await expectGone(alone);
      expect((await get(`/v1/assets/${post}`)).json()).toMatchObject({ expiresAt: null });

      // Each is told of by name, and the asset stays.
      const refused = async (id: string) =>
        (await owner.call("DELETE", `/v1/assets/${id}`)).json<{
          code: string;
          users: { kind: string; id: string; url: string }[];
        }>();
      expect(await refused(repeated)).toMatchObject({
        code: "asset_in_use",
        users: [
          { kind: "series", id: seriesId, url: expect.stringMatching(`/v1/series/${seriesId}$`) },
        ],
      });
      expect((await refused(part)).users).toMatchObject([{ kind: "post", id: postId }]);
      expect((await refused(input)).users).toMatchObject([{ kind: "generation", id: working }]);
      expect((await refused(posted)).users).toMatchObject([{ kind: "run", id: runId }]);
      for (const user of (await refused(posted)).users)
        expect((await get(new URL(user.url).pathname)).statusCode).toBe(200);
      await expectServed(posted);

      // Day 89: all of it ends.
      await owner.call("POST", `/v1/posts/${postId}/cancel`, { body: {} });
      await owner.call("PATCH", `/v1/posts/${editedId}`, {
        body: { version: 1, assets: [] },
      });
      await owner.call("POST", `/v1/series/${seriesId}/end`, { body: {} });
      await db().nativeUpdate(Generation, { id: working }, { status: "failed", finishedAt: now() });
      await db().nativeUpdate(Run, { id: runId }, { status: "succeeded", finishedAt: now() });
      await sweepAt(89 * day + hour);
      const free = [post, part, input, posted, edited];
      const expiry = (await get(`/v1/assets/${post}`)).json<{ expiresAt: string }>().expiresAt;
      expect(Date.parse(expiry)).toBeCloseTo(Date.now() + 119 * day, -5);
      await sweepAt(119 * day - hour);
      for (const id of [...free, override]) await expectServed(id);
      await sweepAt(119 * day + 2 * hour);
      for (const id of free) await expectGone(id);
      await expectServed(override);
    });

    it("publishes what was uploaded for a post 90 days ahead, after 89 days of sweeps", async () => {
      await connectDemo(human);
      const [channel] = await db().find(Channel, { kind: "profile" });
      const id = await upload();
      const postId = await schedule({
        assets: [{ id, altText: "Teal" }],
        targets: [{ channelId: channel?.id }],
        approval: "none",
      });
      const ids = { workspaceId: owner.workspaceId, postId };
      expect(await tell(ids)).toMatchObject({ kind: "await_due" });
      const [rendition] = await db().find(Rendition, { assetId: id });
      const { expireFiles } = createSweepActivities(deps);
      for (let days = 1; days < 90; days += 1) {
        ahead = days * day;
        await expireFiles();
        if (days % 10 === 9) await sweepAt(days * day);
      }
      await expectServed(id);
      expect(await stored()).toContain(rendition?.blobKey);

      ahead = 90 * day + minute;
      expect(await tell(ids)).toMatchObject({ kind: "done", status: "published" });
      const target = await db().findOneOrFail(Target, { postId });
      expect(target.remoteId).toMatch(/^post_/u);
      // Nothing needs it any more: the rendition goes after 7 days, the upload after 30.
      await sweepAt(96 * day);
      expect(await stored()).toContain(rendition?.blobKey);
      await sweepAt(98 * day);
      expect(await stored()).toEqual([`${owner.workspaceId}/assets/${id}`]);
      await sweepAt(119 * day);
      await expectServed(id);
      await sweepAt(121 * day);
      await expectGone(id);
      expect(await stored()).toEqual([]);
      expect((await get(`/v1/posts/${postId}`)).json()).toMatchObject({ status: "published" });
    });

    /** Does what the story of a post asks of its activities, until it waits or has ended. */
    async function tell(ids: { workspaceId: string; postId: string }) {
      const { lookAtPost } = createPostActivities(deps);
      const { makeTargetRendition } = createRenditionActivities(deps);
      const deliveries = createDeliveryActivities(deps);
      for (let looks = 0; looks < 10; looks += 1) {
        const move = await lookAtPost({ ...ids, now: now().getTime() });
        const { kind } = move;
        if (kind === "prepare") {
          const { version } = move;
          for (const order of move.renditions)
            await runActivity(makeTargetRendition, { ...ids, ...order, version });
        } else if (kind === "deliver") {
          const { version } = move;
          for (const targetId of move.targetIds) {
            const of = { ...ids, targetId };
            const claim =
              move.claims?.[targetId] ?? (await deliveries.claimPart({ ...of, version, part: 0 }));
            const call = { ...of, deliveryId: claim.deliveryId };
            if (claim.steps.create) await runActivity(deliveries.createAtPlatform, call);
            while (
              claim.steps.poll &&
              (await runActivity(deliveries.pollAtPlatform, call)).kind === "wait"
            );
            const at = { version, now: now().getTime() };
            expect(await runActivity(deliveries.publishDelivery, { ...call, ...at })).toMatchObject(
              { kind: "published" },
            );
          }
        } else return move;
      }
      throw new Error("the post comes to no end");
    }

    it("finds what a process left behind that died: a row without its file, a file without its row", async () => {
      const id = await upload();
      const remove = api.context.storage.delete.bind(api.context.storage);
      const killed = vi.spyOn(api.context.storage, "delete").mockImplementation((key) => {
        if (!key.endsWith(id)) return remove(key);
        killed.mockRestore();
        throw new Error("killed");
      });
      ahead = 30 * day + hour;
      await createSweepActivities(deps).expireFiles();
      expect(await db().findOneOrFail(ExpiredObject, { id })).toMatchObject({ removedAt: null });
      expect(await isStored(id)).toBe(true);
      // Nobody is shown it meanwhile.
      expect((await get(`/v1/assets/${id}/content`)).statusCode).toBe(410);
      await sweepAt(30 * day + 2 * hour);
      await expectGone(id);
      expect((await db().findOneOrFail(ExpiredObject, { id })).removedAt).toBeInstanceOf(Date);

      // The bytes went, and the process died before it could say so.
      const other = await upload();
      await sweepAt(61 * day);
      await db().nativeUpdate(ExpiredObject, { id: other }, { removedAt: null });
      await sweepAt(62 * day);
      expect((await db().findOneOrFail(ExpiredObject, { id: other })).removedAt).not.toBeNull();
    });

    it("goes past what can't be removed, however much is waiting, and tries it again", async () => {
      const ids = Array.from({ length: 530 }, () => newId());
      const [stuck = ""] = ids;
      const { workspaceId } = owner;
      const line = { workspaceId, kind: "rendition", rule: "rendition", bytes: 1 } as const;
      await insertRows(
        db(),
        ExpiredObject,
        ids.map((id) => ({ ...line, id, blobKey: `${workspaceId}/renditions/${id}` })),
      );
      const remove = api.context.storage.delete.bind(api.context.storage);
      const failing = vi.spyOn(api.context.storage, "delete").mockImplementation(async (key) => {
        if (key.endsWith(stuck)) throw new Error("held by somebody");
        await remove(key);
      });
      const told = vi.spyOn(deps.logger, "error");
      ahead = day;
      await createSweepActivities(deps).expireFiles();
      expect(await db().find(ExpiredObject, { removedAt: null })).toMatchObject([{ id: stuck }]);
      expect(told).toHaveBeenCalledWith(
        expect.objectContaining({ workspaceId, removed: 529, failed: 1 }),
        expect.anything(),
      );
      failing.mockRestore();
      await createSweepActivities(deps).expireFiles();
      expect(await db().count(ExpiredObject, { removedAt: null })).toBe(0);
    });

    it("expires more than fits in a page, in one look", async () => {
      const { workspaceId } = owner;
      const assetId = await upload("?class=library");
      const open = Array.from({ length: 1_030 }, () => newId());
      await insertRows(
        db(),
        Rendition,
        open.map((id, index) => ({
          ...{ id, workspaceId, assetId, recipe: `as-is-${id}`, kind: "image" as const },
          ...{ contentType: "image/png", bytes: 3, sha256: "1".repeat(64), width: 1, height: 1 },
          blobKey: `${workspaceId}/renditions/${id}`,
          // Of half of them nobody has decided yet.
          expiresAt: index % 2 ? null : new Date(Date.now() + 7 * day),
          neededAt: now(),
        })),
      );
      await sweepAt(0);
      expect(await db().count(Rendition, { expiresAt: null })).toBe(0);
      await sweepAt(8 * day);
      expect(await db().count(Rendition, {})).toBe(0);
      expect(await db().count(ExpiredObject, { removedAt: null })).toBe(0);
    });

    it("goes on with stored files where the last look stopped, and then begins anew", async () => {
      const kinds = ["assets", "renditions"];
      const put = async (kind: string | undefined) => {
        const blobKey = `${owner.workspaceId}/${kind}/${newId()}`;
        const data = Buffer.from("x");
        await api.context.storage.put({ key: blobKey, data, contentType: "image/png" });
        return blobKey;
      };
      const asset = await put(kinds[0]);
      await put(kinds[1]);
      const after = async () =>
        (await db().findOneOrFail(WorkspaceDetails, { id: owner.workspaceId })).orphansAfter;
      await db().nativeUpdate(
        WorkspaceDetails,
        { id: owner.workspaceId },
        { orphansAfter: `${asset}0` },
      );
      await sweepAt(49 * hour);
      expect(await stored()).toEqual([asset]);
      expect(await after()).toBeNull();
      const real = performance.now.bind(performance);
      const clock = vi.spyOn(performance, "now");
      const list = api.context.storage.list.bind(api.context.storage);
      vi.spyOn(api.context.storage, "list").mockImplementation(async function* (prefix, from) {
        // Time is up with the first one.
        clock.mockImplementation(() => real() + hour);
        yield* list(prefix, from);
      });
      await put(kinds[1]);
      await sweepAt(49 * hour);
      vi.restoreAllMocks();
      expect(await stored()).toHaveLength(1);
      expect(await after()).toBe(asset);
      await sweepAt(49 * hour);
      expect(await stored()).toEqual([]);
      expect(await after()).toBeNull();
    });

    it("spares an upload that settles while stored files are compared", async () => {
      const uploadId = await addUpload(api, owner.workspaceId);
      const blobKey = `${owner.workspaceId}/assets/${uploadId}`;
      await api.context.storage.put({
        key: blobKey,
        data: Buffer.from("x"),
        contentType: "image/png",
      });
      // It becomes an asset between the two questions.
      const ask = EntityManager.prototype.find;
      vi.spyOn(EntityManager.prototype, "find").mockImplementation(async function (
        this: EntityManager,
        ...question: Parameters<typeof ask>
      ) {
        const rows = await ask.apply(this, question);
        if ([Upload, Asset].some((entity) => entity === question[0])) {
          vi.mocked(EntityManager.prototype.find).mockRestore();
          await settle();
        }
        return rows;
      } as typeof ask);
      const settle = async () => {
        const other = await upload("?class=library");
        await db().nativeUpdate(Asset, { id: other }, { blobKey });
        await db().nativeUpdate(Upload, { id: uploadId }, { status: "ready" });
      };
      await sweepOrphansAt(49 * hour);
      expect(await stored()).toContain(blobKey);
    });

    it("removes files of which nothing tells, and spares those of a day and those that are checked", async () => {
      const kept = await upload("?class=library");
      const put = async (kind: string, key: string) => {
        const blobKey = `${owner.workspaceId}/${kind}/${key}`;
        await api.context.storage.put({
          key: blobKey,
          data: Buffer.from("x"),
          contentType: "image/png",
        });
        return blobKey;
      };
      const old = [await put("assets", newId()), await put("renditions", newId())];
      const fresh = await put("renditions", v7({ msecs: Date.now() + 40 * hour }));
      const foreign = await put("assets", "not-an-id");
      const uploadId = await addUpload(api, owner.workspaceId);
      const coming = await put("assets", uploadId);
      await sweepAt(20 * hour);
      expect(await stored()).toEqual(expect.arrayContaining([...old, fresh, coming]));
      // One that can't be removed holds up no other.
      vi.spyOn(api.context.storage, "delete").mockRejectedValueOnce(new Error("held by somebody"));
      await sweepAt(49 * hour);
      expect((await stored()).filter((key) => old.includes(key))).toEqual([old[0]]);
      await sweepAt(49 * hour);
      expect((await stored()).toSorted()).toEqual(
        [`${owner.workspaceId}/assets/${kept}`, fresh, foreign, coming].toSorted(),
      );
    });

    it("looks once more before it removes: what was used a moment ago stays", async () => {
      const [used, kept] = [await upload(), await upload()];
      await sweepAt(0);
      ahead = 31 * day;
      await schedule({ assets: [{ id: used }] });
      const { workspaceId } = owner;
      expect(
        (await owner.call("PATCH", `/v1/assets/${kept}`, { body: { class: "library" } })).json(),
      ).toMatchObject({ class: "library", expiresAt: null });
      const gone = await db().transactional((em) =>
        expireAssets(em, { workspaceId, ids: [used, kept], now: now() }),
      );
      expect(gone).toBe(0);
      await sweepAt(60 * day);
      for (const id of [used, kept]) await expectServed(id);
    });

    it("keeps the media of what failed for 30 days, and makes it anew after that", async () => {
      const id = await upload("?class=library");
      const postId = await schedule({ assets: [{ id }] });
      await addRendition(api, owner.workspaceId, { assetId: id, postIds: [postId] });
      await db().nativeUpdate(Target, { postId }, { status: "failed" });
      await db().nativeUpdate(Post, { id: postId }, { status: "failed", updatedAt: now() });
      await sweepAt(0);
      await sweepAt(36 * day);
      expect(await db().count(Rendition, {})).toBe(1);
      await sweepAt(38 * day);
      expect(await db().count(Rendition, {})).toBe(0);
      await db().nativeUpdate(Post, { id: postId }, { contentHash: "0".repeat(64) });
      const retried = await owner.call("POST", `/v1/posts/${postId}/retry`, { body: {} });
      expect(retried.statusCode, retried.body).toBe(202);
      const row = await db().findOneOrFail(Post, { id: postId });
      expect(row).toMatchObject({ status: "preparing", contentHash: null });
      expect((await db().findOneOrFail(Target, { postId })).renditions ?? null).toBeNull();
    });

    it("forgets prompts, texts and transcripts after 30 days, and the generation after 400", async () => {
      const settings = { instructions: "Whisper the secret", seed: 7 };
      const id = await generation({ kind: "text", task: "write", settings, credits: 3 });
      await db().nativeUpdate(Generation, { id }, { outputs: [{ text: "A secret caption" }] });
      await insertRow(db(), GenerationCall, {
        workspaceId: owner.workspaceId,
        generationId: id,
        index: 0,
        status: "answered",
        asks: 1,
        operation: null,
        output: { text: "A secret caption" },
        askedAt: now(),
      });
      const open = await generation({ status: "running", finishedAt: null });
      const { channelId } = await addChannel(api, owner.workspaceId);
      const agentId = await addAgent(api, owner.workspaceId, { channelId });
      const runId = await addRun(api, owner.workspaceId, { agentId, status: "succeeded" });
      await insertRow(db(), Step, {
        workspaceId: owner.workspaceId,
        runId,
        key: "image",
        position: 1,
        kind: "generation",
        name: "image",
        status: "succeeded",
        input: { prompt: "A secret image" },
        output: { generationId: id },
        transcript: [{ role: "user", content: "A secret word" }],
        credits: 2,
      });
      const left = async () =>
        JSON.stringify([
          await db().find(Generation, {}),
          await db().find(GenerationCall, {}),
          await db().find(Step, {}, { populate: ["transcript"] }),
        ]);
      await sweepAt(30 * day - hour);
      expect((await left()).match(/secret/g)).toHaveLength(7);
      await sweepAt(30 * day + hour);
      // The one at work is all that is left of it.
      expect((await left()).match(/secret/g)).toHaveLength(1);
      expect((await get(`/v1/generations/${id}`)).json()).toMatchObject({
        prompt: "",
        settings: { seed: 7 },
        outputs: [{ text: "" }],
        credits: 3,
        textsRemovedAt: expect.any(String),
      });
      const again = await owner.call("POST", `/v1/generations/${id}/again`, { body: {} });
      expect(again.json()).toMatchObject({ status: 410, code: "generation_expired" });
      const run = (await get(`/v1/runs/${runId}`)).json<{ steps: object[] }>();
      expect(run.steps).toMatchObject([{ input: null, output: { generationId: id }, credits: 2 }]);

      await sweepAt(400 * day - hour);
      expect((await get(`/v1/generations/${id}`)).statusCode).toBe(200);
      await sweepAt(400 * day + hour);
      for (const path of ["", "/events"]) {
        expect((await get(`/v1/generations/${id}${path}`)).json()).toMatchObject({
          status: 410,
          code: "generation_expired",
        });
      }
      expect(await db().find(Generation, {})).toMatchObject([{ id: open }]);
    });

    it("still knows an offline model's text for one when the text is gone", async () => {
      const id = await generation({ kind: "text", task: "write" });
      await db().nativeUpdate(Generation, { id }, { outputs: [{ text: "Gulls at dawn" }] });
      const { channelId } = await addChannel(api, owner.workspaceId, "bluesky");
      const offer = () =>
        owner.call("POST", "/v1/posts", {
          body: {
            content: { text: "Gulls at dawn" },
            targets: [{ channelId }],
            schedule: { mode: "now" },
            approval: "none",
          },
        });
      expect((await offer()).json()).toMatchObject({ code: "sandbox_output" });
      await sweepAt(31 * day);
      expect(JSON.stringify(await db().find(Generation, {}))).not.toContain("Gulls");
      expect((await offer()).json()).toMatchObject({ code: "sandbox_output" });
    });

    it("is there for what was said when its upload began", async () => {
      const data = await photo();
      const words = { filename: "a.png", class: "library" };
      const begun = await api.app.inject({
        method: "POST",
        url: "/v1/uploads",
        headers: {
          ...owner.headers,
          "tus-resumable": "1.0.0",
          "content-type": "application/offset+octet-stream",
          "upload-length": String(data.length),
          "upload-metadata": Object.entries(words)
            .map(([word, value]) => `${word} ${Buffer.from(value).toString("base64")}`)
            .join(","),
        },
        payload: data,
      });
      expect(begun.statusCode, begun.body).toBe(201);
      const { id } = begun.json<{ id: string }>();
      const { keepUploadedFile } = createUploadActivities(deps);
      await runActivity(keepUploadedFile, { workspaceId: owner.workspaceId, uploadId: id });
      expect((await get(`/v1/assets/${id}`)).json()).toMatchObject({
        class: "library",
        expiresAt: null,
      });
    });

    it("is counted, by each rule", async () => {
      const ids = [await upload(), await upload(), await upload("?class=library")];
      const rule = async (name: string) => {
        const { data } = (await get("/v1/retention")).json<{ data: { rule: string }[] }>();
        return data.find((one) => one.rule === name);
      };
      const { bytes } = (await get(`/v1/assets/${ids[0]}`)).json<{ bytes: number }>();
      await sweepAt(0);
      expect(await rule("upload")).toMatchObject({
        seconds: 30 * 86_400,
        kept: 2,
        bytes: 2 * bytes,
        due: 0,
        removed: 0,
        lastRemovedAt: null,
      });
      ahead = 31 * day;
      expect(await rule("upload")).toMatchObject({ kept: 2, due: 2 });
      await sweepAt(31 * day);
      expect(await rule("upload")).toMatchObject({
        kept: 0,
        due: 0,
        removed: 2,
        removedBytes: 2 * bytes,
        lastRemovedAt: expect.any(String),
      });
      expect(await rule("library")).toMatchObject({ seconds: null, kept: 1, removed: 0 });
    });
  });
}
