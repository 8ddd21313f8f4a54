import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Connection } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

interface Post {
  status: string;
  contentHash: string | null;
  targets: {
    status: string;
    remoteUrl: string | null;
    error: { code: string } | null;
    removal: { status: string; detail: string } | null;
  }[];
}

/** Every fault that the network can show, on the call that makes a post visible: what the product makes of it. */
describe("a fault of the platform", () => {
  let product: Product;
  let number = 0;

  beforeAll(async () => {
    product = await startProduct();
  });

  afterAll(async () => {
    await product?.close();
  });

  const ended = ["published", "failed", "unconfirmed", "blocked", "cancelled", "expired"];
  const read = (id: string) => product.client.call<Post>("GET", `/v1/posts/${id}`);
  const end = (id: string) =>
    eventually(
      "the post's end",
      () => read(id),
      ({ status }) => ended.includes(status),
    );
  const sandbox = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${product.sandboxUrl}${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
  };
  /** An account of its own for each case, so that faults and logs do not mix. */
  async function account(options: object = {}) {
    number += 1;
    const user = `u${number}`;
    await sandbox("POST", "/_accounts", { user, ...options });
    return { user, ...(await connectSandboxBySession(product, user)) };
  }
  const publish = async (channelId: string, text: string) =>
    (
      await product.client.call<{ id: string }>("POST", "/v1/posts", {
        content: { text },
        targets: [{ channelId }],
        approval: "none",
      })
    ).id;
  /** What is kept of an account's secrets. */
  const secretsOf = async (id: string) => {
    const { workspace } = await product.client.call<{ workspace: { id: string } }>("GET", "/v1/me");
    const em = inWorkspace(product.deps.orm, workspace.id);
    const row = await em.findOne(Connection, { id }, { populate: ["wrappedKey"] });
    return row?.wrappedKey;
  };
  const accepted = async (user: string) =>
    ((await (await fetch(`${product.sandboxUrl}/_log?account=${user}`)).json()) as unknown[])
      .length;
  /** Shows the fault to the next calls until it was seen, then no more. */
  async function faultOnce(user: string, fault: { on: string; kind: string; retryAfter?: number }) {
    await sandbox("PUT", "/_faults", {
      faults: [{ ...fault, probability: 1, account: user }],
      seed: 1,
    });
    const seen = async () =>
      ((await (await fetch(`${product.sandboxUrl}/_faults?account=${user}`)).json()) as unknown[])
        .length;
    return async () => {
      await eventually("the fault", seen, (count) => count > 0);
      await sandbox("PUT", "/_faults", { faults: [] });
    };
  }

  it.each([
    ["429", 1, "waits as long as it is asked to, and publishes"],
    ["500", 1, "reads that nothing was accepted, and publishes"],
    ["accept500", 1, "reads that it was accepted, and sends no second time"],
    ["drop", 1, "reads that it was accepted, and sends no second time"],
    ["slow", 1, "waits for the answer"],
  ])("%s: %i publish; it %s", async (kind, count) => {
    const { user, channelId } = await account();
    const over = await faultOnce(user, { on: "publish", kind, retryAfter: 1 });
    const id = await publish(channelId, `fault ${kind}`);
    await over();
    expect(await end(id)).toMatchObject({
      status: "published",
      targets: [{ status: "published", error: null }],
    });
    expect(await accepted(user)).toBe(count);
  });

  it("reject: fails with the platform's reason", async () => {
    const { user, channelId } = await account();
    const over = await faultOnce(user, { on: "publish", kind: "reject" });
    const id = await publish(channelId, "refused");
    await over();
    expect(await end(id)).toMatchObject({
      status: "failed",
      targets: [{ status: "failed", error: { code: "content_rejected" } }],
    });
    expect(await accepted(user)).toBe(0);
  });

  it("an answer lost, where the platform offers nothing to read: a person must decide, nothing is sent again", async () => {
    const { user, channelId } = await account({ markers: false, listing: false });
    const over = await faultOnce(user, { on: "publish", kind: "drop" });
    const id = await publish(channelId, "who knows");
    await over();
    expect(await end(id)).toMatchObject({
      status: "unconfirmed",
      targets: [{ status: "unconfirmed" }],
    });
    expect(await accepted(user)).toBe(1);
  });

  it("an answer lost, on a network without markers: found in the account's own list", async () => {
    const { user, channelId } = await account({ markers: false });
    const over = await faultOnce(user, { on: "publish", kind: "drop" });
    const id = await publish(channelId, "listed");
    await over();
    expect(await end(id)).toMatchObject({ status: "published" });
    expect(await accepted(user)).toBe(1);
  });

  it("access that ended is renewed without anybody's help", async () => {
    const { user, channelId } = await account();
    await sandbox("POST", `/_accounts/${user}/expire`, {});
    expect(await end(await publish(channelId, "renewed"))).toMatchObject({ status: "published" });
    expect(await accepted(user)).toBe(1);
  });

  it("access that ended for many at once is renewed once", async () => {
    const { user, connectionId, channelId } = await account();
    const version = async () => {
      const { workspace } = await product.client.call<{ workspace: { id: string } }>(
        "GET",
        "/v1/me",
      );
      const em = inWorkspace(product.deps.orm, workspace.id);
      return (await em.findOneOrFail(Connection, { id: connectionId })).secretsVersion;
    };
    const before = await version();
    await sandbox("POST", `/_accounts/${user}/expire`, {});
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, index) => publish(channelId, `many ${index}`)),
    );
    for (const id of ids) expect(await end(id)).toMatchObject({ status: "published" });
    expect(await accepted(user)).toBe(30);
    expect(await version()).toBe(before + 1);
  });

  it("access that was revoked blocks visibly; reconnecting the same account lets the post out", async () => {
    const { user, connectionId, channelId } = await account();
    await sandbox("POST", `/_accounts/${user}/revoke`, {});
    const id = await publish(channelId, "blocked, then out");
    expect(await end(id)).toMatchObject({ status: "blocked", targets: [{ status: "blocked" }] });
    expect(await product.client.call("GET", `/v1/connections/${connectionId}`)).toMatchObject({
      status: "needs_reauthorization",
    });
    const again = await connectSandboxBySession(product, user);
    expect(again.channelId).toBe(channelId);
    await eventually(
      "publishing",
      () => read(id),
      ({ status }) => status === "published",
    );
    expect(await accepted(user)).toBe(1);
  });

  it("disconnected, it blocks what waits; connecting the same account again lets that out, once, and taken down", async () => {
    const { user, connectionId, channelId } = await account();
    const out = await publish(channelId, "out before");
    expect(await end(out)).toMatchObject({ status: "published" });
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "waits for its account" },
      targets: [{ channelId }],
      approval: "none",
      schedule: { mode: "at", at: new Date(Date.now() + 3_000).toISOString() },
    });
    await product.client.call("DELETE", `/v1/connections/${connectionId}`);
    expect(await end(id)).toMatchObject({ status: "blocked", targets: [{ status: "blocked" }] });
    await eventually(
      "the account to be forgotten",
      () => secretsOf(connectionId),
      (secrets) => secrets === null,
    );
    const takeDown = async () => {
      await product.client.call("POST", `/v1/posts/${out}/take-down`, {});
      return eventually(
        "the take-down",
        async () => (await read(out)).targets[0]?.removal,
        (removal) => removal?.status !== "requested",
      );
    };
    expect(await takeDown()).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("is not connected any more"),
    });

    const again = await connectSandboxBySession(product, user);
    expect(again.channelId).toBe(channelId);
    expect((await read(out)).targets[0]?.removal?.detail).not.toContain("any more");
    await eventually(
      "publishing",
      () => read(id),
      ({ status }) => status === "published",
    );
    expect(await accepted(user)).toBe(2);
    expect(await takeDown()).toMatchObject({ status: "removed" });
    const kept = await product.client.call<{ data: unknown[] }>(
      "GET",
      "/v1/connections?disconnected=true",
    );
    expect(kept.data).toEqual([]);
  });

  it("a passing fault of the token endpoint disconnects nobody", async () => {
    const { user, connectionId, channelId } = await account();
    const over = await faultOnce(user, { on: "token", kind: "500" });
    await sandbox("POST", `/_accounts/${user}/expire`, {});
    const id = await publish(channelId, "after a bad token endpoint");
    await over();
    expect(await end(id)).toMatchObject({ status: "published" });
    expect(await product.client.call("GET", `/v1/connections/${connectionId}`)).toMatchObject({
      status: "active",
    });
    expect(await accepted(user)).toBe(1);
  });

  it("cancel against due: one winner, and the API tells which", async () => {
    const { user, channelId } = await account();
    const races = Array.from({ length: 20 }, async (_, race) => {
      const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
        content: { text: `race ${race}` },
        targets: [{ channelId }],
        schedule: { mode: "at", at: new Date(Date.now() + 1_000).toISOString() },
        approval: "none",
      });
      // Spread around the due time and what follows it.
      await new Promise((resolve) => setTimeout(resolve, 850 + race * 25));
      const answer = await product.client.raw("POST", `/v1/posts/${id}/cancel`);
      const { status } = await end(id);
      return { race, answered: answer.status, status };
    });
    const results = await Promise.all(races);
    for (const { answered, status } of results) {
      expect(status).toBe(answered === 200 ? "cancelled" : "published");
    }
    expect(await accepted(user)).toBe(
      results.filter(({ status }) => status === "published").length,
    );
  });
});
