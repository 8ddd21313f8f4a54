import { Client, Connection } from "@temporalio/client";
import pg from "pg";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient, connectSandbox, register, type ApiClient } from "../harness/client.ts";
import { eventually, startInstallation, type Installation } from "../harness/installation.ts";

/** Secrets and content that must be found nowhere in clear. */
const password = "correct-horse-battery-7391";
const canary = "Marzipan lighthouse 48213";

interface Post {
  id: string;
  status: string;
  contentHash: string | null;
  content: { text: string };
  targets: { status: string; remoteId: string | null; remoteUrl: string | null }[];
}
interface Accepted {
  id: string;
  account: string;
  text: string;
  media: unknown[];
}

describe("the main job, from a clean clone, over HTTP", () => {
  let installation: Installation;
  let client: ApiClient;
  let key: string;
  let channelId: string;
  let unmarkedChannelId: string;

  const post = (id: string) => client.call<Post>("GET", `/v1/posts/${id}`);
  const published = (id: string) =>
    eventually(
      `publishing of ${id}`,
      () => post(id),
      ({ status }) => status === "published",
    );
  const log = async (account: string) =>
    (await (
      await fetch(`${installation.ready.sandboxNetworkUrl}/_log?account=${account}`)
    ).json()) as Accepted[];
  const setFaults = async (faults: object[]) => {
    const answer = await fetch(`${installation.ready.sandboxNetworkUrl}/_faults`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ faults, seed: 1 }),
    });
    expect(answer.status).toBeLessThan(300);
  };

  beforeAll(async () => {
    installation = await startInstallation();
    const origin = installation.ready.apiUrl;
    const cookie = await register(origin, { name: "Ada", email: "ada@example.org", password });
    const made = await apiClient(origin, { cookie }).call<{ key: string }>("POST", "/v1/api-keys", {
      name: "e2e",
      scopes: [
        "posts:read",
        "posts:write",
        "posts:publish",
        "assets:read",
        "assets:write",
        "connections:read",
        "connections:write",
        "generations:read",
        "generations:write",
        "agents:read",
        "agents:write",
      ],
    });
    key = made.key;
    client = apiClient(origin, { key });
    channelId = (await connectSandbox(client, "ada")).channelId;
    // A network that refuses a second post with the same marker would hide a second call: this account takes none.
    const account = await fetch(`${installation.ready.sandboxNetworkUrl}/_accounts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: "bob", markers: false }),
    });
    expect(account.status).toBe(201);
    unmarkedChannelId = (await connectSandbox(client, "bob")).channelId;
  });

  afterAll(async () => {
    await installation?.remove();
  });

  it("an agent's run: generates, waits for approval, publishes once, is measured", async () => {
    const agent = await client.call<{ id: string }>("POST", "/v1/agents", {
      name: "Harbor",
      brief: `Tell people about the ${canary}.`,
      channelIds: [channelId],
      schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
      autonomy: "suggest",
      media: "image",
      dailyPostLimit: 5,
      creditLimit: 100,
    });
    const started = await client.call<{ id: string }>("POST", `/v1/agents/${agent.id}/run`);
    type Run = {
      status: string;
      postId: string | null;
      credits: number;
      steps: { kind: string; status: string; temporalUrl: string }[];
    };
    const readRun = () => client.call<Run>("GET", `/v1/runs/${started.id}`);
    const waiting = await eventually(
      "the run's wait for approval",
      readRun,
      (run) => run.status === "awaiting_approval",
    );
    const waitingPost = await post(waiting.postId ?? "");
    expect(waitingPost).toMatchObject({
      status: "awaiting_approval",
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await log("ada")).toEqual([]);

    const wrong = await client.raw("POST", `/v1/posts/${waitingPost.id}/approve`, {
      contentHash: "0".repeat(64),
    });
    expect(wrong.status).toBe(409);
    await client.call("POST", `/v1/posts/${waitingPost.id}/approve`, {
      contentHash: waitingPost.contentHash,
    });
    await published(waitingPost.id);

    const accepted = await log("ada");
    expect(accepted).toHaveLength(1);
    expect(accepted[0]).toMatchObject({
      text: waitingPost.content.text,
      media: [expect.anything()],
    });
    const run = await eventually("the run's end", readRun, (one) => one.status === "succeeded");
    expect(new Set(run.steps.map((step) => step.kind))).toEqual(
      new Set([
        "gather",
        "model",
        "tool",
        "check",
        "generation",
        "post",
        "media",
        "approval",
        "publish",
      ]),
    );
    expect(run.credits).toBeGreaterThan(4);
    expect(run.steps.every((step) => step.temporalUrl.includes("/temporal/namespaces/"))).toBe(
      true,
    );
    const metrics = await eventually(
      "the first measurement",
      () =>
        client.call<{ data: { metrics: Record<string, number> }[] }>(
          "GET",
          `/v1/posts/${waitingPost.id}/metrics`,
        ),
      ({ data }) => data.length > 0,
    );
    expect(metrics.data[0]?.metrics).toMatchObject({ views: expect.any(Number) });
  });

  it("a post with an uploaded picture, at a time, moved and published", async () => {
    const before = (await log("ada")).length;
    const picture = await sharp({
      create: { width: 640, height: 480, channels: 3, background: "#27496d" },
    })
      .jpeg()
      .withExif({ IFD0: { Copyright: "exif-canary" } })
      .toBuffer();
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(picture)], { type: "image/jpeg" }), "picture.jpg");
    const asset = await client.call<{ id: string; kind: string; width: number }>(
      "POST",
      "/v1/assets",
      form,
    );
    expect(asset).toMatchObject({
      kind: "image",
      width: 640,
      height: 480,
      contentType: "image/jpeg",
    });
    const content = await client.raw("GET", `/v1/assets/${asset.id}/content`);
    expect(Buffer.from(await content.arrayBuffer()).includes("exif-canary")).toBe(false);

    const accepted = await client.call<{ id: string; status: string }>(
      "POST",
      "/v1/posts",
      {
        content: { text: `${canary}: tomorrow` },
        assets: [{ id: asset.id, altText: "A blue rectangle" }],
        targets: [{ channelId }],
        schedule: { mode: "at", at: new Date(Date.now() + 86_400_000).toISOString() },
        approval: "none",
      },
      [202],
    );
    expect(accepted.status).toBe("scheduled");
    await client.call("POST", `/v1/posts/${accepted.id}/publish-now`);
    await published(accepted.id);
    expect(await log("ada")).toHaveLength(before + 1);
  });

  it("a cancelled post leaves its row and nothing else", async () => {
    const { id } = await client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: `${canary}: never` },
      targets: [{ channelId }],
      schedule: { mode: "at", at: new Date(Date.now() + 3_600_000).toISOString() },
      approval: "none",
    });
    await client.call("POST", `/v1/posts/${id}/cancel`);
    expect(await post(id)).toMatchObject({
      status: "cancelled",
      targets: [{ status: "cancelled" }],
    });
    const temporal = await temporalClient(installation);
    await eventually(
      "the end of the workflow",
      () =>
        temporal.workflow
          .getHandle(`post/${id}`)
          .describe()
          .then(({ status }) => status.name)
          .catch(() => "none"),
      (status) => status !== "RUNNING",
    );
    await temporal.connection.close();
  });

  for (const kind of ["drop", "accept500", "slow"]) {
    it(`SIGKILL of the worker between sending and the answer (${kind}): one publish, and the post is published`, async () => {
      const text = `${canary}: killed while ${kind}`;
      await setFaults([{ on: "publish", kind, probability: 1, account: "bob", retryAfter: 6 }]);
      const { id } = await client.call<{ id: string }>("POST", "/v1/posts", {
        content: { text },
        targets: [{ channelId: unmarkedChannelId }],
        approval: "none",
      });
      await eventually(
        "the publish",
        () => log("bob"),
        (entries) => entries.some((entry) => entry.text === text),
      );
      const [worker, ...others] = await installation.childrenWith("WORKER_QUEUES=workflows,");
      expect(worker).toBeDefined();
      expect(others).toEqual([]);
      process.kill(worker ?? 0, "SIGKILL");
      await setFaults([]);
      const after = await published(id);
      expect((await log("bob")).filter((entry) => entry.text === text)).toHaveLength(1);
      expect(after.targets[0]?.remoteId).toBeTruthy();
    });
  }

  it("a restart on the same folder serves the same origin and resumes what ran", async () => {
    const { id } = await client.call<{ id: string }>("POST", "/v1/posts", {
      content: { text: `${canary}: after the restart` },
      targets: [{ channelId }],
      schedule: { mode: "at", at: new Date(Date.now() + 20_000).toISOString() },
      approval: "none",
    });
    const before = installation.ready;
    const stopped = await installation.stop();
    expect(stopped.code).toBe(0);
    expect(stopped.milliseconds).toBeLessThan(15_000);
    await installation.restart();
    expect(installation.ready.apiUrl).toBe(before.apiUrl);
    await published(id);
  });

  it("no secret is in database, histories or logs, and no text of a post in histories or logs", async () => {
    const database = await dumpDatabase(installation);
    const histories = await dumpHistories(installation);
    const logs = await dumpLogs(installation);
    // The dumps are real: each holds what it must.
    expect(database).toContain(canary);
    expect(histories).toContain("publishPost");
    expect(logs.length).toBeGreaterThan(1_000);
    for (const [where, dump] of Object.entries({ database, histories, logs })) {
      expect(dump.includes(password), `the password is in the ${where}`).toBe(false);
      expect(dump.includes(key), `the API key is in the ${where}`).toBe(false);
      // As the sandbox network writes its tokens and codes.
      expect(dump, `a token is in the ${where}`).not.toMatch(/sbx_(at|rt|code)_[A-Za-z0-9_-]{43}/);
    }
    expect(histories.includes(canary), "a post's text is in the histories").toBe(false);
    expect(logs.includes(canary), "a post's text is in the logs").toBe(false);
  });
});

async function temporalClient({ ready }: Installation): Promise<Client> {
  const connection = await Connection.connect({ address: ready.temporalAddress });
  return new Client({ connection, namespace: ready.temporalNamespace });
}

async function dumpDatabase({ ready }: Installation): Promise<string> {
  const client = new pg.Client({ connectionString: ready.databaseAdminUrl });
  await client.connect();
  try {
    const tables = await client.query(
      "select tablename from pg_tables where schemaname = 'public'",
    );
    const workspaces = await client.query("select id from workspace");
    const parts: string[] = [];
    for (const { id } of workspaces.rows) {
      // Row-level security binds the owner too: each workspace is read on its own.
      await client.query("select set_config('app.workspace_id', $1, false)", [id]);
      for (const { tablename } of tables.rows) {
        const rows = await client.query(`select to_jsonb(t)::text as row from "${tablename}" t`);
        parts.push(...rows.rows.map(({ row }) => row as string));
      }
    }
    return parts.join("\n");
  } finally {
    await client.end();
  }
}

/** Every history, raw and with its base64 undone: as anybody would read them who has no key. */
async function dumpHistories(installation: Installation): Promise<string> {
  const client = await temporalClient(installation);
  const parts: string[] = [];
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    parts.push(type);
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const bytes = JSON.stringify(history, (_name, value: unknown) =>
      value !== null &&
      typeof value === "object" &&
      "type" in value &&
      value.type === "Buffer" &&
      "data" in value
        ? Buffer.from(value.data as number[]).toString("latin1")
        : value instanceof Uint8Array
          ? Buffer.from(value).toString("latin1")
          : value,
    );
    parts.push(bytes);
  }
  await client.connection.close();
  return parts.join("\n");
}

async function dumpLogs({ dataDir, output }: Installation): Promise<string> {
  const folder = join(dataDir, "logs");
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
  return [...files, output()].join("\n");
}
