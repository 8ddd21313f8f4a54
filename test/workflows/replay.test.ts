import proto from "@temporalio/proto";
import { DeterminismViolationError } from "@temporalio/workflow";
import { DefaultLogger, Runtime, Worker, type ReplayWorkerOptions } from "@temporalio/worker";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createDataConverter } from "#db/vault/data-converter.ts";
import { ensureWorkflowBundle } from "#test/harness/ensure-workflow-bundle.ts";
import { loadFixtureKeyRing } from "#test/harness/fixture-key-ring.ts";

const { History } = proto.temporal.api.history.v1;

const folder = path.join(import.meta.dirname, "histories");
const Recorded = z.object({
  workflowId: z.string(),
  history: z.looseObject({ events: z.array(z.unknown()).min(3) }),
});

let options: ReplayWorkerOptions;
let code: string;
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger("ERROR"),
    telemetryOptions: { logging: { filter: "OFF", forward: {} } },
  });
  const bundle = await ensureWorkflowBundle();
  code = await readFile(bundle, "utf8");
  options = {
    workflowBundle: { codePath: bundle },
    dataConverter: createDataConverter(await loadFixtureKeyRing()),
  };
});

async function read(name: string) {
  return Recorded.parse(JSON.parse(await readFile(path.join(folder, name), "utf8")));
}

/** What is wrong with each recorded history under these workflows; nothing when it replays. */
async function replay(
  names: string[],
  replayOptions: ReplayWorkerOptions,
): Promise<Record<string, unknown>> {
  const histories = (await Promise.all(names.map(read))).map(({ workflowId, history }) => ({
    workflowId,
    history: History.fromObject(history),
  }));
  const problems: Record<string, unknown> = {};
  let index = 0;
  for await (const { error } of Worker.runReplayHistories(replayOptions, histories)) {
    problems[names[index] ?? ""] = error;
    index += 1;
  }
  return problems;
}

test("every recorded history replays with the workflows as they are now", async () => {
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThanOrEqual(14);
  expect(await replay(names, options)).toEqual(
    Object.fromEntries(names.map((name) => [name, undefined])),
  );
});

test("they replay in the bundle of workers that send traces too", async () => {
  const names = await readdir(folder);
  const codePath = await ensureWorkflowBundle({ tracing: true });
  // Not the assertion's to print.
  const traced = (await readFile(codePath, "utf8")).includes("interceptors-opentelemetry-v2");
  expect(traced).toBe(true);
  expect(await replay(names, { ...options, workflowBundle: { codePath } })).toEqual(
    Object.fromEntries(names.map((name) => [name, undefined])),
  );
});

test("there is a history of every story", async () => {
  const index = await readFile(
    path.resolve(import.meta.dirname, "../../workflows/index.ts"),
    "utf8",
  );
  const stories = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, name]) => name);
  const started = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const [first] = (await read(name)).history.events;
      return z
        .object({
          workflowExecutionStartedEventAttributes: z.object({
            workflowType: z.object({ name: z.string() }),
          }),
        })
        .parse(first).workflowExecutionStartedEventAttributes.workflowType.name;
    }),
  );
  expect([...new Set(started)].sort()).toEqual(stories.sort());
});

test("the histories hold no clear text and nothing of the machine that recorded them", async () => {
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name), "utf8");
    const payloads = [...text.matchAll(/"encoding":"([^"]+)"/g)].map(
      ([, encoding]) => encoding ?? "",
    );
    // A search attribute is not encrypted by design: it holds ids and words.
    for (const encoding of payloads) {
      expect(["binary/encrypted", "json/plain"]).toContain(
        Buffer.from(encoding, "base64").toString(),
      );
    }
    expect(text).not.toMatch(
      /the provider is down|the worker was lost|wantsImage|\/node_modules\/|\.ts:\d/,
    );
    expect(text).not.toMatch(/"identity":"\d+@/);
  }
});

test.each([
  [
    "an activity that is called another name",
    "publish-post-approved-and-moved.json",
    "sealPost",
    "sealThePost",
  ],
  [
    "a timer that is left out",
    "collect-metrics-one-target-gone.json",
    "if (await row.waitUntil(next.dueAt,",
    "if (await (async () => false)(next.dueAt,",
  ],
  [
    "a step that is left out",
    "run-posting-agent-tools-correction-revision-image.json",
    "await activities.gatherContext(step())",
    "step()",
  ],
])("a changed workflow is found: %s", async (_what, name, original, changed) => {
  expect(code).toContain(original);
  const broken = { ...options, workflowBundle: { code: code.replaceAll(original, changed) } };
  const problems = await replay([name], broken);
  expect(problems[name]).toBeInstanceOf(DeterminismViolationError);
});
