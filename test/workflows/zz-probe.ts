import { TestWorkflowEnvironment } from "@temporalio/testing";
import { Worker, bundleWorkflowCode } from "@temporalio/worker";
import { searchAttributes } from "#temporal.config";
const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: "existing-path", path: ".cache/temporal-test-server/1.40.0-linux-x64/temporal-test-server" } } });
try {
  await env.connection.operatorService.addSearchAttributes({ namespace: "default", searchAttributes: { Stage: 2, WorkspaceId: 2, AgentId: 2, PostId: 2, Platform: 7 } });
  console.log("registered");
} catch (e) { console.log("ADD FAILED", e); }
const w1 = await Worker.create({ connection: env.nativeConnection, taskQueue: "workflows", workflowBundle: { codePath: "/tmp/h7/bundle.js" } });
const w2 = await Worker.create({ connection: env.nativeConnection, taskQueue: "io", activities: { beginGeneration: async () => ({ go: true, kind: "text", model: "m" }), endGeneration: async (i: {status: string}) => ({ status: i.status }) } });
const w3 = await Worker.create({ connection: env.nativeConnection, taskQueue: "model", activities: { runGeneration: async () => ({ kind: "stored" }) } });
const runs = [w1, w2, w3].map((w) => w.run());
try {
  console.log(await env.client.workflow.execute("generate", { workflowId: "g", taskQueue: "workflows", args: [{ workspaceId: "w", generationId: "g" }], workflowRunTimeout: "1 minute", staticSummary: "hi", typedSearchAttributes: [{ key: searchAttributes.stage, value: "x" }] }));
  const h = env.client.workflow.getHandle("g");
  console.log(JSON.stringify(await h.query("__temporal_workflow_metadata")));
  const d = await h.describe(); console.log(d.typedSearchAttributes, d.raw.executionConfig, await d.staticSummary?.());
} catch (e) { console.log("EXEC FAILED", e); }
for (const w of [w1, w2, w3]) w.shutdown();
await Promise.all(runs);
await env.teardown();
