/** A worker for `lib/bare-workflow.ts`, as a process of its own like the product's. Arguments: address, namespace, queue. */
import { bundleWorkflowCode, NativeConnection, Worker } from "@temporalio/worker";
import path from "node:path";
import { storyMemory } from "#temporal.config";

const [address, namespace, taskQueue] = process.argv.slice(2);
if (!address || !namespace || !taskQueue)
  throw new Error("it takes the address, namespace and queue");
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: path.join(import.meta.dirname, "lib", "bare-workflow.ts"),
  }),
  // As wide as the product's.
  ...storyMemory,
  maxConcurrentActivityTaskExecutions: 20,
  activities: { nothing: async () => Date.now() },
});
process.on("disconnect", () => worker.shutdown());
process.send?.({ ready: true });
await worker.run();
await connection.close();
