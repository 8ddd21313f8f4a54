import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMailer } from "#activities/lib/mailer.ts";
import type { ApiClient } from "../harness/client.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startMailServer, type MailServer } from "../harness/start-mail-server.ts";
import { startProduct, type Product } from "../harness/start-product.ts";
import { startReceiver, type Receiver } from "../harness/start-receiver.ts";

let receiver: Receiver;
let mail: MailServer;
let product: Product;
let client: ApiClient;
let channelId: string;

beforeAll(async () => {
  [receiver, mail] = await Promise.all([startReceiver(), startMailServer()]);
  product = await startProduct({
    deps: () => ({ mailer: createMailer({ url: mail.url, from: "drumbeat@example.com" }) }),
  });
  ({ client } = product);
  ({ channelId } = await connectSandboxBySession(product, "ada"));
});

afterAll(async () => {
  await product?.close();
  await Promise.all([receiver?.close(), mail?.close()]);
});

const publish = async (approval: "none" | "required") =>
  (
    await client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "hello" },
      targets: [{ channelId }],
      schedule: { mode: "now" },
      approval,
    })
  ).id;

it("a post's way to the public is told to a webhook, each step signed and once", async () => {
  const webhook = await client.call<{ id: string; secret: string }>("POST", "/v1/webhooks", {
    url: receiver.url,
    eventTypes: ["post.*"],
  });
  const id = await publish("none");
  const told = () =>
    receiver.received.map(
      ({ body, headers }) =>
        new Webhook(webhook.secret).verify(body, headers as Record<string, string>) as {
          type: string;
          data: { id: string; targets: { remoteUrl: string | null }[] };
        },
    );
  const all = await eventually(
    "the news of its publication",
    async () => told(),
    (messages) => messages.some(({ type }) => type === "post.published"),
  );
  expect(all.every(({ data }) => data.id === id)).toBe(true);
  const published = all.find(({ type }) => type === "post.published");
  expect(published?.data.targets[0]?.remoteUrl).toMatch(/^http/);
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(ids.length);
});

it("a test message reaches its member by e-mail at once, through a real mail server", async () => {
  await client.call("POST", "/v1/notification-settings/test", { way: "email" });
  const [got] = await eventually(
    "the e-mail",
    async () => mail.received,
    (received) => received.length > 0,
  );
  expect(got?.to).toEqual(["ada@example.org"]);
  expect(got?.text).toContain("This is a test");
});
