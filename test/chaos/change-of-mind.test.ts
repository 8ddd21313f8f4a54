import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

interface Post {
  status: string;
  contentHash: string | null;
  targets: { id: string; status: string }[];
}

/** People change their minds while something is under way: the row decides, and what was accepted is never lost. */
describe("a change of mind", () => {
  let product: Product;
  let user: string;
  let channelId: string;
  let number = 0;
  /** Holds every read of a media file back until it is let go. */
  let hold: Promise<void> | undefined;

  beforeAll(async () => {
    product = await startProduct({
      deps: ({ storage }) => ({
        storage: {
          ...storage,
          toFile: async (input) => {
            await hold;
            return storage.toFile(input);
          },
        },
      }),
    });
  });

  afterAll(async () => {
    await product?.close();
  });

  async function account() {
    number += 1;
    user = `u${number}`;
    channelId = (await connectSandboxBySession(product, user)).channelId;
  }
  const read = (id: string) => product.client.call<Post>("GET", `/v1/posts/${id}`);
  const published = (id: string) =>
    eventually(
      "publishing",
      () => read(id),
      ({ status }) => status === "published",
    );
  const accepted = async () => {
    const log = await (await fetch(`${product.sandboxUrl}/_log?account=${user}`)).json();
    return (log as { text: string }[]).map(({ text }) => text);
  };
  const setFaults = async (faults: object[]) => {
    const answer = await fetch(`${product.sandboxUrl}/_faults`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ faults, seed: 1 }),
    });
    expect(answer.ok).toBe(true);
  };
  const seenFaults = async () => {
    const log = await (await fetch(`${product.sandboxUrl}/_faults?account=${user}`)).json();
    return (log as unknown[]).length;
  };

  it("an edit while the media is being made: the new text goes out, once", async () => {
    await account();
    const picture = await sharp({
      create: { width: 64, height: 64, channels: 3, background: "#27496d" },
    })
      .png()
      .toBuffer();
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(picture)], { type: "image/png" }), "picture.png");
    const asset = await product.client.call<{ id: string }>("POST", "/v1/assets", form);
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "before" },
      assets: [{ id: asset.id }],
      targets: [{ channelId }],
      approval: "none",
    });
    await eventually(
      "the preparation",
      () => read(id),
      ({ status }) => status === "preparing",
    );
    await product.client.call("PATCH", `/v1/posts/${id}`, { content: { text: "after" } });
    hold = undefined;
    release();
    await published(id);
    expect(await accepted()).toEqual(["after"]);
  });

  it("an edit while the platform asked to wait: nothing is out, so it may be changed, and goes out once", async () => {
    await account();
    await setFaults([{ on: "publish", kind: "429", probability: 1, account: user, retryAfter: 3 }]);
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "before" },
      targets: [{ channelId }],
      approval: "none",
    });
    await eventually("the 429", seenFaults, (count) => count > 0);
    await setFaults([]);
    await eventually(
      "the wait",
      () => read(id),
      ({ status }) => status === "scheduled",
    );
    await product.client.call("PATCH", `/v1/posts/${id}`, { content: { text: "after" } });
    await published(id);
    expect(await accepted()).toEqual(["after"]);
  });

  it("a cancel while the platform asked to wait: it never goes out", async () => {
    await account();
    await setFaults([{ on: "publish", kind: "429", probability: 1, account: user, retryAfter: 2 }]);
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "never" },
      targets: [{ channelId }],
      approval: "none",
    });
    await eventually("the 429", seenFaults, (count) => count > 0);
    await setFaults([]);
    await eventually(
      "the wait",
      () => read(id),
      ({ status }) => status === "scheduled",
    );
    await product.client.call("POST", `/v1/posts/${id}/cancel`);
    const workflow = product.temporal.workflow.getHandle(`post/${id}`);
    await expect(workflow.result()).rejects.toThrow("cancelled");
    expect(await read(id)).toMatchObject({
      status: "cancelled",
      targets: [{ status: "cancelled" }],
    });
    expect(await accepted()).toEqual([]);
  });

  it("one channel is out, the other waits for its account: the first is measured, and cancelling keeps it", async () => {
    await account();
    const first = { user, channelId };
    await account();
    await fetch(`${product.sandboxUrl}/_accounts/${user}/revoke`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "in two places" },
      targets: [{ channelId: first.channelId }, { channelId }],
      approval: "none",
    });
    const blocked = await eventually(
      "the block",
      () => read(id),
      ({ status }) => status === "blocked",
    );
    expect(blocked.targets.map(({ status }) => status)).toEqual(["published", "blocked"]);
    // Begun by a message of the outbox, and so a moment later.
    await eventually(
      "the measuring",
      () => product.deps.engine.stateOf(`metrics/${id}`),
      (state) => state === "running",
    );
    expect(await product.client.call("POST", `/v1/posts/${id}/cancel`)).toMatchObject({
      status: "partially_published",
      targets: [{ status: "published" }, { status: "cancelled" }],
    });
  });
});
