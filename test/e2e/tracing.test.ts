import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { initKeyRing } from "#db/vault/key-ring.ts";
import type { RunningService } from "#local/spawn-service.ts";
import { startTemporalServer } from "#local/temporal-server.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { apiClient, register, type ApiClient } from "../harness/client.ts";
import { createTestDatabase, type TestDatabase } from "../harness/database.ts";
import { ensureWorkflowBundle } from "../harness/ensure-workflow-bundle.ts";
import { eventually } from "../harness/installation.ts";
import { testServices } from "../harness/services.ts";
import { spawnProgram, type Program } from "../harness/spawn-program.ts";
import { startTraceReceiver, type ReceivedSpan } from "../harness/start-trace-receiver.ts";

/** Nothing of these may leave. */
const [password, prompt] = ["correct-horse-battery-5521", "Marzipan lighthouse 77310"];

let dir: string;
let database: TestDatabase;
let receiver: Awaited<ReturnType<typeof startTraceReceiver>>;
let temporal: RunningService | undefined;
let temporalPort: number;
let env: Record<string, string>;
let api: Program;
let worker: Program | undefined;
let client: ApiClient;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "drumbeat-traces-"));
  for (const folder of ["run", "logs"]) await mkdir(path.join(dir, folder));
  const keyRingFile = path.join(dir, "key-ring.json");
  await initKeyRing(keyRingFile);
  database = await createTestDatabase();
  receiver = await startTraceReceiver();
  temporalPort = await findFreePort();
  const apiPort = await findFreePort();
  env = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    KEY_RING_FILE: keyRingFile,
    STORAGE_DIR: path.join(dir, "storage"),
    FFMPEG_PATH: testServices().ffmpegPath,
    FFPROBE_PATH: testServices().ffprobePath,
    WORKFLOW_BUNDLE: await ensureWorkflowBundle({ tracing: true }),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    API_PORT: String(apiPort),
  };
  api = spawnProgram("api/server.ts", env);
  await eventually(
    "the API's start",
    async () => api.said("the API is listening"),
    (said) => said === 1,
  );
  const origin = `http://127.0.0.1:${apiPort}`;
  const who = { name: "Ada", email: "ada@example.org", password };
  client = apiClient(origin, { cookie: await register(origin, who) });
});

afterAll(async () => {
  await api?.end();
  await worker?.end();
  await temporal?.stop({ graceMs: 5_000 });
  await receiver?.close();
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

const generate = () =>
  client.call<{ id: string; engine: string }>("POST", "/v1/generations", { kind: "text", prompt });

/** Waits until the generation has ended and every part of its trace has come; gives the trace. */
async function traceOf(id: string): Promise<ReceivedSpan[]> {
  await eventually(
    "the generation",
    () => client.call<{ status: string }>("GET", `/v1/generations/${id}?canary=${password}`),
    ({ status }) => status === "succeeded",
  );
  const wanted = ["RunWorkflow:generate", "RunActivity:endGeneration"];
  return eventually(
    "its trace",
    async () => {
      const body = receiver.bodies.find((one) => one.includes(`generation/${id}`));
      const traceId = receiver.spans.find(
        (span) => body?.includes(span.traceId) && span.name === "StartWorkflow:generate",
      )?.traceId;
      return receiver.spans.filter((span) => span.traceId === traceId);
    },
    (spans) => wanted.every((name) => spans.some((span) => span.name === name)),
  );
}

/** The names from the span up to the root of its trace. */
function wayUp(trace: ReceivedSpan[], name: string): string[] {
  const names: string[] = [];
  let span = trace.find((one) => one.name === name);
  while (span) {
    names.push(`${span.service} ${span.name}`);
    const parent: string | undefined = span.parentSpanId;
    span = trace.find((one) => one.spanId === parent);
  }
  return names;
}

it("one trace goes from the request through the outbox, the workflow and its activities, Temporal up or down", async () => {
  const late = await generate();
  expect(late.engine).toBe("delayed");
  temporal = await startTemporalServer({
    executable: testServices().temporalCliPath,
    dataDir: dir,
    port: temporalPort,
    persistent: false,
  });
  worker = spawnProgram("worker.ts", env);
  expect(wayUp(await traceOf(late.id), "RunActivity:endGeneration")).toEqual([
    "drumbeat-worker RunActivity:endGeneration",
    "drumbeat-worker StartActivity:endGeneration",
    "drumbeat-worker RunWorkflow:generate",
    "drumbeat-worker StartWorkflow:generate",
    "drumbeat-api POST /v1/generations",
  ]);

  const soon = await eventually("Temporal's return to the API", generate, (one) => {
    return one.engine === "ready";
  });
  // Whoever is first tells Temporal: the API after its commit, or the worker that the outbox woke.
  expect(wayUp(await traceOf(soon.id), "RunActivity:askProvider").at(-2)).toMatch(
    /^drumbeat-(api|worker) StartWorkflow:generate$/,
  );
});

it("the log names the trace", async () => {
  const lines = api.log.filter(
    ({ route, method }) => route === "/v1/generations" && method === "POST",
  );
  const traces = new Set(receiver.spans.map(({ traceId }) => traceId));
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) {
    expect(line["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(traces).toContain(line["traceId"]);
  }
});

it("what is sent holds ids and names, and no content, address or message", async () => {
  api.signal("SIGTERM");
  worker?.signal("SIGTERM");
  // What was not sent yet is sent before they end.
  expect((await api.ended).code).toBe(0);
  expect((await worker?.ended)?.code).toBe(0);
  const sent = receiver.bodies.join("\n");
  for (const secret of [password, prompt, "canary", "cookie", "select ", "insert ", "exception"])
    expect(sent.includes(secret), secret).toBe(false);
  const names = new Set([...sent.matchAll(/\{"key":"([^"]+)"/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual([
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "run_id",
    "service.name",
    "temporalActivityId",
    "temporalWorkflowId",
  ]);
});
