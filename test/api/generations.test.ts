import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Asset,
  CreditEntry,
  Event,
  ExpiredObject,
  Generation,
  MetricSnapshot,
  Outbox,
  Post,
  Target,
  WorkspaceDetails,
} from "#db/entities/index.ts";
import type { GenerationOutput } from "#db/entities/generation.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { recordEvent } from "#db/record-event.ts";
import type { GenerationStatus } from "#domain/states.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { person, program, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  await api.app.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  api.setEngine("ready");
  owner = await person(api);
});

const post = (body: object, caller = owner) => caller.call("POST", "/v1/generations", { body });
const text = { kind: "text", prompt: "a caption for our harbour" };

async function accept(body: object = text): Promise<string> {
  const answer = await post(body);
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}

const mine = () => inWorkspace(api.context.orm, owner.workspaceId);
const credits = async () =>
  (await mine().findOneOrFail(WorkspaceDetails, { id: owner.workspaceId })).credits;

/** What the worker would write: the row's state, with its event. */
async function move(id: string, status: GenerationStatus): Promise<void> {
  await mine().transactional(async (em) => {
    await em.nativeUpdate(Generation, { id }, { status });
    await recordEvent(em, {
      workspaceId: owner.workspaceId,
      type: `generation.${status}`,
      subjectKind: "generation",
      subjectId: id,
    });
  });
}

describe("accepting", () => {
  it("reserves the credits, writes the row and starts the story", async () => {
    const answer = await post({ ...text, settings: { temperature: 0.5, seed: 7 } });
    const { id } = answer.json();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`/v1/generations/${id}`);
    expect(answer.json()).toEqual({ id, status: "queued", engine: "ready" });
    expect(api.told).toContainEqual({ what: "start generate", workflowId: `generation/${id}` });
    expect((await owner.call("GET", `/v1/generations/${id}`)).json()).toMatchObject({
      id,
      kind: "text",
      status: "queued",
      progress: 0,
      model: "sandbox/sandbox-text-1",
      prompt: text.prompt,
      settings: { temperature: 0.5, seed: 7 },
      outputs: [],
      credits: 1,
      error: null,
      sent: null,
      finishedAt: null,
    });
    expect(await credits()).toBe(999);
    await accept({ kind: "image", prompt: "a harbour", settings: { size: "512x512" } });
    expect(await credits()).toBe(995);
  });

  it("is accepted with the engine away, and kept for it", async () => {
    api.setEngine("delayed");
    const answer = await post(text);
    expect(answer.json()).toMatchObject({ status: "queued", engine: "delayed" });
    const workflowId = `generation/${answer.json().id}`;
    expect(await outsideWorkspaces(api.context.orm).count(Outbox, { workflowId })).toBe(1);
  });

  it("writes nothing when there are too few credits", async () => {
    await mine().nativeUpdate(WorkspaceDetails, { id: owner.workspaceId }, { credits: 3 });
    const before = await mine().count(Event, {});
    const answer = await post({ kind: "image", prompt: "a harbour" });
    expect(answer.json()).toMatchObject({ status: 402, code: "credits_exhausted" });
    expect(await credits()).toBe(3);
    expect(await mine().count(Generation, {})).toBe(0);
    expect(await mine().count(CreditEntry, { kind: "reserve" })).toBe(0);
    expect(await mine().count(Event, {})).toBe(before);
    const { workspaceId } = owner;
    expect(await outsideWorkspaces(api.context.orm).count(Outbox, { workspaceId })).toBe(0);
  });

  it("spends exactly what is there when many come at once", async () => {
    await mine().nativeUpdate(WorkspaceDetails, { id: owner.workspaceId }, { credits: 5 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(text)));
    const accepted = answers.filter((answer) => answer.statusCode === 202);
    expect(accepted).toHaveLength(5);
    expect(answers.filter((answer) => answer.statusCode === 402)).toHaveLength(7);
    expect(await credits()).toBe(0);
  });

  it.each([
    [{ ...text, prompt: "" }, "invalid_request", "/prompt"],
    [{ ...text, prompt: "nul\u0000" }, "invalid_request", "/prompt"],
    [{ ...text, prompt: "x".repeat(20_001) }, "invalid_request", "/prompt"],
    [{ prompt: "x" }, "invalid_request", "/kind"],
    [{ kind: "film", prompt: "x" }, "invalid_request", "/kind"],
    [{ ...text, task: "speech" }, "invalid_request", "/task"],
    [{ ...text, count: 11 }, "invalid_request", "/count"],
    [{ kind: "image", prompt: "x", task: "edit_image" }, "invalid_request", "/inputs"],
    [{ ...text, extra: 1 }, "invalid_request", undefined],
    [{ ...text, settings: { size: "512x512" } }, "invalid_request", "/settings"],
    [{ ...text, settings: { temperature: 3 } }, "invalid_request", "/settings/temperature"],
    [{ ...text, settings: { seed: 1.5 } }, "invalid_request", "/settings/seed"],
    [{ kind: "image", prompt: "x", settings: { temperature: 1 } }, "invalid_request", "/settings"],
    [
      { kind: "image", prompt: "x", settings: { size: "1x1" } },
      "invalid_request",
      "/settings/size",
    ],
    [{ ...text, model: "no-such-model" }, "unknown_model", "/model"],
    [{ ...text, model: "sandbox/sandbox-image-1" }, "wrong_kind", "/model"],
    [{ ...text, inputs: [{ assetId: newId() }] }, "unknown_asset", "/inputs/0/assetId"],
    [{ ...text, inputs: [{ assetId: "x" }] }, "invalid_request", "/inputs/0/assetId"],
  ])("refuses %j", async (body, code, pointer) => {
    const answer = await post(body);
    expect(answer.json(), answer.body).toMatchObject({ status: 422, code });
    if (pointer !== undefined) {
      const pointers = answer.json<{ errors: { pointer: string }[] }>().errors;
      expect(pointers.map((one) => one.pointer)).toContain(pointer);
    }
    expect(await credits()).toBe(1_000);
  });

  it("draws a seed for texts too, so that their variants differ", async () => {
    const id = await accept({ ...text, count: 3 });
    const { settings } = await mine().findOneOrFail(Generation, { id });
    expect(settings).toEqual({ seed: expect.any(Number) });
  });

  it("needs the scope", async () => {
    const reader = await program(api, owner, ["generations:read"]);
    expect((await post(text, reader)).json()).toMatchObject({ status: 403, code: "missing_scope" });
    const writer = await program(api, owner, ["generations:write"]);
    expect((await post(text, writer)).statusCode).toBe(202);
  });
});

