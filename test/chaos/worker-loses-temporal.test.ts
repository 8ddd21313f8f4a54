import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { initKeyRing } from "#db/vault/key-ring.ts";
import type { RunningService } from "#local/spawn-service.ts";
import { startTemporalServer } from "#local/temporal-server.ts";
import { findFreePort } from "../../observe/temporal-metrics.ts";
import { createTestDatabase, type TestDatabase } from "../harness/database.ts";
import { ensureWorkflowBundle } from "../harness/ensure-workflow-bundle.ts";
import { eventually } from "../harness/installation.ts";
import { testServices } from "../harness/services.ts";
import { spawnProgram, type Program } from "../harness/spawn-program.ts";

let dir: string;
let database: TestDatabase;
let temporal: RunningService & { address: string };
let temporalPort: number;
let metricsPort: number;
let worker: Program;

const startTemporal = () =>
  startTemporalServer({
    executable: testServices().temporalCliPath,
    dataDir: dir,
    port: temporalPort,
    persistent: true,
  });

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "drumbeat-loss-"));
  for (const folder of ["run", "logs", "temporal"]) await mkdir(path.join(dir, folder));
  const keyRingFile = path.join(dir, "key-ring.json");
  await initKeyRing(keyRingFile);
  database = await createTestDatabase();
  temporalPort = await findFreePort();
  metricsPort = await findFreePort();
  temporal = await startTemporal();
  worker = spawnProgram("worker.ts", {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    KEY_RING_FILE: keyRingFile,
    STORAGE_DIR: path.join(dir, "storage"),
    WORKFLOW_BUNDLE: await ensureWorkflowBundle(),
    FFMPEG_PATH: testServices().ffmpegPath,
    FFPROBE_PATH: testServices().ffprobePath,
    METRICS_PORT: String(metricsPort),
  });
});

afterAll(async () => {
  await worker?.end();
  await temporal?.stop({ graceMs: 5_000 });
  await database?.drop();
  await rm(dir, { recursive: true, force: true });
});

const ask = async (what: string) => {
  try {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/${what}`);
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: "" };
  }
};
const readyIs = (status: number) =>
  eventually(
    `readiness ${status}`,
    () => ask("readyz"),
    (answer) => answer.status === status,
  );

it("is ready once Temporal sees it poll, says once that it lost Temporal, and comes back by itself", async () => {
  expect(JSON.parse((await readyIs(200)).text)).toEqual({
    ready: true,
    temporal: "reached",
    notPolled: [],
  });
  await temporal.stop({ graceMs: 5_000 });
  expect(JSON.parse((await readyIs(503)).text)).toEqual({ ready: false, temporal: "lost" });
  expect((await ask("livez")).status).toBe(200);
  // Asked again and again meanwhile, it has still said so once.
  for (let asked = 0; asked < 3; asked += 1) expect((await ask("readyz")).status).toBe(503);
  expect(worker.said(/^Temporal can't be reached/)).toBe(1);

  temporal = await startTemporal();
  await readyIs(200);
  expect(worker.said("Temporal is back")).toBe(1);
  expect(worker.log.find(({ msg }) => msg === "Temporal is back")?.["seconds"]).toEqual(
    expect.any(Number),
  );
  expect(worker.said(/^Temporal can't be reached/)).toBe(1);
  // The very same process does work again.
  await eventually(
    "a workflow after the loss",
    () => ask("metrics"),
    ({ text }) => /^temporal_workflow_completed\{.*workflow_type="sweep".*\} [1-9]/m.test(text),
  );
});

it("stops in order, with an exit code of 0", async () => {
  worker.signal("SIGTERM");
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(worker.said("stopping")).toBe(1);
  expect(worker.said("stopped")).toBe(1);
  // Lines of Temporal's native part too: a line that is no JSON has a message alone.
  expect(worker.log.filter(({ level }) => level === undefined)).toEqual([]);
  expect(worker.log).toContainEqual(
    expect.objectContaining({ target: "temporalio_client::retry", grpcCode: "Unavailable" }),
  );
});
