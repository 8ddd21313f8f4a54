import { ApplicationFailure, Context } from "@temporalio/activity";
import { SearchAttributeType, type Duration, type SearchAttributePair } from "@temporalio/common";
import type { Client, WorkflowHandle } from "@temporalio/client";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import proto from "@temporalio/proto";
import { randomUUID } from "node:crypto";
import type { RoleModelActivities, RoleToolActivities } from "#agents/ask-role.ts";
import type { AgentActivities } from "#agents/run-posting-agent.ts";
import { createDataConverter } from "#db/vault/data-converter.ts";
import { searchAttributes, taskQueues, type TaskQueue } from "#temporal.config";
import type {
  ProviderKeyActivities,
  ProviderKeyLedgerActivities,
} from "#workflows/check-provider-key.ts";
import type { MetricActivities } from "#workflows/collect-metrics.ts";
import type { DeliveryLedgerActivities } from "#workflows/deliver-target.ts";
import type { PlatformActivities, PublishActivities } from "#workflows/delivery-ports.ts";
import type { GenerationLedgerActivities } from "#workflows/generate.ts";
import type { ProviderActivities, RecipeActivities } from "#workflows/make-output.ts";
import type { RenditionActivities } from "#workflows/post-steps.ts";
import type { PublishPostActivities } from "#workflows/publish-post.ts";
import type { ConnectionActivities } from "#workflows/refresh-connection.ts";
import type { WebhookActivities } from "#workflows/deliver-webhook.ts";
import type { MessageActivities, NotificationActivities } from "#workflows/notify-member.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type {
  TakeDownLedgerActivities,
  TakeDownPlatformActivities,
} from "#workflows/take-down-post.ts";
import type { UploadCheckActivities, UploadLedgerActivities } from "#workflows/take-upload.ts";
import { ensureWorkflowBundle } from "./ensure-workflow-bundle.ts";
import { loadFixtureKeyRing } from "./fixture-key-ring.ts";
import { testServices } from "./services.ts";

// The package is CommonJS, and Node finds no named exports in it.
const { IndexedValueType } = proto.temporal.api.enums.v1;

/** Everything that the stories ask for: their only view of the world, and the one place where stand-ins are right. */
export type Ports = PublishPostActivities &
  RenditionActivities &
  DeliveryLedgerActivities &
  PlatformActivities &
  PublishActivities &
  GenerationLedgerActivities &
  ProviderActivities &
  RecipeActivities &
  AgentActivities &
  RoleModelActivities &
  RoleToolActivities &
  MetricActivities &
  ConnectionActivities &
  SweepActivities &
  TakeDownLedgerActivities &
  TakeDownPlatformActivities &
  UploadCheckActivities &
  UploadLedgerActivities &
  ProviderKeyActivities &
  ProviderKeyLedgerActivities &
  WebhookActivities &
  NotificationActivities &
  MessageActivities;
export type PortName = keyof Ports;

/** One try of an activity. */
export interface Call<Name extends PortName = PortName> {
  name: Name;
  input: NonNullable<Parameters<Ports[Name]>[0]>;
  /** When it was scheduled, epoch ms, on the server's clock: the one that skips. */
  at: number;
  attempt: number;
  queue: string;
  workflowId: string;
}

/** One test's actors: stand-ins by name, and what was asked of them. */
export interface Play {
  /** Of this play alone: calls find their stand-ins by it. */
  workspaceId: string;
  /** Every try of an activity, in order; of one name when given. */
  calls(): Call[];
  calls<Name extends PortName>(name: Name): Call<Name>[];
  /** The names of the calls, in order. */
  said(): PortName[];
}

export interface Stage {
  client: Client;
  /** The server's time, epoch ms. */
  now(): Promise<number>;
  /** Lets time pass, at once. */
  pass(duration: Duration): Promise<void>;
  play(standIns: Partial<Ports>): Play;
  /** Starts a story of this play. */
  start(
    play: Play,
    workflowType: string,
    options?: {
      input?: Record<string, string>;
      workflowId?: string;
      attributes?: SearchAttributePair[];
    },
  ): Promise<WorkflowHandle>;
  /** What operators read of a running or ended workflow in the UI. */
  detailsOf(handle: WorkflowHandle): Promise<string>;
  /** Summaries of the timers and activities in a workflow's history, in order. */
  summariesOf(handle: WorkflowHandle): Promise<string[]>;
  /** The timers it set, one after the other, in seconds; what lies between them is this machine's, and not asserted. */
  timersOf(handle: WorkflowHandle): Promise<number[]>;
  close(): Promise<void>;
}

