import type { BundleOptions } from "@temporalio/worker";
import { fileURLToPath } from "node:url";

/**
 * What a bundle of the workflows is made of. With `tracing` it holds what tells of the workflows' own steps: workflows
 * may go from one kind of bundle to the other while they run.
 */
export function workflowBundleOptions({ tracing }: { tracing: boolean }): BundleOptions {
  return {
    workflowsPath: fileURLToPath(new URL("./workflows/index.ts", import.meta.url)),
    failureConverterPath: fileURLToPath(
      new URL("./db/vault/failure-converter.ts", import.meta.url),
    ),
    ...(tracing
      ? {
          workflowInterceptorModules: [
            fileURLToPath(
              import.meta
                .resolve("@temporalio/interceptors-opentelemetry-v2/lib/workflow-interceptors.js"),
            ),
          ],
        }
      : {}),
  };
}
