import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Delivery, Outbox, Rendition, WebhookDelivery } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { findInDatabase } from "../harness/find-in-database.ts";
import { eventually } from "../harness/installation.ts";
import { readTemporal } from "../harness/read-temporal.ts";
import { startProduct, type Product } from "../harness/start-product.ts";
import { startReceiver, type Receiver } from "../harness/start-receiver.ts";
import { leftByCancelled } from "./lib/left-by-cancelled.ts";

interface Post {
  id: string;
  status: string;
  engine?: string;
  targets: { id: string; status: string; waitingFor: { reason: string } | null }[];
}

/** A post is cancelled in each of its states. Afterwards everything is searched for its words, its files and its work. */
describe("what a cancelled post leaves", () => {
  let product: Product;
  let receiver: Receiver;
  let key: string;
  let workspaceId: string;
  let number = 0;
  /** Holds every read of a media file back until it is let go. */
  let hold: PromiseWithResolvers<void> | undefined;
  /** Temporal does not answer. */
  let away = false;
  /** Keys of the files that workers stored. */
  const stored: string[] = [];

  beforeAll(async () => {
    receiver = await startReceiver();
    product = await startProduct({
      deps: ({ storage }) => ({
        storage: {
          ...storage,
          toFile: async (input) => {
            await hold?.promise;
            // A worker that hears of the cancellation too late goes on to the end.
            return storage.toFile({ ...input, signal: new AbortController().signal });
          },
          putFile: async (input) => {
            await storage.putFile(input);
            stored.push(input.key);
          },
        },
      }),
      engine: (real) => {
        const unlessAway = (tell: () => Promise<void>) =>
          away ? Promise.reject(new Error("Temporal is away")) : tell();
        return {
          ...real,
          start: (input) => unlessAway(() => real.start(input)),
          wake: (input) => unlessAway(() => real.wake(input)),
          nudge: (workflowId) => unlessAway(() => real.nudge(workflowId)),
          cancel: (workflowId) => unlessAway(() => real.cancel(workflowId)),
          isUnavailable: (error) => away || real.isUnavailable(error),
        };
      },
    });
    const { client } = product;
    await client.call("POST", "/v1/webhooks", { url: receiver.url, eventTypes: ["*"] });
    const scopes = ["posts:read", "posts:write", "posts:publish"];
    ({ key } = await client.call<{ key: string }>("POST", "/v1/api-keys", {
      name: "key",
      scopes,
    }));
    const me = await client.call<{ workspace: { id: string } }>("GET", "/v1/me");
    workspaceId = me.workspace.id;
  });
  afterAll(async () => {
    await product?.close();
    await receiver?.close();
  });
  afterEach(async () => {
    hold?.resolve();
    hold = undefined;
    away = false;
    await faults([]);
  });

  const faults = async (list: object[]) => {
    const answer = await fetch(`${product.sandboxUrl}/_faults`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ faults: list, seed: 1 }),
    });
    expect(answer.ok).toBe(true);
  };

  /** A picture of its own, which no other post uses. */
  async function upload(): Promise<string> {
    const channels = 3;
    const background = { r: number * 20, g: 90, b: 200 };
    const picture = await sharp({ create: { width: 90, height: 60, channels, background } })
      .webp()
      .toBuffer();
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(picture)], { type: "image/webp" }), "picture.webp");
    return (await product.client.call<{ id: string }>("POST", "/v1/assets", form)).id;
  }

  async function files(): Promise<string[]> {
    const found = await readdir(product.storageDir, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted();
  }

  /** Sends as a program would that repeats what got no answer: with a key whose answer is kept. */
  async function keyed<Answer>(url: string, body: object): Promise<Answer> {
    const answer = await fetch(`${product.origin}${url}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "Idempotency-Key": crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return JSON.parse(text) as Answer;
  }

  const read = (id: string) => product.client.call<Post>("GET", `/v1/posts/${id}`);
  const until = (id: string, what: string, satisfied: (post: Post) => boolean) =>
    eventually(what, () => read(id), satisfied);

  /** A post with words of its own in every place that takes any. */
  async function make(
    options: {
      more?: object;
      account?: (user: string) => Promise<void>;
      /** Made as one of many, whose answer is kept, too. */
      inBatch?: boolean;
    } = {},
  ) {
    number += 1;
    const user = `u${number}`;
    const word = (name: string) => `kestrel-${number}-${name.replaceAll(" ", "-")}-canary`;
    const names = [
      "text",
      "title",
      "alt text",
      "part",
      "override",
      "external id",
      "campaign",
      "label",
    ];
    const words = Object.fromEntries(names.map((name) => [name, word(name)]));
    const own = await connectSandboxBySession(product, user);
    await options.account?.(user);
    const assets = [{ id: await upload(), altText: words["alt text"] }];
    const before = await files();
    const asked = {
      content: { text: words["text"], title: words["title"] },
      assets,
      parts: [{ kind: "thread", text: words["part"] }],
      targets: [{ channelId: own.channelId, overrides: { text: words["override"] } }],
      externalId: words["external id"],
      campaign: words["campaign"],
      labels: [words["label"]],
      approval: "none",
      ...options.more,
    };
    if (options.inBatch) {
      const batch = await keyed<{ created: Post[] }>("/v1/posts/bulk", { posts: [asked] });
      return { id: batch.created[0]?.id ?? "", assetId: assets[0]?.id ?? "", words, before };
    }
    const { id, engine } = await keyed<Post>("/v1/posts", asked);
    return { id, engine, assetId: assets[0]?.id ?? "", words, before };
  }
  type Made = Awaited<ReturnType<typeof make>>;

  async function cancel(id: string): Promise<Post> {
    const post = await keyed<Post>(`/v1/posts/${id}/cancel`, {});
    expect(post).toMatchObject({ status: "cancelled", targets: [{ status: "cancelled" }] });
    return post;
  }

  /** Temporal and the webhook were told everything, and nothing of the post is at work any more. */
  async function settled(id: string): Promise<void> {
    const { orm } = product.deps;
    await eventually(
      "everything to be told",
      async () => ({
        outbox: await outsideWorkspaces(orm).count(Outbox, {}),
        webhooks: await inWorkspace(orm, workspaceId).count(WebhookDelivery, { status: "pending" }),
      }),
      ({ outbox, webhooks }) => outbox + webhooks === 0,
    );
    await eventually(
      "the end of its workflow",
      () =>
        product.temporal.workflow
          .getHandle(`post/${id}`)
          .describe()
          .then(
            ({ status }) => status.name as string,
            (error: unknown) => (error instanceof Error ? error.name : "unknown"),
          ),
      (state) => ["CANCELLED", "COMPLETED", "WorkflowNotFoundError"].includes(state),
    );
  }

  async function expectNothingLeft({ id, assetId, words, before }: Made): Promise<void> {
    await settled(id);
    const { status, targets } = await read(id);
    expect(status).toBe("cancelled");
    const em = inWorkspace(product.deps.orm, workspaceId);
    expect(await em.count(Delivery, { targetId: { $in: targets.map((one) => one.id) } })).toBe(0);
    expect(await em.count(Rendition, { assetId })).toBe(0);
    expect(await files()).toEqual(before);
    const found = await findInDatabase(product.database, words);
    // The search finds what it should.
    expect([...(found.get("post.content") ?? [])].toSorted()).toEqual(["text", "title"]);
    for (const [place, which] of found)
      expect(leftByCancelled[place], place).toEqual(expect.arrayContaining([...which]));
    const texts = await Promise.all(before.map((file) => readFile(file, "latin1")));
    const histories = await readTemporal({
      client: product.temporal,
      keyRing: product.deps.keyRing,
    });
    for (const [name, word] of Object.entries(words)) {
      expect(
        texts.some((text) => text.includes(word)),
        `${name} in a file`,
      ).toBe(false);
      for (const [workflowId, text] of histories)
        expect(text.includes(word), `${name} in ${workflowId}`).toBe(false);
    }
  }

  it("cancelled while its media is being made: the version that comes too late is removed", async () => {
    hold = Promise.withResolvers();
    const made = await make();
    await until(made.id, "the preparation", ({ status }) => status === "preparing");
    await eventually(
      "the making of the rendition",
      async () => {
        const workflow = product.temporal.workflow.getHandle(`post/${made.id}`);
        return (await workflow.describe()).raw.pendingActivities ?? [];
      },
      ([activity]) => activity?.state === 2,
    );
    await cancel(made.id);
    const many = stored.length;
    hold.resolve();
    await eventually(
      "the version that comes too late",
      async () => stored.slice(many),
      (late) => late.length > 0,
    );
    await eventually("its removal", files, (now) => now.length === made.before.length);
    await expectNothingLeft(made);
  });

  it("cancelled while it awaits approval", async () => {
    const made = await make({ more: { approval: "required" } });
    await until(made.id, "the question", ({ status }) => status === "awaiting_approval");
    expect(await files()).not.toEqual(made.before);
    await cancel(made.id);
    await expectNothingLeft(made);
    // Decoding works: the history of its workflow is read, and names it.
    const histories = await readTemporal({
      client: product.temporal,
      keyRing: product.deps.keyRing,
    });
    expect(histories.get(`post/${made.id}`)).toContain(`{"workspaceId":"${workspaceId}"`);
  });

  it("cancelled while it is scheduled", async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const made = await make({ more: { schedule: { mode: "at", at } }, inBatch: true });
    await eventually("the rendition", files, (now) => now.length > made.before.length);
    await cancel(made.id);
    await expectNothingLeft(made);
  });

  it("cancelled while its account is not usable", async () => {
    const made = await make({
      account: async (user) => {
        const revoked = await fetch(`${product.sandboxUrl}/_accounts/${user}/revoke`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        });
        expect(revoked.ok).toBe(true);
      },
    });
    await until(made.id, "the block", ({ status }) => status === "blocked");
    await cancel(made.id);
    await expectNothingLeft(made);
  });

  it("cancelled while the platform asked to wait", async () => {
    const made = await make({
      account: (account) =>
        faults([{ on: "publish", kind: "429", probability: 1, account, retryAfter: 600 }]),
    });
    await until(
      made.id,
      "the wait",
      ({ targets }) => targets[0]?.waitingFor?.reason === "rate_limit",
    );
    await cancel(made.id);
    await expectNothingLeft(made);
  });

  it("cancelled before Temporal heard of it", async () => {
    away = true;
    const made = await make();
    expect(made.engine).toBe("delayed");
    expect((await cancel(made.id)).engine).toBe("delayed");
    const waiting = await outsideWorkspaces(product.deps.orm).find(Outbox, {
      workflowId: `post/${made.id}`,
    });
    expect(waiting.map(({ action, input }) => [action, input])).toEqual([["cancel", {}]]);
    away = false;
    await expectNothingLeft(made);
    const workflow = product.temporal.workflow.getHandle(`post/${made.id}`);
    await expect(workflow.describe()).rejects.toThrow("not found");
  });

  it("while it is being sent it is too late, and the answer says what is happening", async () => {
    const made = await make({
      account: (account) =>
        faults([{ on: "publish", kind: "slow", probability: 1, account, retryAfter: 4 }]),
    });
    await until(made.id, "the call", ({ status }) => status === "publishing");
    const late = await product.client.raw("POST", `/v1/posts/${made.id}/cancel`);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      code: "too_late",
      postStatus: "publishing",
      detail: expect.stringContaining("is being sent to"),
      targets: [{ channelName: expect.any(String), status: "publishing" }],
    });
    await faults([]);
    await until(made.id, "publishing", ({ status }) => status === "published");
  });

  it("docs/reliability.md names each place where words stay", async () => {
    const document = await readFile(
      path.join(import.meta.dirname, "../../docs/reliability.md"),
      "utf8",
    );
    const section = /## What a cancelled post leaves\n([\s\S]*?)\n## /.exec(document)?.[1] ?? "";
    const named = [...section.matchAll(/^\| `([a-z_]+\.[a-z_]+)`/gm)].map(([, place]) => place);
    expect(named.toSorted()).toEqual(Object.keys(leftByCancelled).toSorted());
  });
});
