import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { endLeftOvers } from "#local/end-left-overs.ts";
import { ensureFfmpeg } from "#local/ensure-ffmpeg.ts";
import { ensureTemporalCli, ensureTemporalTestServer } from "#local/ensure-temporal.ts";
import { startPostgres } from "#local/postgres.ts";
import { isStillRunning, ProcessRecord, recordProcess } from "#local/process-identity.ts";
import type { PostgresSecrets } from "#local/secrets.ts";
import { startTemporalServer } from "#local/temporal-server.ts";
import type { Progress } from "../../scripts/lib/progress.mjs";

const PREFIX = "drumbeat-test-";

/**
 * Starts what tests share: one PostgreSQL cluster, one Temporal development server; finds the time-skipping test server
 * and ffmpeg. Nothing of it survives `stop`.
 *
 * @returns the variables that `testServices` reads
 */
export async function startServices(options: {
  cacheDir: string;
  progress: Progress;
}): Promise<{ env: Record<string, string>; stop: () => Promise<void> }> {
  const { cacheDir, progress } = options;
  await endAbandoned();
  const dir = await mkdtemp(path.join(os.tmpdir(), PREFIX));
  // PostgreSQL's own user passes through it.
  await chmod(dir, 0o711);
  await mkdir(path.join(dir, "run"), { mode: 0o700 });
  await mkdir(path.join(dir, "logs"), { mode: 0o700 });
  await writeFile(path.join(dir, "owner"), JSON.stringify(recordProcess(process.pid)));

  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((end) => end()));
    await rm(dir, { recursive: true, force: true });
  };
  const draw = () => randomBytes(18).toString("base64url");
  const secrets: PostgresSecrets = { superuser: draw(), owner: draw(), service: draw() };
  const postgres = async () => {
    const running = await progress.step("PostgreSQL for tests", async () =>
      startPostgres({
        dataDir: dir,
        id: path.basename(dir),
        port: await freePort(),
        secrets,
        durable: false,
      }),
    );
    stops.push(async () => {
      await running.stop({ graceMs: 5_000 });
      await rm(running.home, { recursive: true, force: true });
    });
    return running;
  };
  const temporal = async () =>
    progress.step("Temporal for tests", async (report) => {
      const executable = await ensureTemporalCli({ cacheDir, report });
      report("starting");
      const running = await startTemporalServer({
        executable,
        dataDir: dir,
        port: await freePort(),
        persistent: false,
        // Lets a test skip time for one execution on this server, which also has Schedules.
        dynamicConfig: ["frontend.WorkflowTimeSkippingEnabled=true"],
      });
      stops.push(() => running.stop({ graceMs: 5_000 }));
      return { executable, address: running.address };
    });

  const results = await Promise.allSettled([
    postgres(),
    temporal(),
    progress.step("Temporal's test server", (report) =>
      ensureTemporalTestServer({ cacheDir, report }),
    ),
    progress.step("ffmpeg", (report) => ensureFfmpeg({ report })),
  ] as const);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [database, server, testServerPath, ffmpeg] = results.map((result) =>
    result.status === "fulfilled" ? result.value : undefined,
  ) as [
    Awaited<ReturnType<typeof postgres>>,
    Awaited<ReturnType<typeof temporal>>,
    string,
    Awaited<ReturnType<typeof ensureFfmpeg>>,
  ];
  return {
    stop,
    env: {
      TEST_DATABASE_SUPERUSER_URL: database.superuserUrl,
      TEST_DATABASE_OWNER_PASSWORD: secrets.owner,
      TEST_DATABASE_SERVICE_PASSWORD: secrets.service,
      TEST_TEMPORAL_ADDRESS: server.address,
      TEST_TEMPORAL_CLI_PATH: server.executable,
      TEST_TEMPORAL_TEST_SERVER_PATH: testServerPath,
      FFMPEG_PATH: ffmpeg.ffmpegPath,
      FFPROBE_PATH: ffmpeg.ffprobePath,
    },
  };
}

/** A test run that was killed leaves its servers: they are ended by the next one. */
async function endAbandoned(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = path.join(os.tmpdir(), name);
    const owner = await readFile(path.join(dir, "owner"), "utf8").then(
      (text) => ProcessRecord.safeParse(JSON.parse(text)),
      () => undefined,
    );
    // A folder without its owner's record is being made just now, or is none of ours.
    if (owner?.success !== true || isStillRunning(owner.data)) continue;
    await endLeftOvers({ dataDir: dir });
    await rm(dir, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port was given"));
        else resolve(address.port);
      });
    });
  });
}
