import { setTimeout as sleep } from "node:timers/promises";
import { stat } from "node:fs/promises";
import path from "node:path";
import { SetupError } from "../scripts/lib/setup-error.mjs";
import { logTail } from "./log-tail.ts";
import { spawnService, type RunningService } from "./spawn-service.ts";
import { temporalProblem } from "./temporal-health.ts";

export const TEMPORAL_NAMESPACE = "default";

/** Search attributes of the workflows, for operators in the UI. */
const SEARCH_ATTRIBUTES = [
  "WorkspaceId=Keyword",
  "AgentId=Keyword",
  "PostId=Keyword",
  "Stage=Keyword",
  "Platform=KeywordList",
] as const;

export interface TemporalServerOptions {
  executable: string;
  /** Logs and process record go below it, and the store with `persistent`. */
  dataDir: string;
  port: number;
  /** Absent: no UI. */
  uiPort?: number;
  /** Where the UI has payloads decoded: `POST <it>/decode`, with the operator's cookie. */
  uiCodecEndpoint?: string;
  /** Kept in a file, so that workflows go on after a restart; else gone with the process. */
  persistent: boolean;
  /** More of the server's dynamic configuration, as `key=JSON`. */
  dynamicConfig?: string[];
}

/** The command line of Temporal's development server. It opens no port but on loopback. */
export function temporalServerArgs(options: Omit<TemporalServerOptions, "executable">): string[] {
  const { dataDir, port, uiPort, persistent, dynamicConfig = [] } = options;
  const dynamic = [
    // Fair sharing between connections on one queue, on which the limits per connection rest.
    "matching.enableFairness=true",
    "matching.useNewMatcher=true",
    ...dynamicConfig,
  ];
  return [
    "server",
    "start-dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    ...(uiPort === undefined
      ? ["--headless"]
      : // The API serves it under its own origin, so that only operators get there.
        [
          "--ui-ip",
          "127.0.0.1",
          "--ui-port",
          String(uiPort),
          "--ui-public-path",
          "/temporal",
          "--ui-disable-news-fetch",
          ...(options.uiCodecEndpoint ? ["--ui-codec-endpoint", options.uiCodecEndpoint] : []),
        ]),
    ...(persistent ? ["--db-filename", path.join(dataDir, "temporal", "temporal.db")] : []),
    "--log-level",
    "warn",
    "--log-format",
    "json",
    ...SEARCH_ATTRIBUTES.flatMap((attribute) => ["--search-attribute", attribute]),
    ...dynamic.flatMap((value) => ["--dynamic-config-value", value]),
  ];
}

/** Starts the server and waits until it knows its namespace. Throws `SetupError`. */
export async function startTemporalServer(
  options: TemporalServerOptions,
): Promise<RunningService & { address: string }> {
  const { executable, dataDir, port } = options;
  const logFile = path.join(dataDir, "logs", "temporal.log");
  const logStart = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  const service = await spawnService({
    command: executable,
    args: temporalServerArgs(options),
    // A CLI configuration of the person's own (profiles, an API key) has no say here.
    env: {
      PATH: process.env["PATH"],
      HOME: dataDir,
      TEMPORAL_CONFIG_FILE: path.join(dataDir, "temporal.toml"),
      TZ: "UTC",
    },
    cwd: dataDir,
    logFile,
    pidFile: path.join(dataDir, "run", "temporal.json"),
  });
  const address = `127.0.0.1:${port}`;
  try {
    await waitUntilReady({ service, address, logFile, logStart });
  } catch (error) {
    await service.stop({ graceMs: 3_000 });
    throw error;
  }
  return { ...service, address };
}

async function waitUntilReady(options: {
  service: RunningService;
  address: string;
  logFile: string;
  logStart: number;
}): Promise<void> {
  const { service, address, logFile, logStart } = options;
  let ended: string | undefined;
  void service.exited.then((how) => {
    ended = how;
  });
  const deadline = performance.now() + 60_000;
  let problem: string | undefined = "it was not asked yet";
  while (performance.now() < deadline) {
    if (ended !== undefined) {
      const said = await logTail({ file: logFile, from: logStart });
      throw new SetupError({
        problem: `Temporal ended while starting (${ended}):\n${said}`,
        tried: [`starting it on ${address}`],
        todo: /no space left|disk is full|disk I\/O/i.test(said)
          ? "Free some disk space, then start again."
          : `Read ${logFile}.`,
      });
    }
    problem = await temporalProblem({ address, namespace: TEMPORAL_NAMESPACE });
    if (problem === undefined) return;
    await sleep(100);
  }
  throw new SetupError({
    problem: `Temporal did not become ready within a minute: ${problem}.`,
    tried: [`starting it on ${address}`],
    todo: `Read ${logFile}.`,
  });
}