describe("bettering a video", () => {
  const transcript = { text: "Ahoy.", segments: [{ text: "Ahoy.", start: 0, end: 1 }] };

  async function film(): Promise<string> {
    const id = newId();
    await insertRow(mine(), Asset, {
      id,
      workspaceId: owner.workspaceId,
      kind: "video",
      status: "ready",
      contentType: "video/mp4",
      bytes: 1_000,
      sha256: id,
      width: 640,
      height: 360,
      durationSeconds: 4,
      blobKey: `${owner.workspaceId}/assets/${id}`,
      origin: "upload",
    });
    return id;
  }

  /** A transcription as the worker leaves it. */
  async function heard(assetId: string, outputs: GenerationOutput[] = [transcript]) {
    const id = await accept({ kind: "audio", task: "transcribe", inputs: [{ assetId }] });
    await mine().nativeUpdate(Generation, { id }, { status: "succeeded", outputs });
    return id;
  }

  const better = (assetId: string, settings?: object, more: object = {}) =>
    post({ kind: "video", inputs: [{ assetId }], ...(settings && { settings }), ...more });
  const settingsOf = async (answer: { json(): { id: string } }) =>
    (await mine().findOneOrFail(Generation, { id: answer.json().id })).settings;

  it("is done here, and betters what nearly every video gains by", async () => {
    const answer = await better(await film());
    expect(answer.statusCode, answer.body).toBe(202);
    const found = await mine().findOneOrFail(Generation, { id: answer.json().id });
    expect(found).toMatchObject({
      task: "enhance_video",
      provider: "ffmpeg",
      settings: { enhancements: ["denoise", "colour", "loudness"] },
    });
  });

  it("burns in what is named, else the newest transcription of the same video", async () => {
    const video = await film();
    await heard(await film());
    const older = await heard(video);
    const newer = await heard(video);
    const captions = { enhancements: ["captions"] };
    expect(await settingsOf(await better(video, captions))).toMatchObject({ captionsFrom: newer });
    const named = await better(video, { ...captions, captionsFrom: older });
    expect(await settingsOf(named)).toMatchObject({ captionsFrom: older });
  });

  it("says of a transcription whose time was over that it is gone", async () => {
    const video = await film();
    const [silent, gone] = [await heard(video, [{ text: "" }]), newId()];
    await mine().nativeUpdate(Generation, { id: silent }, { textsRemovedAt: new Date() });
    const { workspaceId } = owner;
    const line = { kind: "generation", rule: "generation", bytes: 0 } as const;
    await insertRow(mine(), ExpiredObject, { id: gone, workspaceId, ...line });
    for (const captionsFrom of [silent, gone]) {
      const answer = await better(video, { enhancements: ["captions"], captionsFrom });
      expect(answer.json()).toMatchObject({
        status: 410,
        code: "generation_expired",
        errors: [{ pointer: "/settings/captionsFrom" }],
      });
    }
  });

  it("refuses what could not be made", async () => {
    const video = await film();
    const other = await accept();
    const mute = await heard(await film(), [{ text: "Ahoy." }]);
    for (const [settings, more, pointer] of [
      [{ enhancements: ["captions"] }, {}, "/settings/enhancements"],
      [{ enhancements: ["captions"], captionsFrom: other }, {}, "/settings/captionsFrom"],
      [{ enhancements: ["captions"], captionsFrom: mute }, {}, "/settings/captionsFrom"],
      [{ enhancements: ["captions"], captionsFrom: newId() }, {}, "/settings/captionsFrom"],
      [{ enhancements: ["denoise"], captionsFrom: other }, {}, "/settings/captionsFrom"],
      [{ enhancements: [] }, {}, "/settings/enhancements"],
      [{ enhancements: ["denoise"] }, { count: 2 }, "/count"],
      [{ enhancements: ["denoise"] }, { prompt: "and then it sails away" }, "/prompt"],
      [{ seconds: 4 }, {}, "/settings/seconds"],
    ] as const) {
      const answer = await better(video, settings, more);
      expect(answer.json(), answer.body).toMatchObject({ status: 422, code: "invalid_request" });
      expect(answer.json().errors[0].pointer).toBe(pointer);
    }
  });
});

