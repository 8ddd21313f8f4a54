import { Client, Connection } from "@temporalio/client";
import proto from "@temporalio/proto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { startSandboxNetwork } from "#local/sandbox-network/start-sandbox-network.ts";
import { startTemporalServer } from "#local/temporal-server.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { startOpenAiServer, type OpenAiServer } from "../contracts/start-openai-server.ts";
import { apiClient, register, type ApiClient } from "../harness/client.ts";
import { createTestDatabase, type TestDatabase } from "../harness/database.ts";
import { ensureWorkflowBundle } from "../harness/ensure-workflow-bundle.ts";
import { findSecrets } from "../harness/find-secret.ts";
import { eventually } from "../harness/installation.ts";
import { testServices } from "../harness/services.ts";
import { spawnProgram, type Program } from "../harness/spawn-program.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";
import { startTraceReceiver } from "../harness/start-trace-receiver.ts";

/** What nobody may find anywhere afterwards. Those that the product makes are added as they appear. */
const secrets: Record<string, string> = {
  password: "canary-password-7391-lantern",
  "mistyped password": "canary-mistyped-4410-lantern",
  "provider key": "sk-canary-provider-8803-lantern",
  "app password": "canary-app-pass-2256-lantern",
};

let dir: string;
let database: TestDatabase;
let network: Awaited<ReturnType<typeof startSandboxNetwork>>;
let openai: OpenAiServer;
let receiver: Awaited<ReturnType<typeof startTraceReceiver>>;
let temporal: Awaited<ReturnType<typeof startTemporalServer>>;
let programs: Program[];
let metricsPorts: number[];
let origin: string;
let pds: ReturnType<typeof createServer>;
/** What the app password was sent to, so that the test knows that it was used at all. */
const sentToPds: string[] = [];
/** Every answer that refuses something. */
const problems: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "drumbeat-canaries-"));
  for (const folder of ["run", "logs", "sandbox"]) await mkdir(path.join(dir, folder));
  const keyRingFile = path.join(dir, "key-ring.json");
  await initKeyRing(keyRingFile);
  const ring = JSON.parse(await readFile(keyRingFile, "utf8")) as {
    keys: Record<string, string>;
    peppers: Record<string, string>;
  };
  for (const [id, key] of Object.entries({ ...ring.keys, ...ring.peppers }))
    secrets[`key ${id}`] = key;
  database = await createTestDatabase();
  receiver = await startTraceReceiver();
  openai = await startOpenAiServer();
  network = await startSandboxNetwork({
    port: 0,
    host: "127.0.0.1",
    dataDir: path.join(dir, "sandbox"),
  });
  pds = createServer((request, response) => {
    request.on("data", (bytes: Buffer) => sentToPds.push(bytes.toString()));
    request.on("end", () => {
      response.writeHead(401, { "Content-Type": "application/json" });
      // As a careless server would: it says the password back.
      const message = `Invalid identifier or password: ${secrets["app password"]}`;
      response.end(JSON.stringify({ error: "AuthenticationRequired", message }));
    });
  });
  await new Promise<void>((done) => pds.listen(0, "127.0.0.1", done));
  temporal = await startTemporalServer({
    executable: testServices().temporalCliPath,
    dataDir: dir,
    port: await findFreePort(),
    persistent: false,
  });
  const apiPort = await findFreePort();
  metricsPorts = [await findFreePort(), await findFreePort()];
  const hosts = [network.url, openai.baseUrl, pdsUrl()].map((url) => new URL(url).host);
  const env = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    KEY_RING_FILE: keyRingFile,
    STORAGE_DIR: path.join(dir, "storage"),
    FFMPEG_PATH: testServices().ffmpegPath,
    FFPROBE_PATH: testServices().ffprobePath,
    WORKFLOW_BUNDLE: await ensureWorkflowBundle({ tracing: true }),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    API_PORT: String(apiPort),
    SANDBOX_BASE_URL: network.url,
    OPENAI_BASE_URL: openai.baseUrl,
    OPENAI_API_KEY: secrets["provider key"] ?? "",
    EGRESS_ALLOW: hosts.join(","),
    // All that it ever says.
    LOG_LEVEL: "trace",
  };
  programs = [
    spawnProgram("api/server.ts", { ...env, METRICS_PORT: String(metricsPorts[0]) }),
    spawnProgram("worker.ts", { ...env, METRICS_PORT: String(metricsPorts[1]) }),
  ];
  origin = `http://127.0.0.1:${apiPort}`;
  await eventually(
    "the API's start",
    () => fetch(`${origin}/readyz`).then((answer) => answer.text(), String),
    (text) => text.includes('"ready"'),
  );
});

