import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEvent, Member } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { elsewhere, guest, person, program, type Caller } from "./callers.ts";

let api: TestApi;
let owner: Caller & { email: string };
/** How far the API's clock is ahead. Milliseconds. */
let ahead = 0;

beforeAll(async () => {
  api = await startApi({ now: () => new Date(Date.now() + ahead) });
});

afterAll(async () => {
  await api?.close();
});

beforeEach(async () => {
  ahead = 0;
  owner = await person(api);
});

const work = (by: Caller, workspaceId: string) =>
  by.call("POST", "/v1/auth/workspace", { body: { workspaceId } });

const at = async (who: Caller) => (await who.call("GET", "/v1/me")).json().workspace.id;

describe("a person in several workspaces", () => {
  it("sees them with their role there, and works in one of them", async () => {
    const other = await person(api);
    await guest(api, other, "viewer", owner);
    const list = await owner.call("GET", "/v1/workspaces");
    expect(list.json().data).toEqual([
      { id: other.workspaceId, name: "Ada's workspace", role: "viewer", current: false },
      { id: owner.workspaceId, name: "Ada's workspace", role: "owner", current: true },
    ]);
    const answer = await work(owner, other.workspaceId);
    expect(answer.json()).toMatchObject({
      user: { email: owner.email },
      workspace: { id: other.workspaceId },
      role: "viewer",
    });
    expect(await at(owner)).toBe(other.workspaceId);
    expect((await owner.call("POST", "/v1/posts", { body: {} })).statusCode).toBe(403);
  });

  it("finds none that is another's", async () => {
    const other = await person(api);
    for (const id of [other.workspaceId, newId()]) {
      expect((await work(owner, id)).json()).toMatchObject({ status: 404, code: "not_found" });
    }
    expect(await at(owner)).toBe(owner.workspaceId);
  });

  it("signs in to the one that was used last, of those that are left", async () => {
    const other = await person(api);
    const there = await guest(api, other, "editor", owner);
    ahead = 120_000;
    expect((await work(owner, owner.workspaceId)).statusCode).toBe(200);
    expect(await at(await elsewhere(api, owner))).toBe(owner.workspaceId);
    ahead = 240_000;
    expect(await at(there)).toBe(other.workspaceId);
    expect(await at(await elsewhere(api, owner))).toBe(other.workspaceId);
    await inWorkspace(api.context.orm, other.workspaceId).nativeDelete(Member, { role: "editor" });
    expect(await at(await elsewhere(api, owner))).toBe(owner.workspaceId);
  });
});

describe("the workspace's settings", () => {
  const change = (by: Caller, body: object) => by.call("PATCH", "/v1/workspace", { body });

  it("are seen by every member and key, and changed by who rules, with a fresh password", async () => {
    const admin = await guest(api, owner, "admin");
    const viewer = await guest(api, owner, "viewer");
    const settings = {
      id: owner.workspaceId,
      name: "Ada's workspace",
      credits: 1_000,
      dailyCreditLimit: null,
      forbidSelfApproval: false,
      latestAfterDueMinutes: 360,
      allowedProviders: null,
      defaultModels: {},
    };
    expect((await viewer.call("GET", "/v1/workspace")).json()).toEqual(settings);
    expect((await change(viewer, { name: "Mine" })).json()).toMatchObject({ status: 403 });
    const changed = { ...settings, name: "Harbour", forbidSelfApproval: true };
    const answer = await change(admin, { name: " Harbour ", forbidSelfApproval: true });
    expect(answer.json(), answer.body).toEqual(changed);
    const key = await program(api, owner, ["workspace:write"]);
    expect((await key.call("GET", "/v1/workspace")).json()).toEqual(changed);
    const lines = await inWorkspace(api.context.orm, owner.workspaceId).find(AuditEvent, {
      action: { $like: "workspace.%" },
    });
    expect(lines.map((line) => line.action)).toEqual([
      "workspace.renamed",
      "workspace.approvals-changed",
    ]);
    ahead = 11 * 60_000;
    expect((await change(owner, { name: "x" })).json()).toMatchObject({ code: "step_up_needed" });
    expect((await change(key, { name: "By a key" })).statusCode).toBe(200);
  });

  it.each([{}, { name: "" }, { name: "x".repeat(201) }, { credits: 5 }])(
    "are not changed by %j",
    async (body) => {
      expect((await change(owner, body)).statusCode).toBe(422);
    },
  );
});