describe("cancelling", () => {
  it.each(["queued", "running"] as const)("takes what is %s", async (status) => {
    const id = await accept();
    if (status === "running") await move(id, status);
    const answer = await owner.call("POST", `/v1/generations/${id}/cancel`);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ id, status: "cancelling", engine: "ready" });
    const told = () => api.told.filter((one) => one.workflowId === `generation/${id}`);
    expect(told().map((one) => one.what)).toEqual(["start generate", "cancel"]);
    const again = await owner.call("POST", `/v1/generations/${id}/cancel`);
    expect(again.json()).toMatchObject({ status: "cancelling" });
    expect(told()).toHaveLength(2);
  });

  it.each(["succeeded", "failed", "cancelled"] as const)("refuses what is %s", async (status) => {
    const id = await accept();
    await move(id, status);
    const answer = await owner.call("POST", `/v1/generations/${id}/cancel`);
    expect(answer.json()).toMatchObject({
      status: 409,
      code: "already_ended",
      generationStatus: status,
    });
  });

  it("is decided once when many ask at once", async () => {
    const id = await accept();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => owner.call("POST", `/v1/generations/${id}/cancel`)),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(6).fill(202));
    expect(await mine().count(Event, { subjectId: id, type: "generation.cancelling" })).toBe(1);
  });
});

describe("reading", () => {
  it("lists by kind and status", async () => {
    const [one, two] = [await accept(), await accept({ kind: "image", prompt: "a harbour" })];
    const three = await accept();
    await move(three, "failed");
    const ids = async (query: string) =>
      (await owner.call("GET", `/v1/generations${query}`))
        .json<{ data: { id: string }[] }>()
        .data.map((row) => row.id);
    expect(await ids("")).toEqual([three, two, one]);
    expect(await ids("?kind=text")).toEqual([three, one]);
    expect(await ids("?kind=text&status=queued")).toEqual([one]);
    expect((await owner.call("GET", "/v1/generations?kind=poem")).statusCode).toBe(422);
    expect((await owner.call("GET", "/v1/generations?sort=asc")).statusCode).toBe(422);
  });

  it("shows outputs, error and what was sent", async () => {
    const id = await accept();
    const assetId = newId();
    await mine().nativeUpdate(
      Generation,
      { id },
      {
        outputs: [{ text: "Ahoy" }, { assetId }],
        error: { code: "quota", detail: "d" },
        sent: { fields: 1 },
      },
    );
    expect((await owner.call("GET", `/v1/generations/${id}`)).json()).toMatchObject({
      outputs: [{ text: "Ahoy" }, { assetId }],
      error: { code: "quota", detail: "d" },
      sent: { fields: 1 },
    });
  });

  it("shows nothing of another workspace", async () => {
    const id = await accept();
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/generations")).json().data).toEqual([]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/events"],
      ["POST", "/cancel"],
    ] as const) {
      const answer = await stranger.call(method, `/v1/generations/${id}${path}`);
      expect(answer.json(), `${method} ${path}`).toMatchObject({ status: 404, code: "not_found" });
    }
    expect((await owner.call("GET", "/v1/generations/none")).statusCode).toBe(422);
  });
});

