import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

interface Target {
  id: string;
  status: string;
  remoteUrl: string | null;
  parts: { part: number; status: string; remoteUrl: string | null }[];
  waitingFor: { reason: string; detail: string } | null;
  removal: { status: string; detail: string } | null;
  error: { code: string } | null;
}
interface Post {
  id: string;
  status: string;
  targets: [Target, ...Target[]];
}
interface Accepted {
  id: string;
  text: string;
  replyTo: string | null;
}

/** What comes after the call that makes a post visible: parts, decisions, retries, taking down, against the network. */
describe("after publishing", () => {
  let product: Product;
  let number = 0;

  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(async () => {
    await product?.close();
  });

  const call = <Answer>(method: "GET" | "POST", path: string, body?: object) =>
    product.client.call<Answer>(method, path, body);
  const read = (id: string) => call<Post>("GET", `/v1/posts/${id}`);
  const until = (id: string, status: string) =>
    eventually(
      `the post to be ${status}`,
      () => read(id),
      (post) => post.status === status,
    );
  const network = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${product.sandboxUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as Answer;
  };
  async function account(options: object = {}) {
    number += 1;
    const user = `after${number}`;
    await network("POST", "/_accounts", { user, ...options });
    return { user, ...(await connectSandboxBySession(product, user)) };
  }
  const log = (user: string) => network<Accepted[]>("GET", `/_log?account=${user}`);
  const faults = (list: object[]) => network("PUT", "/_faults", { faults: list, seed: 1 });
  const publish = async (channelId: string, text: string, more: object = {}) =>
    (
      await call<{ id: string }>("POST", "/v1/posts", {
        content: { text },
        targets: [{ channelId }],
        approval: "none",
        ...more,
      })
    ).id;
  const thread = {
    parts: [
      { kind: "thread", text: "second" },
      { kind: "comment", text: "a comment" },
      { kind: "thread", text: "third" },
    ],
  };

  it("a thread with a comment: each part once, in order, each where it belongs", async () => {
    const { user, channelId } = await account();
    const id = await publish(channelId, "first", thread);
    const { targets } = await until(id, "published");
    expect(targets[0].parts.map(({ part, status }) => [part, status])).toEqual([
      [0, "published"],
      [1, "published"],
      [2, "published"],
      [3, "published"],
    ]);
    const accepted = await log(user);
    const [first, second] = accepted;
    expect(accepted.map(({ text, replyTo }) => [text, replyTo])).toEqual([
      ["first", null],
      ["second", first?.id],
      ["a comment", first?.id],
      ["third", second?.id],
    ]);
  });

  it("a refusal in the middle stops there; a retry sends what is left, and nothing twice", async () => {
    const { user, channelId } = await account({ publishLimit: { requests: 1, windowSeconds: 4 } });
    const id = await publish(channelId, "first", { parts: [{ kind: "thread", text: "second" }] });
    // The second part is asked to wait; meanwhile the network begins to refuse.
    const held = await eventually(
      "the wait of the second part",
      () => read(id),
      ({ targets }) => targets[0].waitingFor?.reason === "rate_limit",
    );
    expect(held).toMatchObject({ status: "publishing", targets: [{ status: "publishing" }] });
    await faults([{ on: "publish", kind: "reject", probability: 1, account: user }]);
    const { targets } = await until(id, "failed");
    expect(targets[0].parts.map(({ part, status }) => [part, status])).toEqual([
      [0, "published"],
      [1, "rejected"],
    ]);
    expect(targets[0].remoteUrl).not.toBeNull();
    await faults([]);
    await call("POST", `/v1/posts/${id}/retry`, {});
    await until(id, "published");
    expect((await log(user)).map(({ text }) => text)).toEqual(["first", "second"]);
  });

  it("cancelled in the middle of a thread, the rest is stopped and what is out stays", async () => {
    const { user, channelId } = await account({ publishLimit: { requests: 1, windowSeconds: 30 } });
    const id = await publish(channelId, "first", { parts: [{ kind: "thread", text: "second" }] });
    await eventually(
      "the wait of the second part",
      () => read(id),
      ({ targets }) => targets[0].waitingFor?.reason === "rate_limit",
    );
    expect(await call("POST", `/v1/posts/${id}/cancel`)).toMatchObject({
      status: "failed",
      targets: [{ status: "failed", error: { code: "stopped" } }],
    });
    const late = await product.client.raw("POST", `/v1/posts/${id}/cancel`);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({ code: "too_late", targets: [{ status: "failed" }] });
    expect(await log(user)).toHaveLength(1);
  });

  it("a lost answer that nobody can prove is decided by a person: it is there", async () => {
    const { user, channelId } = await account({ markers: false, listing: false });
    await faults([{ on: "publish", kind: "drop", probability: 1, account: user }]);
    const id = await publish(channelId, "who knows", { parts: [{ kind: "thread", text: "more" }] });
    const { targets } = await until(id, "unconfirmed");
    await faults([]);
    expect(targets[0].waitingFor).toMatchObject({ reason: "decision" });
    const { data } = await call<{ data: { kind: string; postId: string; actions: string[] }[] }>(
      "GET",
      "/v1/needs-you",
    );
    expect(data).toContainEqual(
      expect.objectContaining({ kind: "unconfirmed", postId: id, actions: ["resolve"] }),
    );

    const [accepted] = await log(user);
    const decide = (body: object) =>
      product.client.raw("POST", `/v1/posts/${id}/resolve`, {
        targetId: targets[0].id,
        outcome: "is_there",
        ...body,
      });
    const foreign = await decide({ url: "https://example.com/somewhere" });
    expect(foreign.status).toBe(422);
    const url = `${product.sandboxUrl}/@${user}/posts/${accepted?.id}`;
    expect((await decide({ url })).status).toBe(202);
    // What was to follow goes on under what the person found.
    await until(id, "published");
    expect((await log(user)).map(({ text, replyTo }) => [text, replyTo])).toEqual([
      ["who knows", null],
      ["more", accepted?.id],
    ]);
    expect((await decide({ url })).status).toBe(409);
  });

  it("it is not there: sent again, once; or given up", async () => {
    const { user, channelId } = await account({ markers: false, listing: false });
    await faults([{ on: "publish", kind: "500", probability: 1, account: user }]);
    const again = await publish(channelId, "again");
    const never = await publish(channelId, "never");
    const targetOf = async (id: string) => (await until(id, "unconfirmed")).targets[0].id;
    const [first, second] = [await targetOf(again), await targetOf(never)];
    await faults([]);
    expect(await log(user)).toEqual([]);
    await call("POST", `/v1/posts/${again}/resolve`, { targetId: first, outcome: "send_again" });
    await call("POST", `/v1/posts/${never}/resolve`, { targetId: second, outcome: "give_up" });
    await until(again, "published");
    expect(await until(never, "failed")).toMatchObject({
      targets: [{ error: { code: "given_up" } }],
    });
    expect((await log(user)).map(({ text }) => text)).toEqual(["again"]);
    const history = await call<{ attempts: { step: string; decidedBy: string | null }[] }>(
      "GET",
      `/v1/posts/${again}/history`,
    );
    expect(history.attempts.map(({ step }) => step)).toEqual([
      "publish",
      "reconcile",
      "resolve",
      "publish",
    ]);
    expect(history.attempts[2]?.decidedBy).toMatch(/^(user|key):/);
  });

  it("a failed target is retried, and its history says what was called and what the platform said", async () => {
    const { user, channelId } = await account();
    await faults([{ on: "publish", kind: "reject", probability: 1, account: user }]);
    const id = await publish(channelId, "retried");
    await until(id, "failed");
    await faults([]);
    const before = await call<{
      attempts: {
        calls: { method: string; url: string; status: number }[];
        platformMessage: string | null;
        advice: string | null;
      }[];
    }>("GET", `/v1/posts/${id}/history`);
    expect(before.attempts[0]).toMatchObject({
      calls: [{ method: "POST", url: expect.stringMatching(/\/api\/posts$/), status: 422 }],
      platformMessage: expect.any(String),
      advice: expect.any(String),
    });
    await call("POST", `/v1/posts/${id}/retry`, {});
    await until(id, "published");
    expect(await log(user)).toHaveLength(1);
    expect((await product.client.raw("POST", `/v1/posts/${id}/retry`, {})).status).toBe(409);
  });

  it("take-down removes every part, the last first, and says so of each target", async () => {
    const open = await account();
    const closed = await account({ deletable: false });
    const id = await publish(open.channelId, "first", {
      parts: [{ kind: "thread", text: "second" }],
      targets: [{ channelId: open.channelId }, { channelId: closed.channelId }],
    });
    await until(id, "published");
    await call("POST", `/v1/posts/${id}/take-down`, {});
    const removals = await eventually(
      "the removals",
      async () => (await read(id)).targets.map(({ removal }) => removal?.status),
      (all) => all.every((status) => status !== "requested"),
    );
    expect(removals).toEqual(["removed", "not_supported"]);
    const again = await product.client.raw("POST", `/v1/posts/${id}/take-down`, {
      targetIds: [(await read(id)).targets[0].id],
    });
    expect(again.status).toBe(409);
  });

  it("a take-down whose answers get lost is repeated until it is known", async () => {
    const { user, channelId } = await account();
    const id = await publish(channelId, "gone");
    await until(id, "published");
    await faults([{ on: "remove", kind: "drop", probability: 0.5, account: user }]);
    await call("POST", `/v1/posts/${id}/take-down`, {});
    await eventually(
      "the removal",
      async () => (await read(id)).targets[0].removal?.status,
      (status) => status === "removed",
      60_000,
    );
    await faults([]);
  });
});
