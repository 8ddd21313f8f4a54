import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "#api/app.ts";
import type { ApiContext } from "#api/context.ts";
import type { Engine } from "#db/outbox/engine.ts";
import { openOrm } from "#db/orm.ts";
import { initKeyRing } from "#db/vault/key-ring.ts";
import { checkAnswers } from "./check-answers.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { testServices } from "./services.ts";
import { quietContext } from "../../scripts/lib/quiet-context.ts";

export interface TestApi {
  app: Awaited<ReturnType<typeof buildApp>>;
  context: ApiContext;
  database: TestDatabase;
  /** What the engine was told, in order. */
  told: { what: string; workflowId: string }[];
  /** Makes the engine unreachable, and reachable again. */
  setEngine(state: "ready" | "delayed"): void;
  close(): Promise<void>;
}

/**
 * The whole API on a database of its own, without a network: requests go in through `app.inject`. Its engine is a port
 * that writes down what it is told; the stories themselves are tested on Temporal elsewhere.
 */
export async function startApi(overrides: Partial<ApiContext> = {}): Promise<TestApi> {
  const services = testServices();
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "drumbeat-api-"));
  const orm = await openOrm({ url: database.url, poolSize: 10 });
  await initKeyRing(join(folder, "key-ring.json"));
  const told: TestApi["told"] = [];
  let state: "ready" | "delayed" = "ready";
  const tell = async (what: string, workflowId: string): Promise<void> => {
    if (state === "delayed") throw new Error("the engine is away");
    told.push({ what, workflowId });
  };
  const engine: Engine = {
    start: ({ workflowType, workflowId }) => tell(`start ${workflowType}`, workflowId),
    wake: ({ workflowType, workflowId }) => tell(`wake ${workflowType}`, workflowId),
    nudge: (workflowId) => tell("nudge", workflowId),
    cancel: (workflowId) => tell("cancel", workflowId),
    listRunning: async () => new Set(),
    stateOf: async () => "unknown",
    setAgentSchedule: (schedule) => tell(`schedule ${schedule.state}`, `agent/${schedule.agentId}`),
    isUnavailable: () => state === "delayed",
    report: () => undefined,
  };
  const context: ApiContext = {
    ...(await quietContext({ orm, databaseUrl: database.url, folder })),
    engine,
    engineState: async () => state,
    ffmpegPath: services.ffmpegPath,
    ffprobePath: services.ffprobePath,
    ...overrides,
  };
  const app = await buildApp(context);
  const undescribed = checkAnswers(app);
  await app.ready();
  return {
    app,
    context,
    database,
    told,
    setEngine: (next) => {
      state = next;
    },
    async close() {
      await app.close();
      await orm.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
      const faults = undescribed();
      if (faults.length > 0)
        throw new Error(`The API's description does not say this:\n${faults.join("\n")}`);
    },
  };
}