afterAll(async () => {
  for (const program of programs ?? []) await program.end();
  await temporal?.stop({ graceMs: 5_000 });
  await network?.close();
  await openai?.close();
  await receiver?.close();
  pds?.close();
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

function pdsUrl(): string {
  return `http://127.0.0.1:${(pds.address() as AddressInfo).port}`;
}

/** Sends what is to be refused, and keeps the refusal. */
async function refused(client: ApiClient, method: string, url: string, body?: unknown) {
  const answer = await client.raw(method, url, body);
  const text = await answer.text();
  expect(answer.status, text).toBeGreaterThanOrEqual(400);
  problems.push(JSON.stringify([...answer.headers]), text);
}

/** Uses every kind of secret once as it is meant, and once in a way that fails. */
async function live(): Promise<void> {
  const email = "ada@example.org";
  const password = secrets["password"];
  const nobody = apiClient(origin, {});
  const cookie = await register(origin, { name: "Ada", email, password: password ?? "" });
  secrets["session"] = cookie.split("=")[1] ?? "";
  const person = apiClient(origin, { cookie });
  const login = "/v1/auth/login";
  await refused(nobody, "POST", login, { email, password: secrets["mistyped password"] });
  await refused(nobody, "POST", login, { email, password, unknown: password });
  await refused(nobody, "POST", "/v1/auth/register", { name: "Ada", email, password });

  const { key } = await person.call<{ key: string }>("POST", "/v1/api-keys", {
    name: "canary",
    scopes: ["posts:read", "posts:write", "posts:publish", "generations:write", "agents:write"],
  });
  secrets["API key"] = key;
  const program = apiClient(origin, { key });
  await refused(program, "GET", "/v1/agents");
  await refused(apiClient(origin, { key: `${key.slice(0, -1)}!` }), "GET", "/v1/me");
  await refused(nobody, "GET", `/v1/posts?cursor=${key}`);

  const keyed = await fetch(`${origin}/v1/api-keys`, {
    method: "POST",
    headers: { Cookie: cookie, "Content-Type": "application/json", "Idempotency-Key": "canary" },
    body: JSON.stringify({ name: "kept", scopes: ["posts:read"] }),
  });
  secrets["kept API key"] = ((await keyed.json()) as { key: string }).key;

  const invited = await person.call<{ link: string }>("POST", "/v1/invitations", {
    email: "eve@example.org",
    role: "editor",
  });
  secrets["invitation"] = /[^/#?=]+$/.exec(invited.link)?.[0] ?? "";
  const eve = { name: "Eve", email: "mallory@example.org", password };
  await refused(nobody, "POST", "/v1/auth/register", {
    ...eve,
    invitation: secrets["invitation"],
  });

  await refused(person, "POST", "/v1/connections", {
    platform: "bluesky",
    credentials: {
      identifier: "ada.example.org",
      appPassword: secrets["app password"],
      service: pdsUrl(),
    },
  });
  const begun = await person.call<{ id: string; authorizationUrl: string }>(
    "POST",
    "/v1/connections",
    { platform: "sandbox" },
  );
  const approved = await fetch(`${begun.authorizationUrl}&approve=ada`, { redirect: "manual" });
  const callback = new URL(approved.headers.get("location") ?? "");
  secrets["OAuth code"] = callback.searchParams.get("code") ?? "";
  secrets["OAuth state"] = callback.searchParams.get("state") ?? "";
  await person.call("GET", `${callback.pathname}${callback.search}`);
  // The same again is refused with a page.
  await refused(person, "GET", `${callback.pathname}${callback.search}`);
  const channels = await person.call<{ data: { id: string }[] }>(
    "GET",
    `/v1/connections/${begun.id}/channels`,
  );
  const channelId = channels.data[0]?.id;

  const { id } = await program.call<{ id: string }>("POST", "/v1/posts", {
    content: { text: "out it goes" },
    targets: [{ channelId }],
    approval: "none",
  });
  await person.call("POST", `/v1/connections/${begun.id}/refresh`);
  const ended = (path: string, last: string) =>
    eventually(
      path,
      () => person.call<{ status: string }>("GET", path),
      ({ status }) => status === last,
    );
  await ended(`/v1/posts/${id}`, "published");

  // The provider is asked with its key, and says no in words that hold it.
  const says = { message: `Incorrect API key provided: ${secrets["provider key"]}` };
  openai.script(
    Array.from({ length: 9 }, () => ({ error: { ...says, type: "auth" }, status: 401 })),
  );
  const generation = await program.call<{ id: string }>("POST", "/v1/generations", {
    kind: "text",
    prompt: "a caption",
    model: "openai/gpt-4.1-mini",
  });
  await ended(`/v1/generations/${generation.id}`, "failed");
  problems.push(
    JSON.stringify(await person.call("GET", `/v1/generations/${generation.id}`)),
    JSON.stringify(await person.call("GET", `/v1/connections/${begun.id}`)),
  );
}

/** Every row of every table, whoever's it is, with bytes in hexadecimal. */
function dumpDatabase(): Promise<string> {
  return asSuperuser(database, async (client) => {
    const tables = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const parts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(
        `select to_jsonb(t)::text as row from "${name}" t`,
      );
      parts.push(...rows.map(({ row }) => row));
    }
    return parts.join("\n");
  });
}

/** Every history and every entry of the visibility store, as their bytes are. */
async function dumpTemporal(): Promise<string> {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const { History } = proto.temporal.api.history.v1;
  const parts: string[] = [];
  for await (const { workflowId, runId, raw } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    parts.push(Buffer.from(History.encode(history).finish()).toString("latin1"));
    parts.push(JSON.stringify(raw), workflowId);
  }
  await connection.close();
  return parts.join("\n");
}

it("no secret is left in logs, traces, metrics, problems, rows or histories, in whatever form", async () => {
  await live();
  const readMetrics = async (port: number) =>
    (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const metrics = (await Promise.all(metricsPorts.map(readMetrics))).join("\n");
  const temporalDump = await dumpTemporal();
  // What was not sent yet is sent before they end.
  for (const program of programs) program.signal("SIGTERM");
  for (const program of programs) expect((await program.ended).code).toBe(0);
  const places = {
    logs: programs.map(({ log }) => log.map((line) => JSON.stringify(line)).join("\n")).join("\n"),
    traces: receiver.bodies.join("\n"),
    metrics,
    problems: problems.join("\n"),
    database: await dumpDatabase(),
    temporal: temporalDump,
  };

  // Each place is the real one, and each secret was really used.
  expect(places.logs).toContain("/v1/auth/login");
  expect(places.traces).toContain("RunActivity");
  expect(places.metrics).toContain("# TYPE");
  expect(places.problems).toContain("wrong_credentials");
  expect(places.database).toContain("out it goes");
  expect(places.temporal).toContain("publishPost");
  expect(sentToPds.join("")).toContain(secrets["app password"]);
  expect(Object.values(secrets).filter((secret) => secret === "")).toEqual([]);

  expect(findSecrets(secrets, places)).toEqual([]);
  // Tokens that only the network knows, as it writes them.
  for (const [place, text] of Object.entries(places))
    expect(text, `a token is in the ${place}`).not.toMatch(/sbx_(at|rt|code)_[A-Za-z0-9_-]{43}/);
});
