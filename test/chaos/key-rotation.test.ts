import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Connection, Workspace } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { loadKeyRing } from "#db/vault/key-ring.ts";
import { createPayloadCodec } from "#db/vault/payload-codec.ts";
import { run } from "../../scripts/lib/run.mjs";
import { apiClient, register, type ApiClient } from "../harness/client.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

const clients = 8;
const rounds = 6;

/** Rounds after which the operator does something: all of it while the others are at work. */
const operatorsPlan = [
  { after: 10, action: "rotate" },
  { after: 20, action: "rotate" },
  { after: 30, action: "retire" },
] as const;

describe("the key ring, rotated while eight clients read and write", () => {
  let product: Product;
  let waiting: { client: ApiClient; postId: string };
  let roundsDone = 0;

  beforeAll(async () => {
    product = await startProduct();
    // Its workflow begins under the first key, and ends when that key is gone.
    const { channelId } = await connectSandboxBySession(product, "first");
    const { id } = await product.client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: "accepted under the first key" },
      targets: [{ channelId }],
      schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
      approval: "none",
    });
    waiting = { client: product.client, postId: id };
    await eventually(
      "the workflow's start",
      () =>
        product.temporal.workflow
          .getHandle(`post/${id}`)
          .describe()
          .then(({ status }) => status.name)
          .catch(() => "none"),
      (status) => status === "RUNNING",
    );
  });

  afterAll(async () => {
    await product?.close();
  });

  const keysOf = async () =>
    Object.keys((JSON.parse(await readFile(product.keyRingFile, "utf8")) as { keys: object }).keys);

  /** What one client does again and again; any answer but a good one fails. */
  async function work(number: number): Promise<void> {
    const cookie = await register(product.origin, {
      name: `Client ${number}`,
      email: `client-${number}@example.org`,
      password: "correct-horse-battery",
    });
    const client = apiClient(product.origin, { cookie });
    for (let round = 0; round < rounds; round += 1) {
      const { channelId, connectionId } = await connectSandboxBySession(
        { client },
        `user-${number}-${round}`,
      );
      const { key } = await client.call<{ key: string }>("POST", "/v1/api-keys", {
        name: `round ${round}`,
        scopes: ["posts:read", "posts:write", "posts:publish", "connections:write"],
      });
      const program = apiClient(product.origin, { key });
      const { id } = await program.call<{ id: string }>("POST", "/v1/posts", {
        content: { text: `client ${number}, round ${round}` },
        targets: [{ channelId }],
        approval: "none",
      });
      await program.call("POST", `/v1/connections/${connectionId}/refresh`);
      await published(program, id);
      roundsDone += 1;
    }
  }

  const published = (client: ApiClient, id: string) =>
    eventually(
      `publishing of ${id}`,
      () => client.call<{ status: string; targets: unknown[] }>("GET", `/v1/posts/${id}`),
      ({ status }) => status === "published",
    );

  async function operate(action: "rotate" | "retire"): Promise<void> {
    const done = await run({
      command: process.execPath,
      args: [path.resolve("scripts/key-ring.ts"), action],
      cwd: path.resolve("."),
      env: {
        ...process.env,
        DATABASE_URL: product.databaseUrl,
        KEY_RING_FILE: product.keyRingFile,
      },
    });
    expect(done.code, done.stderr).toBe(0);
  }

  it("fails no request, and no old key is needed afterwards", async () => {
    const [first] = await keysOf();
    const load = Promise.all(Array.from({ length: clients }, (_, number) => work(number)));
    const operators = (async () => {
      for (const { after, action } of operatorsPlan) {
        await eventually(
          `${after} rounds`,
          async () => roundsDone,
          (count) => count >= after,
        );
        await operate(action);
      }
    })();
    await Promise.all([load, operators]);
    expect(roundsDone).toBe(clients * rounds);

    const [active, ...others] = await keysOf();
    expect(others).toEqual([]);
    expect(active).not.toBe(first);
    expect(await wrappingKeys()).toEqual(new Set([active]));
    // The one that began under the first key goes on without it.
    await waiting.client.call("POST", `/v1/posts/${waiting.postId}/publish-now`);
    await published(waiting.client, waiting.postId);
    // And a process that starts only now reads what was written under the first key.
    const { history } = await product.temporal.workflowService.getWorkflowExecutionHistory({
      namespace: product.temporal.options.namespace,
      execution: { workflowId: `post/${waiting.postId}` },
    });
    const [started] = history?.events ?? [];
    const input = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const late = createPayloadCodec(await loadKeyRing(product.keyRingFile));
    const [decoded] = await late.decode(input);
    expect(Buffer.from(input[0]?.metadata?.["key-id"] ?? []).toString()).toBe(first);
    expect(Buffer.from(decoded?.data ?? []).toString()).toContain(waiting.postId);
  });

  /** Ids of the keys under which the accounts' data keys are wrapped, in every workspace. */
  async function wrappingKeys(): Promise<Set<string>> {
    const { orm, keyRing } = product.deps;
    const ids = new Set<string>();
    for (const { id } of await outsideWorkspaces(orm).find(Workspace, {})) {
      const rows = await inWorkspace(orm, id).find(
        Connection,
        { wrappedKey: { $ne: null } },
        { populate: ["wrappedKey"] },
      );
      for (const row of rows) ids.add(keyRing.wrappingKeyId(row.wrappedKey ?? ""));
    }
    return ids;
  }
});