/**
 * A Temporal server that skips time, and workers for all queues with production's bundle and data converter. Its
 * clock is one for all workflows, so the tests on one stage run one after the other.
 */
export async function openStage(
  options: {
    /** The time-skipping server; that of the test run when absent. */
    testServerPath?: string;
  } = {},
): Promise<Stage> {
  quiet();
  const dataConverter = createDataConverter(await loadFixtureKeyRing());
  const bundle = await ensureWorkflowBundle();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: {
      executable: {
        type: "existing-path",
        path: options.testServerPath ?? testServices().temporalTestServerPath,
      },
    },
    client: { dataConverter, identity: "test client" },
  });
  // The test server refuses attributes that were not registered, as the real one does.
  await env.connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name, type }) => [
        name,
        type === SearchAttributeType.KEYWORD_LIST
          ? IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST
          : IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
      ]),
    ),
  });

  const plays = new Map<string, { standIns: Partial<Ports>; calls: Call[] }>();
  const perform = async (input: { workspaceId?: string } = {}): Promise<unknown> => {
    const { info } = Context.current();
    // The sweep alone belongs to no workspace: it is the latest play's.
    const play = input.workspaceId ? plays.get(input.workspaceId) : [...plays.values()].at(-1);
    const name = info.activityType as PortName;
    play?.calls.push({
      name,
      input: input as Call["input"],
      at: info.currentAttemptScheduledTimestampMs,
      attempt: info.attempt,
      queue: info.taskQueue,
      workflowId: info.workflowExecution?.workflowId ?? "",
    });
    const standIn = play?.standIns[name] as ((given: typeof input) => Promise<unknown>) | undefined;
    if (!standIn) throw ApplicationFailure.nonRetryable(`no stand-in for ${name}`, "no_stand_in");
    return standIn(input);
  };
  const workers = await Promise.all(
    (Object.keys(taskQueues) as TaskQueue[]).map((queue) =>
      Worker.create({
        connection: env.nativeConnection,
        dataConverter,
        // No process id and host name: recorded histories hold it.
        identity: "test worker",
        taskQueue: taskQueues[queue],
        // The answer to a heartbeat tells of a cancellation: without this the next goes out after 80 % of its time-out.
        maxHeartbeatThrottleInterval: "100 milliseconds",
        ...(queue === "workflows"
          ? {
              workflowBundle: { codePath: bundle },
              activities: { default: perform },
              enableNonLocalActivities: false,
            }
          : { activities: { default: perform } }),
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());

  return {
    client: env.client,
    now: () => env.currentTimeMs(),
    pass: (duration) => env.sleep(duration),
    play(standIns) {
      const workspaceId = randomUUID();
      const calls: Call[] = [];
      plays.set(workspaceId, { standIns, calls });
      return {
        workspaceId,
        calls: <Name extends PortName>(name?: Name) =>
          (name === undefined
            ? [...calls]
            : calls.filter((call) => call.name === name)) as Call<Name>[],
        said: () => calls.map(({ name }) => name),
      };
    },
    async start(
      play,
      workflowType,
      { input = {}, workflowId = randomUUID(), attributes = [] } = {},
    ) {
      return env.client.workflow.start(workflowType, {
        workflowId,
        taskQueue: taskQueues.workflows,
        args: [{ workspaceId: play.workspaceId, ...input }],
        typedSearchAttributes: attributes,
        // Ends what a broken story would otherwise never.
        workflowRunTimeout: "5 years",
      });
    },
    async detailsOf(handle) {
      const metadata = await handle.query<{ currentDetails?: string }>(
        "__temporal_workflow_metadata",
      );
      return metadata.currentDetails ?? "";
    },
    async summariesOf(handle) {
      const { events } = await handle.fetchHistory();
      const summaries: string[] = [];
      for (const event of events ?? []) {
        const payload = event.userMetadata?.summary;
        if (!payload) continue;
        const [decoded] = (await dataConverter.payloadCodecs?.[0]?.decode([payload])) ?? [];
        summaries.push(String(JSON.parse(Buffer.from(decoded?.data ?? []).toString())));
      }
      return summaries;
    },
    async timersOf(handle) {
      const { events } = await handle.fetchHistory();
      return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
        timer ? [Number(timer.startToFireTimeout?.seconds ?? 0)] : [],
      );
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await env.teardown();
    },
  };
}

let quieted = false;

/** Retries, time-outs and cancellations are what these tests are about: no warning of each. */
function quiet(): void {
  if (quieted) return;
  quieted = true;
  Runtime.install({
    logger: new DefaultLogger("ERROR"),
    telemetryOptions: { logging: { filter: "OFF", forward: {} } },
  });
}