describe("events", () => {
  const events = (id: string, headers: Record<string, string> = {}) =>
    owner.call("GET", `/v1/generations/${id}/events`, { headers });
  const named = (body: string) => [...body.matchAll(/^event: (.+)$/gm)].map((match) => match[1]);
  const numbered = (body: string) => [...body.matchAll(/^id: (.+)$/gm)].map((match) => match[1]);

  it("replays what happened, from where the client was, and ends with the last state", async () => {
    const id = await accept();
    await move(id, "running");
    await move(id, "succeeded");
    const all = await events(id);
    expect(all.statusCode).toBe(200);
    expect(all.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(named(all.body)).toEqual([
      "generation.queued",
      "generation.running",
      "generation.succeeded",
    ]);
    const data = [...all.body.matchAll(/^data: (.+)$/gm)].map((match) =>
      JSON.parse(match[1] ?? ""),
    );
    expect(data[1]).toMatchObject({ id, type: "generation.running" });
    const [first, , last] = numbered(all.body);
    const rest = await events(id, { "last-event-id": first ?? "" });
    expect(named(rest.body)).toEqual(["generation.running", "generation.succeeded"]);
    expect((await events(id, { "last-event-id": last ?? "" })).statusCode).toBe(204);
    for (const odd of ["x", "-1", "9".repeat(30), "1e3"]) {
      expect(named((await events(id, { "last-event-id": odd })).body)).toHaveLength(3);
    }
  });

  it("tells what happens while somebody listens", async () => {
    const id = await accept();
    const open = events(id);
    await move(id, "running");
    await move(id, "failed");
    expect(named((await open).body)).toEqual([
      "generation.queued",
      "generation.running",
      "generation.failed",
    ]);
  });

  it("stops looking when the client leaves", async () => {
    const id = await accept();
    const { port } = api.app.server.address() as AddressInfo;
    const request = http.get({
      port,
      host: "127.0.0.1",
      path: `/v1/generations/${id}/events`,
      headers: owner.headers,
    });
    request.on("error", () => undefined);
    const heard = await new Promise<string>((resolve, reject) => {
      request.once("response", (response) => {
        let got = "";
        response.on("error", () => undefined);
        response.on("data", (chunk: Buffer) => {
          got += chunk.toString();
          if (got.includes("generation.queued")) resolve(got);
        });
      });
      request.once("error", reject);
    });
    expect(heard).toContain("retry: 2000");
    expect(api.app.streams.count()).toBe(1);
    request.destroy();
    await vi.waitFor(() => expect(api.app.streams.count()).toBe(0), 5_000);
  });
});

it("does not keep the server from closing while somebody listens", async () => {
  const other = await startApi();
  const someone = await person(other);
  const { id } = (await someone.call("POST", "/v1/generations", { body: text })).json();
  await other.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = other.app.server.address() as AddressInfo;
  const ended = new Promise<void>((resolve) => {
    const path = `/v1/generations/${id}/events`;
    http.get({ port, host: "127.0.0.1", path, headers: someone.headers }, (response) => {
      response.once("data", () => void other.close().then(resolve));
      response.on("error", () => undefined);
    });
  });
  await expect(ended).resolves.toBeUndefined();
}, 10_000);

describe("a post's metrics", () => {
  it("are the snapshots in order, and of this workspace alone", async () => {
    const [postId, targetId] = [newId(), newId()];
    const { workspaceId } = owner;
    await mine().transactional(async (em) => {
      await insertRow(em, Post, {
        id: postId,
        workspaceId,
        status: "published",
        content: { text: "hello" },
        assets: [],
        scheduleMode: "now",
        dueAt: new Date(),
        approval: "none",
        createdBy: "user:test",
        version: 1,
      });
      await insertRow(em, Target, {
        id: targetId,
        workspaceId,
        postId,
        position: 0,
        channelId: newId(),
        platform: "sandbox",
        channelName: "x",
        status: "published",
        overrides: {},
        settings: {},
      });
      for (const [slot, at, views] of [
        ["6h", "2026-11-22T18:00:00.000Z", 60],
        ["1h", "2026-11-22T13:00:00.000Z", 10],
      ] as const) {
        await insertRow(em, MetricSnapshot, {
          workspaceId,
          postId,
          targetId,
          slot,
          takenAt: new Date(at),
          metrics: { views },
        });
      }
    });
    const answer = await owner.call("GET", `/v1/posts/${postId}/metrics`);
    expect(answer.json()).toEqual({
      data: [
        { targetId, at: "2026-11-22T13:00:00.000Z", slot: "1h", metrics: { views: 10 } },
        { targetId, at: "2026-11-22T18:00:00.000Z", slot: "6h", metrics: { views: 60 } },
      ],
      nextCursor: null,
    });
    const stranger = await person(api);
    expect((await stranger.call("GET", `/v1/posts/${postId}/metrics`)).statusCode).toBe(404);
    expect((await owner.call("GET", "/v1/posts/none/metrics")).statusCode).toBe(422);
    const key = await program(api, owner, ["assets:read"]);
    expect((await key.call("GET", `/v1/posts/${postId}/metrics`)).statusCode).toBe(403);
  });
});
